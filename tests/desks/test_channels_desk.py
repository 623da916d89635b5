"""The channels desk: how channels do, uploads, rejects put right, unknown files classified; each look on record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from tests.desks.people import BY, account, actor, browser
from tests.desks.test_deliveries import BAD, HEAD, delivered, gates, work
from tests.identity_lake import table

from firebreak.bridge import mending
from firebreak.bridge.channels import against
from firebreak.bridge.desk_lake import the_lake
from firebreak.bridge.parked import guess, json_line
from firebreak.bridge.specs import specs_from
from firebreak.ops.base.scope import acting_as, everywhere
from firebreak.ops.channels import selectors
from firebreak.ops.channels.models import Batch
from firebreak.ops.ledger.models import Entry
from firebreak.terms.errors import FirebreakError
from firebreak.terms.offices import Office
from firebreak.web.channels.chart import chart

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def _places(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.FIREBREAK_SPOOL = tmp_path / "spool"
    settings.FIREBREAK_LAKE = tmp_path / "lake"
    with acting_as(BY):
        yield


def steward(place: str = "3202") -> Any:
    return browser(account(Office.STEWARD, place))


def events() -> list[str]:
    with acting_as(BY):
        return list(everywhere(Entry, because="test").order_by("id").values_list("event", flat=True))


def batch() -> Batch:
    return selectors.batches(by=BY).get()


def test_a_file_is_uploaded_by_script_and_by_the_form() -> None:
    client = steward()
    answer = client.post("/channels/upload?name=无锡站闸机核验_1.csv", gates(), content_type="application/octet-stream")
    assert answer.status_code == 200
    receipt = answer.json()["receipt"]
    waiting = client.get(f"/channels/deliveries/{receipt}").content.decode()
    assert "hx-trigger" in waiting
    file = SimpleUploadedFile("无锡站闸机核验_2.csv", gates(rows=4))
    assert client.post("/channels/upload", {"file": file}).status_code == 302
    assert client.post("/channels/upload", {}).status_code == 302
    work()
    assert [one.standing for one in selectors.deliveries(by=BY)] == ["taken", "taken"]
    settled = client.get(f"/channels/deliveries/{receipt}", headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in settled
    for address in ("/channels/", "/channels/deliveries/", "/channels/batches/", "/channels/of/rail-gates"):
        page = client.get(address)
        assert page.status_code == 200
        assert "rail-gates" in page.content.decode()
    assert '<rect class="bar' in client.get("/channels/of/rail-gates").content.decode()


def test_a_rejected_row_is_masked_until_a_reason_is_given_and_then_put_right_once() -> None:
    delivered(gates(bad=1))
    work()
    client, number = steward(), batch().batch_id
    row = f"/channels/batches/{number}/7"
    masked = client.get(row).content.decode()
    assert "320202199001011234" not in masked
    assert "演练甲" not in masked
    assert "9{18}" in masked
    assert client.post(f"{row}/show", {"reason": " "}).status_code == 400
    shown = client.post(f"{row}/show", {"reason": "核对退回行"}).content.decode()
    assert "320202199001011234" in shown
    assert events()[-1] == "channels.shown"
    fields = dict(
        zip(
            re.findall(r'name="(column-\d+)" value="', shown),
            re.findall(r'name="column-\d+" value="([^"]*)"', shown),
            strict=True,
        )
    )
    cells = dict(re.findall(r'name="(cell-\d+)" value="([^"]*)"', shown))
    at = next(name.removeprefix("column-") for name, column in fields.items() if column == "核验时间")
    answer = client.post(f"{row}/mend", {**fields, **cells, f"cell-{at}": "2020-01-25 08:00:00"})
    assert answer.status_code == 302
    work()
    made = selectors.deliveries(by=BY).get(mends_batch=number)
    assert (made.standing, made.rows_kept, made.rows_rejected) == ("taken", 1, 0)
    assert "已改正" in client.get(row).content.decode()
    again = client.post(f"{row}/mend", {**fields, **cells})
    assert (again.status_code, b"FB-CHANNEL-MENDED" in again.content) == (400, True)


def test_a_row_that_was_taken_in_is_not_delivered_again() -> None:
    delivered(gates(bad=1))
    work()
    with pytest.raises(FirebreakError) as caught:
        mending.mend(batch(), 1, {"车站": "无锡站"}, actor(Office.STEWARD))
    assert caught.value.code == "FB-CHANNEL-KEPT"


def test_rejects_are_paged_filtered_and_taken_along_without_any_value() -> None:
    delivered(gates(rows=1, bad=70))
    work()
    client, address = steward(), f"/channels/batches/{batch().batch_id}"
    first = client.get(address).content.decode()
    cursor = re.search(r"cursor=([\w-]+)", first)
    assert cursor
    assert client.get(f"{address}?cursor={cursor[1]}").content != first.encode()
    assert client.get(f"{address}?cursor=zz").status_code == 400
    assert client.get(f"{address}?code=nothing").status_code == 200
    text = b"".join(client.post(address, {"format": "csv", "scope": "row"}).streaming_content).decode("utf-8-sig")
    assert text.count("\n") == 71
    assert "320202199001011234" not in text
    assert events()[-1] == "channels.exported"


@pytest.mark.parametrize("line", [0, 99, 10**30])
def test_a_row_that_is_not_there_is_a_users_mistake(line: int) -> None:
    delivered(gates(bad=1))
    work()
    client = steward()
    assert client.get(f"/channels/batches/{batch().batch_id}/{line}").status_code == 400
    assert client.get(f"/channels/batches/{10**30}/1").status_code == 404


def test_an_unknown_file_is_classified_with_the_tools_own_guess() -> None:
    text = "核验的时间;站名;姓名;证件号\n" + "".join(
        f"2020-01-2{nth} 08:00:00;无锡站;演练{nth};3202021990010112{nth}X\n" for nth in range(6)
    )
    delivery = delivered(text.encode("gbk"), "说不清.txt")
    work()
    client, address = steward(), f"/channels/deliveries/{delivery.receipt}"
    assert selectors.delivery(receipt=delivery.receipt, by=BY).standing == "parked"
    likeliest = client.get(f"{address}/classify").content.decode()
    assert re.search(r"list-group-item active.*?channel=rail-gates", likeliest, re.S)
    page = client.get(f"{address}/classify?channel=rail-gates").content.decode()
    assert "演练1" not in page
    assert re.search(r'name="file-1"[^>]*>.*?value="核验时间" selected', page, re.S)
    names = {"核验的时间": "核验时间", "站名": "车站", "姓名": "姓名", "证件号": "证件号码"}
    chosen = {"channel": "rail-gates"}
    for nth, (file, own) in enumerate(names.items()):
        chosen |= {f"file-{nth}": file, f"own-{nth}": own}
    answer = client.post(f"{address}/classify", chosen)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    work()
    made = selectors.deliveries(by=BY).get(parent=delivery.receipt)
    assert (made.standing, made.channel, made.rows_in, made.rows_kept) == ("taken", "rail-gates", 6, 6)
    assert selectors.delivery(receipt=delivery.receipt, by=BY).standing == "settled"
    assert table(the_lake(), "mentions").height == 6
    assert client.post(f"{address}/classify", chosen).status_code == 302  # already settled: to the delivery
    assert table(the_lake(), "mentions").height == 6


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ({}, "FB-CHANNEL-NEEDED"),
        ({"甲": "核验时间"}, "FB-CHANNEL-NEEDED"),
        ({"甲": "核验时间", "丙": "车站"}, "FB-CHANNEL-COLUMNS"),
        ({"甲": "核验时间", "乙": "车站", "丁": "不存在"}, "FB-CHANNEL-COLUMNS"),
    ],
)
def test_a_classification_that_makes_no_sense_changes_nothing(chosen: dict[str, str], code: str) -> None:
    delivery = delivered("甲,乙\n1,2\n".encode(), "未知.csv")
    work()
    data = {"channel": "rail-gates"}
    for nth, (file, own) in enumerate(chosen.items()):
        data |= {f"file-{nth}": file, f"own-{nth}": own}
    answer = steward().post(f"/channels/deliveries/{delivery.receipt}/classify", data)
    assert (answer.status_code, code.encode() in answer.content) == (400, True)
    assert selectors.delivery(receipt=delivery.receipt, by=BY).standing == "parked"
    assert selectors.deliveries(by=BY).count() == 1


def test_a_file_without_a_line_of_names_is_refused_and_shows_nobodys_values() -> None:
    rows = "演练甲,320213199001011234,13912345678\n演练乙,320213199001011235,13912345679\n"
    delivery = delivered(rows.encode(), "无列名.csv")
    work()
    client, address = steward(), f"/channels/deliveries/{delivery.receipt}/classify"
    page = client.get(address)
    told = page.content.decode()
    assert (page.status_code, "FB-CHANNEL-HEADLESS" in told) == (400, True)
    chosen = {"channel": "household-register", "file-1": "320213199001011234", "own-1": "身份证号"}
    told += client.post(address, chosen).content.decode()
    recorded = " ".join(str(row) for row in everywhere(Entry, because="a test").values())
    assert not [value for value in ("320213199001011234", "13912345678", "演练甲") if value in told + recorded]


def test_what_a_classification_leaves_on_record_are_the_channels_own_columns() -> None:
    delivery = delivered("核验的时间,演练丙,证件\n2020-01-21 08:00:00,无锡站,32020219900101123X\n".encode(), "未知.csv")
    work()
    chosen = {"channel": "rail-gates", "file-1": "核验的时间", "own-1": "核验时间", "file-2": "演练丙", "own-2": "车站"}
    assert steward().post(f"/channels/deliveries/{delivery.receipt}/classify", chosen).status_code == 302
    recorded = " ".join(str(row) for row in everywhere(Entry, because="a test").values())
    assert "核验时间" in recorded
    assert "演练丙" not in recorded


def test_a_file_that_nobody_can_read_is_told_so_on_its_page() -> None:
    delivery = delivered(b"%PDF-1.4 x", "扫描件.pdf")
    work()
    client = steward()
    assert client.get(f"/channels/deliveries/{delivery.receipt}").status_code == 200
    answer = client.get(f"/channels/deliveries/{delivery.receipt}/classify")
    assert answer.status_code == 400
    discarded = client.post(f"/channels/deliveries/{delivery.receipt}/discard", {"reason": "不是表格"})
    assert discarded.status_code == 302
    assert events()[-1] == "channels.discarded"


@pytest.mark.parametrize("office", [Office.OFFICER, Office.CITIZEN, Office.ADMINISTRATOR, Office.GRID_WORKER])
def test_others_do_not_see_the_desk(office: Office) -> None:
    client = browser(account(office))
    for address in ("/channels/", "/channels/upload", "/channels/batches/", "/channels/deliveries/"):
        assert client.get(address).status_code == 403


def test_the_auditor_reads_and_does_not_deliver() -> None:
    client = browser(account(Office.AUDITOR))
    assert client.get("/channels/").status_code == 200
    assert client.get("/channels/upload").status_code == 403
    assert b"/channels/upload" not in client.get("/channels/").content


def test_what_a_file_says_is_text_on_every_page() -> None:
    evil_name = "无锡站闸机核验_<img src=x onerror=alert(1)>.csv"
    bad = f',{EVIL.replace(",", "")},进站,,"{EVIL.replace(chr(34), chr(34) * 2)}",36.5,Z1\n'
    delivery = delivered((HEAD + bad).encode() + BAD.encode(), evil_name)
    work()
    client, number = steward(), batch().batch_id
    pages = ["/channels/", "/channels/deliveries/", "/channels/batches/", f"/channels/deliveries/{delivery.receipt}",
             "/channels/of/rail-gates", f"/channels/batches/{number}", f"/channels/batches/{number}/1"]  # fmt: skip
    contents = [client.get(page).content.decode() for page in pages]
    contents.append(client.post(f"/channels/batches/{number}/1/show", {"reason": "核对"}).content.decode())
    assert "alert(1)" in contents[-1]
    for content in contents:
        assert "<script>alert" not in content
        assert "<img src=x" not in content


def test_a_list_of_channels_costs_the_same_few_queries_however_long(django_assert_max_num_queries: Any) -> None:
    delivered(gates())
    work()
    client = steward()
    with django_assert_max_num_queries(9):
        client.get("/channels/")
    with django_assert_max_num_queries(9):
        client.get("/channels/deliveries/")


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=60))
def test_every_bar_stands_inside_the_drawing_and_the_highest_fills_it(rows: list[int]) -> None:
    from datetime import date, timedelta

    volume = [[(date(2020, 1, 1) + timedelta(nth)).isoformat(), max(one, 1)] for nth, one in enumerate(rows)]
    drawn = chart(volume)
    assert drawn is not None
    assert len(drawn.bars) == len(rows)
    assert all(bar.x >= 0 and bar.x + bar.width <= drawn.width + 0.1 and bar.y >= 0 for bar in drawn.bars)
    assert max(bar.height for bar in drawn.bars) == drawn.height


def test_a_day_is_compared_with_the_median_of_the_days_before() -> None:
    from datetime import date

    days = {date(2020, 1, nth): rows for nth, rows in enumerate((10, 10, 90, 10, 10, 5), start=1)}
    assert against(days) == 50
    assert against(dict(list(days.items())[:4])) is None


def test_a_guess_gives_each_column_once_and_prefers_its_own_name() -> None:
    import polars as pl

    spec = next(one for one in specs_from() if one.id == "rail-gates")
    sample = pl.DataFrame({"姓名": ["演练甲"], "名字": ["演练甲"], "证件号码": ["x"], "无关": ["?"]})
    from datetime import date

    found = guess(sample, spec, date(2020, 1, 31))
    assert found["姓名"] == ("姓名", 1.0)
    assert found["证件号码"][0] == "证件号码"
    given_away = [own for own, _ in found.values() if own]
    assert len(given_away) == len(set(given_away))


def test_names_with_dots_are_places_within_records() -> None:
    assert json_line({"a.b": "1", "a.c": "2", "d": None}) == b'{"a":{"b":"1","c":"2"}}\n'
