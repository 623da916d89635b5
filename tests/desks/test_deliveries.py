"""Deliveries: parked safely, taken in by background work, each row kept or rejected, told on the receipt."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.desks.people import BY, actor
from tests.identity_lake import table

from firebreak.bridge import desk_work
from firebreak.bridge.desk_lake import the_lake
from firebreak.bridge.explain import raw_line
from firebreak.bridge.session import session
from firebreak.bridge.specs import specs_from
from firebreak.ops.base.policy import Refused
from firebreak.ops.base.scope import acting_as
from firebreak.ops.channels import actions, selectors, spool
from firebreak.ops.channels.models import Batch, Channel, Delivery
from firebreak.ops.runs.models import Run
from firebreak.ops.runs.progress import Job
from firebreak.terms.errors import FirebreakError
from firebreak.terms.offices import Office

HEAD = "核验时间,车站,进出,证件号码,姓名,体温,设备号\n"
GOOD = "2020-01-2{day} 08:0{nth}:00,无锡站,进站,3202021990010112{nth}X,演练{nth},36.5,Z1\n"
BAD = ",无锡站,进站,320202199001011234,演练甲,36.5,Z1\n"


@pytest.fixture(autouse=True)
def _places(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.FIREBREAK_SPOOL = tmp_path / "spool"
    settings.FIREBREAK_LAKE = tmp_path / "lake"
    with acting_as(BY):
        yield


def gates(rows: int = 6, bad: int = 2) -> bytes:
    lines = [GOOD.format(day=nth % 7, nth=nth % 10) for nth in range(rows)]
    return (HEAD + "".join(lines) + BAD * bad).encode()


def delivered(data: bytes, name: str = "无锡站闸机核验_20200127.csv", by: Any = None, **more: Any) -> Delivery:
    return actions.deliver(kept=spool.keep([data], name), by=by or actor(Office.STEWARD), **more)


def work() -> dict[str, Any]:
    with acting_as(BY):
        return desk_work.take_in(Job(0, {}, BY))


def again(delivery: Delivery) -> Delivery:
    return selectors.delivery(receipt=delivery.receipt, by=BY)


def test_a_delivery_is_taken_in_and_its_receipt_adds_up(django_capture_on_commit_callbacks: Any) -> None:
    delivery = delivered(gates())
    assert Run.objects.get(kind="intake").state == "waiting"
    with django_capture_on_commit_callbacks(execute=True):
        counts = work()
    told = again(delivery)
    assert (told.standing, told.channel) == ("taken", "rail-gates")
    assert (told.rows_in, told.rows_kept, told.rows_rejected) == (8, 6, 2)
    assert sum(count for scope, *_, count in told.rejects if scope == "row") == 2
    assert counts["kept"] == 6
    assert not spool.path_of(delivery.receipt, delivery.file_name).exists()
    batch = selectors.batches(by=BY).get()
    assert (batch.receipt, batch.division_code, batch.rows_in) == (delivery.receipt, "3202", 8)
    channel = selectors.channels(by=BY).get()
    assert (channel.channel, channel.rows_rejected, sum(rows for _, rows in channel.volume)) == ("rail-gates", 2, 6)
    assert Run.objects.filter(kind="chain", state="waiting").count() == 1


def test_work_killed_after_the_lake_has_it_still_tells_what_came_in(monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = delivered(gates())

    def dies(**_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(desk_work.channels, "settle", dies)
        with pytest.raises(KeyboardInterrupt):
            work()
    assert again(delivery).standing == "waiting"
    work()
    told = again(delivery)
    assert (told.standing, told.rows_in, told.rows_kept, told.rows_rejected) == ("taken", 8, 6, 2)
    assert told.rejects
    assert table(the_lake(), "mentions").height == 6


def test_the_same_bytes_again_are_told_as_such_and_change_nothing() -> None:
    first, second = delivered(gates()), delivered(gates(), "另一份闸机核验_.csv")
    work()
    assert (again(first).standing, again(second).standing) == ("taken", "repeated")
    third = delivered(gates())
    work()
    assert again(third).standing == "repeated"
    assert table(the_lake(), "mentions").height == 6


def test_a_file_that_fits_no_channel_is_parked_and_kept_until_somebody_decides() -> None:
    delivery = delivered("甲,乙\n1,2\n".encode(), "未知.csv")
    work()
    assert (again(delivery).standing, again(delivery).code) == ("parked", "FB-I001")
    assert spool.path_of(delivery.receipt, delivery.file_name).exists()
    steward = actor(Office.STEWARD)
    with pytest.raises(FirebreakError):
        actions.discard(receipt=delivery.receipt, reason=" ", by=steward)
    actions.discard(receipt=delivery.receipt, reason="发错了", by=steward)
    assert again(delivery).standing == "discarded"


def test_records_are_lines_of_json_with_the_channels_own_columns() -> None:
    row = {"核验时间": "2020-01-21 08:00:00", "车站": "无锡站", "进出": "进站", "姓名": "演练甲"}
    lines = [json.dumps(one, ensure_ascii=False) for one in (row, {"车站": "无锡站", "姓名": "演练乙"})]
    delivery = delivered("\n".join(lines).encode(), "rail-gates-r1.ndjson", records=True, channel="rail-gates")
    work()
    told = again(delivery)
    assert (told.standing, told.rows_in, told.rows_kept, told.rows_rejected) == ("taken", 2, 1, 1)
    with session(the_lake()) as opened:
        batch = opened.batches[told.files[0]["batch"]]
        spec = next(one for one in specs_from() if one.id == "rail-gates")
        assert raw_line(opened, batch, spec, 2)["姓名"] == "演练乙"


def test_a_sender_of_some_channels_cannot_bring_in_others() -> None:
    delivery = delivered(gates(), only=["hotels"])
    work()
    assert again(delivery).rows_in == 0
    assert again(delivery).standing in ("parked", "failed")
    with pytest.raises(Refused) as caught:
        delivered(b"{}\n", "x-1.ndjson", records=True, channel="rail-gates", only=["hotels"])
    assert caught.value.code == "FB-CHANNEL-NOT-YOURS"


@pytest.mark.parametrize("name", ["../x.csv", "/etc/passwd", "a/b.csv", "a\\b.csv", "C:x.csv", "..", ".hidden", "", " ",
                                  "a\0b.csv", "a\nb.csv", "长" * 80])  # fmt: skip
def test_a_name_that_leads_anywhere_is_refused_and_nothing_is_written(name: str, settings: Any) -> None:
    with pytest.raises(Refused) as caught:
        spool.keep([b"x"], name)
    assert caught.value.code == "FB-CHANNEL-NAME"
    assert not settings.FIREBREAK_SPOOL.exists()


def test_empty_and_oversized_deliveries_leave_nothing(settings: Any) -> None:
    with pytest.raises(FirebreakError):
        spool.keep([], "x.csv")
    settings.FIREBREAK_MAX_UPLOAD_BYTES = 10
    with pytest.raises(Refused) as caught:
        spool.keep([b"123456", b"123456"], "x.csv")
    assert caught.value.code == "FB-DESK-BODY"
    assert list(settings.FIREBREAK_SPOOL.iterdir()) == []


def test_another_area_sees_neither_deliveries_nor_batches() -> None:
    delivery = delivered(gates())
    work()
    suzhou = actor(Office.STEWARD, "3205")
    assert list(selectors.deliveries(by=suzhou)) == []
    assert list(selectors.batches(by=suzhou)) == []
    assert list(selectors.channels(by=suzhou)) == []
    with pytest.raises(Refused):
        selectors.delivery(receipt=delivery.receipt, by=suzhou)
    with pytest.raises(Refused):
        actions.deliver(kept=spool.keep([b"x"], "x.csv"), division="3202", by=suzhou)


def test_what_belongs_to_no_delivery_is_swept_after_a_day(settings: Any) -> None:
    parked, orphan = delivered("甲,乙\n1,2\n".encode(), "未知.csv"), spool.keep([b"x"], "x.csv")
    work()
    for folder in settings.FIREBREAK_SPOOL.iterdir():
        os.utime(folder, (0, 0))
    work()
    assert [folder.name for folder in settings.FIREBREAK_SPOOL.iterdir()] == [parked.receipt]
    assert orphan.receipt != parked.receipt


def test_a_copy_of_the_lake_forgets_what_the_lake_dropped() -> None:
    delivered(gates())
    work()
    from firebreak.ops.channels import mirror

    mirror.renew(batches=[], channels=[], by=BY)
    assert (Batch.scoped.all().narrowed().count(), Channel.scoped.all().narrowed().count()) == (0, 0)
