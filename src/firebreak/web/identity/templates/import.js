const data = JSON.parse(document.getElementById("data").textContent);
const PAGE = 200;
let filter = "all", at = 0;
const say = (key) => (data.words[key] || [key, key])[english() ? 1 : 0];
const match = { all: () => true, rejected: (r) => r[3] === "rejected", lost: (r) => r[3] === "taken" && r[4] !== "",
  joined: (r) => r[6] === "joined", new: (r) => r[6] === "new", review: (r) => r[11] > 0, nobody: (r) => r[3] === "taken" && (r[6] === "nobody" || r[6] === "unlinked") };
const cell = (row, text, kind, label) => { const td = row.insertCell(); td.textContent = text; td.className = kind; td.dataset.label = label; return td; };
const draw = () => {
  const found = data.rows.filter(match[filter]), body = document.querySelector("#rows tbody");
  at = Math.min(at, Math.max(0, Math.floor((found.length - 1) / PAGE)));
  body.replaceChildren();
  for (const one of found.slice(at * PAGE, (at + 1) * PAGE)) {
    const row = body.insertRow();
    cell(row, one[1] ? `${one[0]} · ${one[1]}` : String(one[0]), "num", say("import.line"));
    const state = cell(row, "", "", say("import.row"));
    const chip = document.createElement("span");
    chip.className = `chip ${one[3] === "rejected" ? "bad" : one[4] ? "warn" : "good"}`;
    chip.textContent = say(`row.${one[3] === "taken" && one[4] ? "lost" : one[3]}`);
    state.append(chip);
    const person = cell(row, "", "", say("import.person")), mark = document.createElement("span");
    mark.className = `chip p-${one[6]}`;
    mark.textContent = say(`person.${one[6]}`);
    person.append(mark);
    cell(row, one[7] || "", "num", say("import.person_id"));
    cell(row, one[8] ? String(one[8]) : "", "num", say("import.records"));
    cell(row, one[9] ? say(`rule.${one[9]}`) : "", "", say("import.rule"));
    cell(row, one[10] == null ? "" : one[10].toFixed(3), "num", say("import.confidence"));
    cell(row, one[11] ? String(one[11]) : "", "num", say("import.reviews"));
    cell(row, one[4], "", say("import.lost"));
    cell(row, one[5], "", say("import.codes"));
  }
  const last = Math.min((at + 1) * PAGE, found.length);
  document.getElementById("where").textContent = found.length ? `${at * PAGE + 1}–${last} / ${found.length}` : "0";
  document.getElementById("before").disabled = at === 0;
  document.getElementById("after").disabled = last >= found.length;
};
document.querySelectorAll("[data-filter]").forEach((button) => button.addEventListener("click", () => {
  filter = button.dataset.filter; at = 0;
  document.querySelectorAll("[data-filter]").forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
  draw();
}));
document.getElementById("before").addEventListener("click", () => { at -= 1; draw(); });
document.getElementById("after").addEventListener("click", () => { at += 1; draw(); });
listeners.push(draw);
draw();
