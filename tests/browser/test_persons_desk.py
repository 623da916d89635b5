"""The persons desk and the review queue as people use them, over a small lake, in both languages, at both widths."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from tests.browser.chromium import chromium
from tests.browser.console import FIREBREAK, Console, console, environment
from tests.browser.test_desks import SCREENS, WIDTHS, paint, serious, speak, visit
from tests.desks.lake import HERE, RIDE, THERE, derived, join, with_reviews
from tests.identity_lake import deliver, made_lake, person

from firebreak.bridge.timeline import make_timeline
from firebreak.terms.offices import Office

SEES = frozenset({Office.OFFICER, Office.STEWARD, Office.GRID_WORKER, Office.COMMANDER})
REVIEWS = frozenset({Office.OFFICER, Office.STEWARD})
PAGES: dict[str, tuple[str, frozenset[Office]]] = {
    "persons": ("/persons/", SEES),
    "persons-find": ("/persons/find", frozenset({Office.OFFICER, Office.GRID_WORKER})),
    "persons-file": ("/persons/{merged}", SEES),
    "reviews": ("/reviews/", REVIEWS),
    "reviews-pair": ("/reviews/{pair}", REVIEWS),
    "reviews-rulings": ("/reviews/rulings/", REVIEWS),
    "reviews-merge": ("/reviews/merges/1", REVIEWS),
}
_DATA = re.compile(
    r"[王单李]小?\*|[一-鿿]*\*{4}|江苏省[一-鿿]*|无锡市|苏州市|梁溪区|虎丘区|上海虹桥"
    r"|中文|演练·?[一-鿿]*|Firebreak 联防"
)
"""What is Chinese on an English page: values, and names of places."""
_HAN = re.compile(r"[㐀-鿿]")


@dataclass(frozen=True, slots=True)
class Desk:
    """A running console, and what its addresses need."""

    console: Console
    merged: int
    pair: int

    def at(self, address: str) -> str:
        return address.format(merged=self.merged, pair=self.pair)


pytestmark = pytest.mark.long  # every page in both languages at both widths: minutes, beside the default run


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("persons")
    lake = made_lake(folder / "lake")
    people = [
        person(None, "王伟", "+8613900000001", **HERE), person(None, "王伟", **HERE),
        person("320213199003030033", "单小明", "+8613900000003", **HERE),
        person("320505199002020022", "李静", "+8613900000002", **THERE),
    ]  # fmt: skip
    ids = deliver(lake, "one", people, [RIDE | {"row_no": 2, "service_no": "G115", "to_place": "上海虹桥"}])
    join(derived(lake))
    make_timeline(lake)
    with_reviews(lake, [(ids[0], ids[2])])
    home, more = folder / "console", {"FIREBREAK_LAKE": str(lake.root)}
    env = environment(home, 0, more) | {"FIREBREAK_URL": "http://127.0.0.1:8000"}
    subprocess.run(
        [FIREBREAK, "publish", "--lake", str(lake.root), "--quiet"], env=env, check=True, capture_output=True
    )
    with console(home, more) as running:
        yield Desk(running, min(ids[:2]), 1)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def contexts(desk: Desk, browser: Any) -> Iterator[dict[Office, Any]]:
    opened = {office: desk.console.signed_in(browser, office.value.replace("_", "-")) for office in Office}
    yield opened
    for context in opened.values():
        context.close()


@pytest.mark.parametrize("office", list(Office))
def test_each_office_sees_what_its_work_needs(contexts: dict[Office, Any], desk: Desk, office: Office) -> None:
    context = contexts[office]
    page = context.new_page()
    page.goto("/")
    linked = {link.get_attribute("href") for link in page.locator("#menu a").all()}
    assert ("/persons/" in linked, "/reviews/" in linked) == (office in SEES, office in REVIEWS)
    page.close()
    for name, (address, offices) in PAGES.items():
        answer = context.request.get(desk.at(address))
        assert answer.status == (200 if office in offices else 403), f"{office} {name}: {answer.status}"
        if answer.status == 403:
            assert "FB-DESK-REFUSED" in answer.text()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", list(PAGES))
def test_each_page_is_whole_in_both_languages_at_both_widths(
    contexts: dict[Office, Any], desk: Desk, name: str, language: str
) -> None:
    context, complaints = contexts[Office.OFFICER], []
    speak(context, language)
    SCREENS.mkdir(parents=True, exist_ok=True)
    page = visit(context, desk.at(PAGES[name][0]), complaints)
    for width, (across, down) in WIDTHS.items():
        page.set_viewport_size({"width": across, "height": down})
        page.screenshot(path=SCREENS / f"{name}-{language}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} sticks out at {across} px"
    if language == "en":
        left = [_DATA.sub("", line) for line in page.inner_text("body").splitlines()]
        assert [line for line in left if _HAN.search(line)] == []
    assert serious(page) == []
    page.close()
    assert complaints == []


@pytest.mark.parametrize("name", ["persons-file", "reviews-pair"])
def test_what_has_colours_can_be_read_in_the_dark(contexts: dict[Office, Any], desk: Desk, name: str) -> None:
    context, complaints = contexts[Office.OFFICER], []
    paint(context, "dark", desk.console.url)
    page = visit(context, desk.at(PAGES[name][0]), complaints)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.screenshot(path=SCREENS / f"{name}-dark.png", full_page=True)
    assert serious(page) == []
    page.close()
    paint(context, "light", desk.console.url)
    assert complaints == []


def test_somebody_is_found_in_place_and_shown_in_full_only_for_a_reason(
    contexts: dict[Office, Any], desk: Desk
) -> None:
    context, complaints = contexts[Office.OFFICER], []
    speak(context, "zh-hans")
    page = visit(context, "/persons/find", complaints)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.select_option("#id_field", "name")
    page.fill("#id_value", "li jing")
    page.keyboard.press("Enter")
    page.wait_for_selector("#found .empty")  # she lives in Suzhou
    page.screenshot(path=SCREENS / "persons-found-nobody.png", full_page=True)
    page.fill("#id_value", "wang wei")
    page.keyboard.press("Enter")
    page.wait_for_selector("#found tbody tr")
    page.screenshot(path=SCREENS / "persons-found.png", full_page=True)
    assert "wei" not in page.url
    page.click("#found tbody a")
    page.wait_for_url(re.compile(r"/persons/\d+$"))
    assert "13900000001" not in page.content()
    page.fill("#id_reason", "演练：流调 WX-0001")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=正在完整显示")
    page.screenshot(path=SCREENS / "persons-file-full.png", full_page=True)
    assert "13900000001" in page.content()
    assert serious(page) == []
    page.goto(page.url.removesuffix("/show"))
    assert "演练：流调 WX-0001" in page.inner_text("main")  # who looked, and why
    assert "13900000001" not in page.content()
    page.close()
    assert complaints == []


def test_states_without_rows_and_without_permission_say_what_to_do(contexts: dict[Office, Any], desk: Desk) -> None:
    for name, address, status, told in (
        ("persons-empty", "/persons/?colour=red", 200, "没有符合条件的记录"),
        ("persons-absent", "/persons/12345", 404, "FB-DESK-ABSENT"),
        ("persons-merge-gone", "/reviews/merges/999", 400, "FB-PERSONS-MERGE"),
    ):
        page = contexts[Office.OFFICER].new_page()
        assert page.goto(address).status == status
        assert told in page.inner_text("main")
        page.screenshot(path=SCREENS / f"{name}.png", full_page=True)
        assert serious(page) == []
        page.close()


def test_a_pair_is_decided_by_keyboard_and_confirmed_by_a_second_person(
    contexts: dict[Office, Any], desk: Desk
) -> None:
    complaints: list[str] = []
    speak(contexts[Office.OFFICER], "zh-hans")
    page = visit(contexts[Office.OFFICER], desk.at("/reviews/{pair}"), complaints)
    page.keyboard.press("1")  # without a reason nothing is sent
    assert page.url.endswith(desk.at("/reviews/{pair}"))
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("r")
    page.keyboard.type("drill 12: phone")
    assert page.input_value(".ruling [name=reason]") == "drill 12: phone"
    page.keyboard.press("Enter")  # leaves the field, decides nothing
    page.keyboard.press("1")
    page.wait_for_url(re.compile("/rulings/"))
    assert "待复核" in page.inner_text("h1")
    assert page.locator("text=复核同意").count() == 0
    address = page.url
    page.close()
    other = visit(contexts[Office.STEWARD], address, complaints)
    other.on("dialog", lambda dialog: dialog.accept())
    other.screenshot(path=SCREENS / "reviews-ruling.png", full_page=True)
    other.click("text=复核同意")
    for _ in range(60):
        if "已生效" in other.inner_text("h1"):
            break
        other.wait_for_timeout(1000)
        other.reload()
    assert "已生效" in other.inner_text("h1")
    other.screenshot(path=SCREENS / "reviews-ruling-done.png", full_page=True)
    other.goto("/reviews/")
    assert "没有待核对的记录" in other.inner_text("main")
    other.screenshot(path=SCREENS / "reviews-empty.png", full_page=True)
    other.close()
    assert complaints == []
