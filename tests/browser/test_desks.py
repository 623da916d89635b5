"""The desks as people use them: each office, in both languages, on a phone and on a wide screen, light and dark.

Each page's picture is kept in build/screens, for whoever builds a page to look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser.chromium import chromium
from tests.browser.console import PASSWORD, Console, console

from firebreak.terms.offices import OFFICES, Office

SCREENS = Path(__file__).parents[2] / "build" / "screens"
WIDTHS = {"phone": (360, 740), "wide": (1920, 1080)}
EVERYBODY = frozenset(Office)
PAGES: dict[str, tuple[str, frozenset[Office]]] = {
    "home": ("/", EVERYBODY),
    "password": ("/password", EVERYBODY),
    "accounts": ("/accounts/", frozenset({Office.ADMINISTRATOR, Office.AUDITOR})),
    "account": ("/accounts/2", frozenset({Office.ADMINISTRATOR, Office.AUDITOR})),
    "account-new": ("/accounts/new", frozenset({Office.ADMINISTRATOR})),
    "cases": ("/cases/", frozenset({Office.OFFICER, Office.COMMANDER})),
    "case-new": ("/cases/new", frozenset({Office.OFFICER, Office.COMMANDER})),
    "clocks": ("/cases/clocks", frozenset({Office.OFFICER, Office.COMMANDER})),
    "orders": ("/orders/", frozenset({Office.OFFICER, Office.GRID_WORKER, Office.COMMANDER})),
    "handovers": ("/orders/handovers", frozenset({Office.COMMANDER, Office.ADMINISTRATOR})),
    "tasks": ("/orders/tasks", frozenset({Office.OFFICER, Office.GRID_WORKER, Office.COMMANDER})),
    "channels": ("/channels/", frozenset({Office.STEWARD, Office.AUDITOR})),
    "deliveries": ("/channels/deliveries/", frozenset({Office.STEWARD, Office.AUDITOR})),
    "batches": ("/channels/batches/", frozenset({Office.STEWARD, Office.AUDITOR})),
    "upload": ("/channels/upload", frozenset({Office.STEWARD})),
    "integrations": ("/integrations/", frozenset({Office.ADMINISTRATOR, Office.AUDITOR})),
    "integration-new": ("/integrations/new", frozenset({Office.ADMINISTRATOR})),
    "runs": (
        "/runs/",
        frozenset({Office.STEWARD, Office.OFFICER, Office.COMMANDER, Office.AUDITOR, Office.ADMINISTRATOR}),
    ),
    "ledger": ("/ledger/", frozenset({Office.AUDITOR})),
    "ledger-verify": ("/ledger/verify", frozenset({Office.AUDITOR})),
}
"""Every page with an address of its own, and who may see it. A new desk adds its pages here."""

_HAN = re.compile(r"[㐀-鿿]")
_SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with console(tmp_path_factory.mktemp("console")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def contexts(served: Console, browser: Any) -> Iterator[dict[Office, Any]]:
    """One signed-in browser an office."""
    opened = {office: served.signed_in(browser, office.value.replace("_", "-")) for office in Office}
    yield opened
    for context in opened.values():
        context.close()


@pytest.fixture
def complaints() -> list[str]:
    return []


def visit(context: Any, address: str, complaints: list[str], status: int = 200) -> Any:
    page = context.new_page()
    page.on(
        "console", lambda message: complaints.append(f"{address}: {message.text}") if message.type == "error" else None
    )
    page.on("pageerror", lambda error: complaints.append(f"{address}: {error}"))
    answer = page.goto(address)
    assert answer.status == status, f"{address}: {answer.status}"
    return page


def speak(context: Any, language: str) -> None:
    page = context.new_page()
    page.goto("/")
    button = page.locator(f"button[lang='{language}']")
    if button.count():
        button.first.click()
        page.wait_for_load_state()
    page.close()


def paint(context: Any, theme: str, url: str) -> None:
    context.add_cookies([{"name": "firebreak_theme", "value": theme, "url": url}])


def serious(page: Any) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]} | {one['nodes'][0].get('failureSummary', '')[:300]}"
            for one in found if one["impact"] in _SERIOUS]  # fmt: skip


@pytest.mark.parametrize("office", list(Office))
def test_each_office_sees_its_desks_and_no_others(contexts: dict[Office, Any], office: Office) -> None:
    context = contexts[office]
    page = context.new_page()
    page.goto("/")
    linked = {link.get_attribute("href") for link in page.locator("#menu a").all()}
    shown = ("accounts", "ledger", "runs", "channels", "integrations", "cases", "orders")
    menu = {PAGES[name][0] for name in shown}
    assert linked & menu == {address for address, offices in PAGES.values() if office in offices and address in menu}
    assert OFFICES[office].zh in page.inner_text("main")
    page.close()
    for name, (address, offices) in PAGES.items():
        answer = context.request.get(address)
        expected = 200 if office in offices else 403
        assert answer.status == expected, f"{office} {name}: {answer.status}"
        if expected == 403:
            assert "FB-DESK-REFUSED" in answer.text()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", list(PAGES))
def test_each_page_is_whole_in_both_languages_at_both_widths(
    contexts: dict[Office, Any], complaints: list[str], name: str, language: str
) -> None:
    address, offices = PAGES[name]
    office = Office.ADMINISTRATOR if Office.ADMINISTRATOR in offices else next(one for one in Office if one in offices)
    context = contexts[office]
    speak(context, language)
    SCREENS.mkdir(parents=True, exist_ok=True)
    page = visit(context, address, complaints)
    for width, (across, down) in WIDTHS.items():
        page.set_viewport_size({"width": across, "height": down})
        page.screenshot(path=SCREENS / f"{name}-{language}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} sticks out at {across} px"
    if language == "en":
        left = [line for line in page.inner_text("body").splitlines() if _HAN.search(line)]
        names = ("中文", "演练·", "Firebreak 联防", *(division for division in ("无锡市", "江苏省")))
        assert [line for line in left if not any(known in line for known in names)] == []
    else:
        assert _HAN.search(page.inner_text("h1"))
        assert serious(page) == []
    page.close()
    assert complaints == []


@pytest.mark.parametrize("name", list(PAGES))
def test_each_page_can_be_read_in_the_dark(
    contexts: dict[Office, Any], served: Console, complaints: list[str], name: str
) -> None:
    address, offices = PAGES[name]
    context = contexts[Office.ADMINISTRATOR if Office.ADMINISTRATOR in offices else next(iter(offices))]
    paint(context, "dark", served.url)
    page = visit(context, address, complaints)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.screenshot(path=SCREENS / f"{name}-dark.png", full_page=True)
    assert page.get_attribute("html", "data-bs-theme") == "dark"
    assert serious(page) == []
    page.close()
    paint(context, "light", served.url)
    assert complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", list(WIDTHS))
def test_the_sign_in_page_is_whole(
    browser: Any, served: Console, complaints: list[str], width: str, theme: str
) -> None:
    across, down = WIDTHS[width]
    context = browser.new_context(base_url=served.url, viewport={"width": across, "height": down})
    paint(context, theme, served.url)
    page = visit(context, "/sign-in", complaints)
    page.screenshot(path=SCREENS / f"sign-in-{theme}-{width}.png")
    assert serious(page) == []
    page.fill("[name=username]", "nobody-here")
    page.fill("[name=password]", "not the password")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    page.screenshot(path=SCREENS / f"sign-in-wrong-{theme}-{width}.png")
    context.close()
    assert [one for one in complaints if "401" not in one] == []


def test_refusals_and_absent_pages_say_what_to_do(contexts: dict[Office, Any]) -> None:
    for address, status, code in (("/ledger/", 403, "FB-DESK-REFUSED"), ("/nowhere", 404, "FB-DESK-ADDRESS")):
        page = contexts[Office.CITIZEN].new_page()
        assert page.goto(address).status == status
        assert code in page.inner_text("main")
        for width, (across, down) in WIDTHS.items():
            page.set_viewport_size({"width": across, "height": down})
            page.screenshot(path=SCREENS / f"error-{status}-{width}.png")
        assert serious(page) == []
        page.close()


def test_everything_is_reached_by_keyboard(served: Console, browser: Any) -> None:
    context = browser.new_context(base_url=served.url)
    page = context.new_page()
    page.goto("/sign-in")
    page.keyboard.type("citizen")  # the name's field has the focus
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{served.url}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    seen = []
    page.reload()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break  # past the last one
        seen.append(page.evaluate("document.activeElement.textContent.trim()"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", f"the focus cannot be seen on {seen[-1]}"
    assert any("citizen" in one for one in seen)
    context.close()


def test_a_list_is_filtered_sorted_and_paged_in_place(contexts: dict[Office, Any], complaints: list[str]) -> None:
    speak(contexts[Office.AUDITOR], "zh-hans")
    page = visit(contexts[Office.AUDITOR], "/ledger/", complaints)
    assert page.locator("tbody tr").count() == 50
    first = page.locator("tbody tr").first.inner_text()
    page.click("a[rel=next]")
    page.wait_for_url(re.compile("cursor="))
    page.wait_for_selector("a[rel=prev]")
    assert page.locator("tbody tr").first.inner_text() != first
    page.click("a[rel=prev]")
    page.locator("a[rel=prev]").wait_for(state="detached")
    assert page.locator("tbody tr").first.inner_text() == first
    page.select_option("[name=event]", "accounts.granted")
    page.wait_for_url(re.compile("event=accounts.granted"))
    page.locator("a[rel=next]").wait_for(state="detached")
    assert set(page.locator("tbody tr td:nth-child(2)").all_inner_texts()) == {"授予职责"}
    with page.expect_download() as taken:
        page.click("button[value=csv]")
    text = Path(taken.value.path()).read_text("utf-8-sig")
    assert text.startswith("演练/DRILL,")
    assert text.count("accounts.granted") == 8
    page.close()
    assert complaints == []
