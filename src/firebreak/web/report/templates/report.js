"use strict";
(() => {
  const root = document.documentElement;
  const data = JSON.parse(document.getElementById("data").textContent);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const english = () => root.dataset.lang === "en";
  const masked = () => root.dataset.mask === "on";
  const word = (key, values = {}) =>
    data.words[key][english() ? 1 : 0].replace(/\{(\w+)\}/g, (_, name) => values[name]);

  // --- the coach, stepped through the stations; step 0 is the whole ride, step i the way from stop i-1 to stop i
  const steps = new Map();
  const pieces = (seat) => all(".piece", seat).map((piece) => ({
    first: +piece.dataset.f, last: +piece.dataset.l, rank: +piece.dataset.r, tone: piece.dataset.t,
    plain: piece.dataset.p || "", masked: piece.dataset.m || "",
  }));
  const named = (piece) => (masked() ? piece.masked : piece.plain);

  function paintSeat(seat, step) {
    const here = pieces(seat).filter((one) => !step || (one.first <= step - 1 && step - 1 < one.last));
    const listed = here.filter((one) => one.rank >= 0);
    const tone = step ? (here[0] || { tone: "free" }).tone : seat.dataset.tone;
    seat.setAttribute("class", `seat t-${tone}${seat.classList.contains("chosen") ? " chosen" : ""}`);
    const one = listed.find((piece) => piece.rank === 0) || (listed.length === 1 ? listed[0] : null);
    seat.querySelector(".who").textContent = one ? named(one).slice(0, 4)
      : listed.length ? word("map.people_n", { n: listed.length }) : "";
    seat.querySelector(".nth").textContent = one ? (one.rank ? `#${one.rank}` : "★")
      : listed.length ? `${Math.min(...listed.map((piece) => piece.rank))}+${listed.length - 1}` : "";
    const who = listed.map((piece) => `#${piece.rank} ${named(piece)}`).join(", ");
    seat.setAttribute("aria-label", `${seat.dataset.seat} ${who || (here.length ? word("map.outside") : word("map.free"))}`);
  }

  function paintRide(ride) {
    const index = ride.dataset.ride, step = steps.get(index) || 0, stops = data.rides[index];
    all(".seat", ride).forEach((seat) => paintSeat(seat, step));
    const slider = ride.querySelector("input[type=range]");
    const label = step ? `${stops[step - 1]} → ${stops[step]}` : word("map.whole");
    slider.value = step;
    slider.setAttribute("aria-valuetext", label);
    ride.querySelector(".now").textContent = label;
    ride.querySelector(".whole").setAttribute("aria-pressed", String(!step));
    const line = document.getElementById(`line-${index}`);
    all(".aboard", line).forEach((button) => button.setAttribute("aria-current", String(+button.dataset.step === step)));
    all(".lane:not(.head)", line).forEach((lane) => {
      const aboard = all(".bar", lane).some((bar) => {
        const [, first, last] = bar.className.match(/ f(\d+) e(\d+)/);
        return +first <= step - 1 && step - 1 < +last;
      });
      lane.classList.toggle("off", Boolean(step) && !aboard);
    });
  }

  function go(index, step) {
    const ride = document.querySelector(`.ride[data-ride="${index}"]`);
    steps.set(index, Math.max(0, Math.min(step, +ride.querySelector("input[type=range]").max)));
    paintRide(ride);
  }

  function showSeat(seat) {
    const ride = seat.closest(".ride"), stops = data.rides[ride.dataset.ride], card = ride.querySelector(".seat-card");
    all(".seat.chosen", ride).forEach((one) => one.classList.remove("chosen"));
    all(`.seat[data-seat="${seat.dataset.seat}"]`, ride).forEach((one) => one.classList.add("chosen"));
    card.replaceChildren();
    const title = document.createElement("b");
    title.textContent = seat.dataset.seat;
    const list = document.createElement("ul");
    for (const piece of pieces(seat)) {
      const item = document.createElement("li"), link = document.createElement(piece.rank > 0 ? "a" : "span");
      item.className = `t-${piece.tone}`;
      link.textContent = piece.rank < 0 ? word("map.outside") : `${piece.rank ? `#${piece.rank}` : "★"} ${named(piece)}`;
      if (piece.rank > 0) link.href = `#p${piece.rank}`;
      item.append(`${stops[piece.first]} → ${stops[piece.last]}　`, link);
      list.append(item);
    }
    if (!list.children.length) list.append(word("map.free"));
    card.append(title, list);
    card.hidden = false;
    card.dataset.seat = seat.dataset.seat;
  }

  all(".ride").forEach((ride) => {
    const index = ride.dataset.ride;
    ride.querySelector("input[type=range]").addEventListener("input", (event) => go(index, +event.target.value));
    all("[data-go]", ride).forEach((button) => button.addEventListener("click", () =>
      go(index, +button.dataset.go ? (steps.get(index) || 0) + +button.dataset.go : 0)));
    all(".seat", ride).forEach((seat) => {
      seat.addEventListener("click", () => showSeat(seat));
      seat.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); showSeat(seat); }
      });
      seat.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") showSeat(seat); });
    });
  });
  all(".aboard").forEach((button) => button.addEventListener("click", () => {
    const index = button.closest(".line").dataset.ride, step = +button.dataset.step;
    go(index, steps.get(index) === step ? 0 : step);
  }));

  // --- the list: filter, sort, copy
  const filter = document.getElementById("filter"), rows = all(".people tbody tr");
  let only = "";
  function sift() {
    if (!filter) return;
    const wanted = filter.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const related = !only || (only === "!" ? all(".none", row).length > 0 : row.dataset.relations.split(" ").includes(only));
      row.hidden = !(related && wanted.every((part) => row.dataset.text.includes(part)));
      if (!row.hidden) shown += 1;
    }
    document.getElementById("nobody").hidden = shown > 0;
    document.getElementById("shown").textContent = word("people.shown", { n: shown, total: rows.length });
  }
  if (filter) filter.addEventListener("input", sift);
  all("[data-only]").forEach((chip) => chip.addEventListener("click", () => {
    only = chip.dataset.only;
    all("[data-only]").forEach((one) => one.setAttribute("aria-pressed", String(one === chip)));
    sift();
  }));
  all("[data-sort]").forEach((button) => button.addEventListener("click", () => {
    const heading = button.closest("th"), down = heading.getAttribute("aria-sort") === "ascending";
    all("th[aria-sort]").forEach((one) => one.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = (row) => row.dataset[button.dataset.sort] || "";
    rows.sort((a, b) => key(a).localeCompare(key(b), "zh-CN", { numeric: true }) * (down ? -1 : 1));
    rows[0].parentNode.append(...rows);
  }));
  const copy = document.getElementById("copy");
  if (copy) copy.addEventListener("click", async () => {
    const visible = (cell) => {
      const twin = cell.cloneNode(true);
      all(`.card,.src,${masked() ? ".plain" : ".mask"},[lang="${english() ? "zh-CN" : "en"}"]`, twin).forEach((one) => one.remove());
      return twin.textContent.replace(/\s+/g, " ").trim();
    };
    const shown = rows.filter((row) => !row.hidden);
    const lines = shown.map((row) => [...row.cells].map(visible).join("\t"));
    if (data.drill) lines.unshift(word("page.drill"));
    const area = document.createElement("textarea");
    area.value = lines.join("\n");
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    say(word("people.copied", { n: shown.length }));
  });
  function say(text) {
    const said = document.getElementById("said");
    said.textContent = text;
    setTimeout(() => { said.textContent = ""; }, 2500);
  }

  // --- where a value comes from
  const pop = document.getElementById("card");
  let opener = null, pinned = false; // a card opened by hovering goes with the pointer; a click pins it
  function openCard(button, pin) {
    closeCard();
    [opener, pinned] = [button, pin];
    button.setAttribute("aria-expanded", "true");
    pop.replaceChildren(...[...button.nextElementSibling.childNodes].map((node) => node.cloneNode(true)));
    pop.hidden = false;
    const box = button.getBoundingClientRect(), wide = root.clientWidth;
    pop.style.left = `${Math.max(8, Math.min(box.left, wide - pop.offsetWidth - 8)) + scrollX}px`;
    pop.style.top = `${box.bottom + 4 + scrollY}px`;
  }
  function closeCard() {
    if (opener) opener.setAttribute("aria-expanded", "false");
    [opener, pinned] = [null, false];
    pop.hidden = true;
  }
  all(".src").forEach((button) => {
    button.addEventListener("click", (event) => { event.stopPropagation(); button === opener && pinned ? closeCard() : openCard(button, true); });
    button.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse" && !pinned) openCard(button, false); });
    button.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse" && !pinned) closeCard(); });
  });
  document.addEventListener("click", closeCard);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeCard(); });

  // --- language, mask, print
  function repaint() {
    all(".ride").forEach((ride) => {
      paintRide(ride);
      const card = ride.querySelector(".seat-card");
      if (!card.hidden) showSeat(ride.querySelector(`.seat[data-seat="${card.dataset.seat}"]`));
    });
    sift();
  }
  all("[data-set-lang]").forEach((button) => button.addEventListener("click", () => {
    root.dataset.lang = button.dataset.setLang;
    root.lang = english() ? "en" : "zh-CN";
    all("[data-set-lang]").forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
    repaint();
  }));
  document.getElementById("mask").addEventListener("click", (event) => {
    root.dataset.mask = masked() ? "off" : "on";
    event.currentTarget.setAttribute("aria-pressed", String(masked()));
    repaint();
  });
  document.getElementById("print").addEventListener("click", () => window.print());
  repaint();
})();
