"""The report as an officer uses it: on a phone and on a wide screen, by mouse and by keyboard."""

import pytest
from tests.browser.chromium import chromium
from tests.report_fixture import made_up_report

from firebreak.web.report.page import render_page

REPORT = made_up_report()
CASE_SEAT = ".seat[data-seat='5-7A']"


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render_page(REPORT), "utf-8")
    return path.as_uri()


@pytest.fixture(params=[360, 1920], ids=["phone", "wide"])
def page(request, browser, address):
    """The report in a window of that width; at the end nothing was complained of and nothing was fetched."""
    complaints, asked = [], []
    opened = browser.new_page(viewport={"width": request.param, "height": 900})
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda sent: asked.append(sent.url))
    opened.goto(address)
    yield opened
    opened.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def shown_map(page):
    return page.locator("svg.coach:visible")


def test_the_seat_map_is_seen_and_nothing_sticks_out(page):
    assert shown_map(page).count() == 1
    assert shown_map(page).locator(".seat").count() == 85
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("[data-set-lang=en]")
    page.click("#mask")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_names_are_masked_until_somebody_asks(page):
    name = REPORT.contacts[0].person.text("name")
    cell = page.locator("#p1 .c-name")
    assert name not in cell.inner_text()
    page.click("#mask")
    assert name in cell.inner_text()
    document = REPORT.contacts[0].person.text("doc_number")
    assert document in page.locator("#p1 .c-doc_number").inner_text()
    page.click("#mask")
    assert document not in page.locator("body").inner_text()


def test_the_coach_can_be_stepped_through_the_stations(page):
    slider = page.locator(".ride input[type=range]")
    page.click(".ride [data-go='1']")
    assert page.locator(".ride .now").inner_text() == "汉口 → 麻城北"
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".ride .now").inner_text() == "麻城北 → 金寨"
    here = [one.seat for one in REPORT.rides[0].coaches[0].sittings if one.board_seq <= 1 < one.alight_seq and one.seat]
    taken = shown_map(page).locator(".seat:not(.t-free)")
    assert sorted(taken.evaluate_all("all => all.map(one => one.dataset.seat.slice(2))")) == sorted(here)
    page.click(".ride .whole")
    assert slider.input_value() == "0"


def test_a_station_of_the_line_sets_the_segment_of_the_map(page):
    page.click(".line [data-step='5']")
    assert page.locator(".ride .now").inner_text() == "合肥南 → 全椒"


def test_a_seat_tells_who_sat_there_on_which_segment(page):
    seat = shown_map(page).locator(".seat[data-seat='5-7C']")
    seat.focus()
    page.keyboard.press("Enter")
    lines = page.locator(".seat-card li")
    expected = [one for one in REPORT.rides[0].coaches[0].sittings if one.seat == "7C"]
    assert lines.count() == len(expected) > 1
    assert "→" in lines.first.inner_text()


def test_a_seat_outside_the_rule_names_nobody(page):
    shown_map(page).locator(".seat.t-out").first.click()
    assert "规则范围之外" in page.locator(".seat-card").inner_text()


def test_the_language_switches_completely(page):
    page.click("[data-set-lang=en]")
    text = page.locator("body").inner_text()
    for phrase in ("Fellow travellers to be traced", "What could not be found", "Same row".lower(), "Seat map"):
        assert phrase in text
    for phrase in ("座位图", "邻座", "未找到", "筛选"):
        assert phrase not in text
    page.click("[data-set-lang=zh]")
    assert "未找到的信息" in page.locator("body").inner_text()


def test_the_list_is_filtered_by_words_and_by_relation(page):
    page.fill("#filter", "8f")
    wanted = [c for c in REPORT.contacts if c.nearest.seat == "8F"]
    assert page.locator(".people tbody tr:visible").count() == len(wanted)
    page.fill("#filter", "")
    page.click("[data-only='same_row']")
    wanted = [c for c in REPORT.contacts if c.nearest.relation == "same_row"]
    assert page.locator(".people tbody tr:visible").count() == len(wanted)
    page.click("[data-only='!']")
    wanted = [c for c in REPORT.contacts if c.person.missing]
    assert page.locator(".people tbody tr:visible").count() == len(wanted)
    page.fill("#filter", "no such person")
    assert page.locator("#nobody").is_visible()


def test_the_source_of_a_value_is_told(page):
    page.locator("#p1 .c-address .src").click()
    card = page.locator("#card")
    assert card.is_visible()
    channel = REPORT.channels[REPORT.contacts[0].person.values["address"].channel]
    assert channel.zh in card.inner_text()
    box = card.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]
    page.keyboard.press("Escape")
    assert not card.is_visible()


def test_the_rows_shown_are_copied_masked_or_not_as_shown(page):
    page.evaluate("document.execCommand = () => { window.copied = document.activeElement.value; return true; }")
    page.click("[data-only='adjacent']")
    page.click("#copy")
    lines = page.evaluate("window.copied").splitlines()
    assert "演练" in lines[0]
    wanted = [c for c in REPORT.contacts if c.nearest.relation == "adjacent"]
    assert len(lines) == len(wanted) + 1
    assert REPORT.contacts[0].person.text("doc_number") not in lines[1]
    page.click("#mask")
    page.click("#copy")
    assert REPORT.contacts[0].person.text("doc_number") in page.evaluate("window.copied")


def test_the_list_is_sorted_by_a_heading(browser, address):
    page = browser.new_page(viewport={"width": 1920, "height": 900})
    page.goto(address)
    page.click("[data-sort=seat]")
    seats = page.locator(".people tbody .c-seat b").all_inner_texts()
    expected = sorted((c.nearest.seat for c in REPORT.contacts), key=lambda seat: (int(seat[:-1]), seat[-1]))
    assert [seat.removeprefix("5-") for seat in seats] == expected
    page.close()


def test_every_text_has_enough_contrast(browser, address):
    """WCAG 2 AA: 4.5 to 1, 3 to 1 for large or bold ones; on every visible text of the page."""
    page = browser.new_page(viewport={"width": 1920, "height": 900})
    page.goto(address)
    assert page.evaluate(CONTRAST) == []
    page.close()


CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => { const f = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
  const behind = (element) => {
    const seat = element.closest("svg .seat");
    if (seat) return rgb(getComputedStyle(seat.querySelector(".back")).fill);
    if (element.closest("svg")) return [248, 250, 251, 255];
    for (let one = element; one; one = one.parentElement) {
      const colour = rgb(getComputedStyle(one).backgroundColor); if (colour[3] === 255) return colour; }
    return [255, 255, 255, 255]; };
  const bad = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !element.getClientRects().length || element.closest("script,style,.vh,.skip")) continue;
    const style = getComputedStyle(element), front = rgb(element.closest("svg") ? style.fill : style.color);
    const [high, low] = [light(front), light(behind(element))].sort((a, b) => b - a);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.6 && +style.fontWeight >= 700);
    const ratio = (high + 0.05) / (low + 0.05);
    const name = `${element.tagName}.${element.className.baseVal ?? element.className}`;
    if (ratio < (large ? 3 : 4.5)) bad.add(`${name} ${ratio.toFixed(2)}`);
  }
  return [...bad];
}"""


def test_the_list_prints_as_a_table_on_few_pages(browser, address):
    page = browser.new_page()
    page.goto(address)
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") <= 10
    page.close()
