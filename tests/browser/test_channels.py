"""The channels desk as a steward uses it: upload with progress, what became of it, a chart, a row put right, a file
classified. Files go through the real background work. Pictures are kept in build/screens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.browser.chromium import chromium
from tests.browser.console import Console, console
from tests.browser.test_desks import SCREENS, WIDTHS, paint, serious, speak

HEAD = "核验时间,车站,进出,证件号码,姓名,体温,设备号\n"


def gates() -> str:
    """Thirty days of gate scans, one day far below the usual; three rows without a time."""
    lines: list[str] = []
    for nth in range(30):
        day = date(2020, 1, 1) + timedelta(nth)
        scans = range(4 if nth == 29 else 12 + nth % 5)
        lines += [f"{day} {8 + scan % 10:02d}:{scan:02d}:00,无锡站,进站,,演练甲,36.5,Z1\n" for scan in scans]
    return HEAD + "".join(lines) + ",无锡站,出站,,演练乙,36.5,Z2\n" * 3


def unknown() -> str:
    return "核验的时间;站名;姓名\n" + "".join(f"2020-01-2{nth} 08:00:00;无锡站;演练丙\n" for nth in range(8))


pytestmark = pytest.mark.long  # every page in both languages at both widths: minutes, beside the default run


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    home = tmp_path_factory.mktemp("channels")
    with console(home, {"FIREBREAK_LAKE": str(home / "lake"), "FIREBREAK_TODAY": "2020-01-31"}) as running:
        yield running


@pytest.fixture(scope="module")
def steward(served: Console) -> Iterator[Any]:
    with chromium() as browser:
        context = served.signed_in(browser, "steward")
        yield context
        context.close()


@pytest.fixture(scope="module")
def pages(served: Console, steward: Any) -> dict[str, str]:
    """Two files uploaded through the page, and the addresses of what became of them."""
    page = steward.new_page()
    page.goto("/channels/upload")
    files = (("无锡站闸机核验_20200130.csv", gates()), ("说不清.txt", unknown()))
    page.set_input_files(
        "#upload-file", [{"name": name, "mimeType": "text/plain", "buffer": text.encode()} for name, text in files]
    )
    page.click("#upload button[type=submit]")
    page.locator("#uploads a").nth(1).wait_for()
    page.screenshot(path=_picture("upload-done"))
    taken, parked = (link.get_attribute("href") for link in page.locator("#uploads a").all())
    page.goto(taken)
    page.wait_for_selector("text=已入库", timeout=60_000)
    batch = page.locator("a[href*='/channels/batches/']").first.get_attribute("href")
    page.goto(parked)
    page.wait_for_selector("text=待归类", timeout=60_000)
    page.goto(batch)
    row = page.locator("tbody a").first.get_attribute("href")
    page.close()
    return {"channels-full": "/channels/", "channel": "/channels/of/rail-gates", "delivery": taken, "parked": parked,
            "batches-full": "/channels/batches/", "rejects": batch, "row": row, "classify": f"{parked}/classify",
            "runs-full": "/runs/"}  # fmt: skip


def _picture(name: str) -> Path:
    SCREENS.mkdir(parents=True, exist_ok=True)
    return SCREENS / f"{name}.png"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_whole_at_both_widths_in_both_languages(
    steward: Any, pages: dict[str, str], served: Console, language: str
) -> None:
    speak(steward, language)
    complaints: list[str] = []
    page = steward.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for name, address in pages.items():
        answer = page.goto(address)
        assert answer.status == 200, name
        for width, (across, down) in WIDTHS.items():
            page.set_viewport_size({"width": across, "height": down})
            page.screenshot(path=_picture(f"{name}-{language}-{width}"), full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} sticks out at {across}"
        assert language == "en" or serious(page) == [], name
    assert complaints == []
    page.close()
    speak(steward, "zh-hans")


def test_the_chart_and_lists_can_be_read_in_the_dark(steward: Any, pages: dict[str, str], served: Console) -> None:
    paint(steward, "dark", served.url)
    page = steward.new_page()
    for name in ("channel", "channels-full", "row", "classify"):
        page.goto(pages[name])
        page.screenshot(path=_picture(f"{name}-dark"), full_page=True)
        assert serious(page) == [], name
    page.close()
    paint(steward, "light", served.url)


def test_a_row_is_put_right_and_a_file_classified_by_keyboard_and_click(steward: Any, pages: dict[str, str]) -> None:
    page = steward.new_page()
    page.goto(pages["row"])
    assert "演练乙" not in page.inner_text("main")
    page.focus("#show-reason")
    page.keyboard.type("核对退回行")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=重新交付")
    page.screenshot(path=_picture("row-shown"), full_page=True)
    assert page.locator("input[value='演练乙']").count() == 1
    page.get_by_label("核验时间").fill("2020-01-29 09:00:00")
    page.click("button:has-text('重新交付')")
    page.wait_for_selector("text=已入库", timeout=60_000)
    page.goto(pages["classify"])
    page.select_option("#pick", "rail-gates")
    page.click("button:has-text('改选')")
    assert page.locator("select[name=own-1]").input_value() == "核验时间"
    assert page.locator("select[name=own-2]").input_value() == "车站"
    page.screenshot(path=_picture("classify-chosen"), full_page=True)
    page.click("button:has-text('按此归类')")
    page.wait_for_selector("text=已入库", timeout=60_000)
    assert re.search(r"入库\s+8", page.inner_text("main"))
    page.close()
