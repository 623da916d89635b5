"""A positive test arrives; one press; the list, its seat map and stations; one more, and orders are on the desks.

Pressed in a browser against `firebreak serve` with its worker. Pictures are kept in build/screens.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from time import perf_counter
from typing import Any

import pytest
from tests.browser.chromium import chromium
from tests.browser.console import FIREBREAK, Console, console, environment
from tests.browser.test_desks import SCREENS, WIDTHS, paint, serious, speak
from tests.report_lake import made_up_lake, rows_of

from firebreak.bridge.session import frame, session
from firebreak.terms.stations import stations

_HAN = re.compile(r"[㐀-鿿]+")
_NAMES = (
    "*",
    "中文",
    "演练",
    "联防",
    "区",
    "市",
    "省",
    "武汉",
    "合肥",
    "南京",
    "无锡",
    "苏州",
    "上海",
    "汉口",
    "站",
    "县",
    "名单核对无误",
)
"""Chinese that stays in English pages: names of places and of the drill's people, and what an officer wrote."""


def _is_a_name(line: str) -> bool:
    """Does all the Chinese of this line stand in names: of people, places, or stations of the shipped list?"""
    return any(name in line for name in _NAMES) or all(run in stations() for run in _HAN.findall(line))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """One train with a suspected case, people of three places, published to a console of its own."""
    folder = tmp_path_factory.mktemp("cases")
    lake, _ = made_up_lake(folder / "lake")
    with session(lake) as read:
        people = frame(read, "persons").to_dicts()
    homes = ("320213", "320211", "320508", "330106")
    rows = [one | {"grid_code": None, "division_code": homes[n % 4]} for n, one in enumerate(people)]
    lake.replace("persons", rows_of("persons", rows))
    more = {"FIREBREAK_LAKE": str(lake.root), "FIREBREAK_TODAY": "2020-01-24"}
    env = environment(folder / "home", 8000, more)
    subprocess.run(
        [FIREBREAK, "publish", "--lake", str(lake.root), "--quiet"], env=env, check=True, capture_output=True
    )
    with console(folder / "home", more) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


def shots(page: Any, name: str) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    for width, (across, down) in WIDTHS.items():
        page.set_viewport_size({"width": across, "height": down})
        page.screenshot(path=SCREENS / f"{name}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} sticks out at {across} px"


def test_a_positive_test_becomes_orders_on_the_desks_of_the_areas(served: Console, browser: Any) -> None:
    office = served.signed_in(browser, "officer")
    page = office.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    _taken_in(page)
    case = page.url
    start = perf_counter()
    page.select_option("[name=other_rule]", "nhc")
    page.click("button:has-text('一键追踪')")
    page.wait_for_selector("svg.coach", state="attached", timeout=60_000)
    listed = perf_counter() - start
    shots(page, "case-list-zh")
    assert serious(page) == []
    address = page.url
    page.click("a:has-text('全部人员')")
    shots(page, "case-people-zh")
    assert serious(page) == []
    page.goto(address)
    page.fill("[name=reason]", "名单核对无误")
    start = perf_counter()
    page.click("button:has-text('确认名单并下达指令')")
    page.wait_for_selector("#live progress", state="attached")
    sent = perf_counter() - start
    print(f"press to list {listed:.2f} s, confirm to orders {sent:.2f} s")  # noqa: T201
    shots(page, "case-zh")
    assert serious(page) == []
    page.goto("/orders/")
    shots(page, "case-orders-zh")
    page.click("td.key a >> nth=-1")
    page.goto(page.url)
    shots(page, "case-order-zh")
    assert serious(page) == []
    page.goto("/orders/tasks")
    page.click("td.key a >> nth=0")
    shots(page, "case-task-zh")
    assert serious(page) == []
    page.click("button[value=isolate]")
    page.goto(case)
    assert "1/" in page.inner_text("#live table")
    page.goto("/cases/clocks")
    shots(page, "case-clocks-zh")
    assert serious(page) == []
    _dark_and_english(office, served, page, (address, case, "/orders/", "/cases/clocks"))
    assert wrong == []
    office.close()


def _taken_in(page: Any) -> None:
    page.goto("/cases/")
    page.click("text=从渠道更新")
    for _ in range(60):
        page.goto("/cases/")
        if page.locator("text=WX-0001").count():
            break
        page.wait_for_timeout(500)
    page.click("text=WX-0001")


def _dark_and_english(office: Any, served: Console, page: Any, addresses: tuple[str, ...]) -> None:
    paint(office, "dark", served.url)
    for nth, address in enumerate(addresses):
        page.goto(address)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.screenshot(path=SCREENS / f"case-{nth}-dark.png", full_page=True)
        assert serious(page) == []
    paint(office, "light", served.url)
    speak(office, "en")
    for nth, address in enumerate(addresses):
        page.goto(address)
        shots(page, f"case-{nth}-en")
        left = [line for line in page.inner_text("body").splitlines() if _HAN.search(line)]
        assert [line for line in left if not _is_a_name(line)] == []
