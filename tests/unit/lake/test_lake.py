"""What the lake promises: whole batches or nothing, names in one room, the way back to the delivered bytes."""

from __future__ import annotations

import errno
import os
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.unit.lake.lake_rows import batch, deliver, read, rows

from firebreak.lake import Lake, parquet, sweep
from firebreak.terms.errors import LakeError
from firebreak.terms.tables import TABLES

D22, D23, D24 = date(2020, 1, 22), date(2020, 1, 23), date(2020, 1, 24)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.open(tmp_path / "lake", create=True)


def contents(lake: Lake) -> dict[str, bytes]:
    """Every file of the lake but the catalog's own, by path."""
    files = (path for path in lake.root.rglob("*") if path.is_file() and "catalog" not in path.name)
    return {path.relative_to(lake.root).as_posix(): path.read_bytes() for path in files}


def test_a_committed_batch_is_read_back_by_day(lake: Lake) -> None:
    deliver(lake, b"one", [D23, None, D22, D23])
    assert read(lake, "journeys")["board_date"].to_list() == [D22, D23, D23, None]
    assert read(lake, "journeys", first_day=D23)["board_date"].to_list() == [D23, D23]
    assert read(lake, "journeys", last_day=D22, undated=True)["board_date"].to_list() == [D22, None]
    assert lake.check() == []


def test_days_are_those_of_shanghai_for_tables_cut_by_an_instant(lake: Lake) -> None:
    midnight = datetime(2020, 1, 23, 16, tzinfo=UTC)  # 00:00 of the 24th in Shanghai
    lake.replace("stays", rows("stays", record_id=[1, 2], start_at=[midnight - timedelta(seconds=1), midnight]))
    assert read(lake, "stays", first_day=D24)["record_id"].to_list() == [2]
    assert read(lake, "stays", last_day=D23)["record_id"].to_list() == [1]


def test_rows_are_sorted_by_the_tables_order_whatever_order_they_come_in(lake: Lake) -> None:
    lake.replace("journeys", rows("journeys", record_id=[3, 1, 2], board_date=[D23] * 3, service_no=["G2", "G2", "G1"]))
    assert read(lake, "journeys")["record_id"].to_list() == [2, 1, 3]


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    lakes = [Lake.open(tmp_path / name, create=True) for name in "ab"]
    for lake in lakes:
        deliver(lake, b"one", [D23, D22])
    assert contents(lakes[0]) == contents(lakes[1])


def test_a_batch_too_large_for_one_run_gives_several_sorted_files(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("firebreak.lake.stage.BYTES_A_RUN", 1)
    with lake.commit(batch(lake, b"x")) as commit:
        for first in (1, 3):
            commit.write("rosters", rows("rosters", record_id=[first + 1, first], organisation=["甲", "甲"]))
        commit.count(4, 4, 0)
    assert [pl.read_parquet(file)["record_id"].to_list() for file in lake.files("rosters")] == [[1, 2], [3, 4]]


def test_an_error_inside_a_commit_leaves_the_lake_as_it_was(lake: Lake) -> None:
    deliver(lake, b"one", [D23])
    before = contents(lake)
    with pytest.raises(ValueError), lake.commit(batch(lake, b"two")) as commit:  # noqa: PT012
        commit.write("journeys", rows("journeys", record_id=[1], board_date=[D23]))
        raise ValueError
    assert contents(lake) == before
    assert len(lake.batches()) == 1


def test_a_batch_whose_rows_do_not_add_up_is_never_committed(lake: Lake) -> None:
    with pytest.raises(LakeError, match="FB-LAKE-COUNT"), lake.commit(batch(lake, b"two")) as commit:
        commit.count(3, 1, 1)
    assert lake.batches() == []


@pytest.mark.parametrize("step", ["write", "fsync", "catalog"])
def test_a_full_disk_leaves_the_lake_as_it_was(lake: Lake, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    deliver(lake, b"one", [D23])
    before = contents(lake)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def full_catalog(*_: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    place = {"write": (parquet.pq, "write_table", full), "fsync": (os, "fsync", full)}
    owner, name, fault = place.get(step, ("firebreak.lake.catalog.add_files", None, full_catalog))
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, fault) if name else patch.setattr(owner, fault)
        with pytest.raises(LakeError, match="FB-LAKE-FULL"):
            deliver(lake, b"two", [D23])
    assert contents(lake) == before
    assert lake.check() == []


@pytest.mark.parametrize("table", [table for table in TABLES.values() if not table.persons_room], ids=lambda t: t.name)
def test_a_column_that_names_a_person_is_refused_outside_the_persons_room(lake: Lake, table: Any) -> None:
    frame = rows(table.name, **{table.columns[0].name: [None]}).with_columns(phone=pl.lit("x"))
    with pytest.raises(LakeError, match="FB-LAKE-PERSONAL"):
        lake.replace(table.name, frame)


@pytest.mark.parametrize(
    "frame",
    [
        rows("links", record_id=[1]).drop("rule"),
        rows("links", record_id=[1]).with_columns(more=1),
        rows("links", record_id=[1]).with_columns(pl.col("person_id").cast(pl.Int32)),
    ],
    ids=["a column is missing", "a column is unknown", "a type is another"],
)
def test_columns_that_are_not_the_tables_are_refused(lake: Lake, frame: pl.DataFrame) -> None:
    with pytest.raises(LakeError, match="FB-LAKE-COLUMNS"):
        lake.replace("links", frame)


def test_a_derived_table_is_replaced_whole_or_by_day_and_batches_stay(lake: Lake) -> None:
    lake.replace("rides", rows("rides", run_date=[D22, D23], person_id=[1, 2]))
    lake.replace("rides", rows("rides", run_date=[D23], person_id=[3]), days=[D23, D24])
    assert read(lake, "rides")["person_id"].to_list() == [1, 3]
    with pytest.raises(LakeError, match="FB-LAKE-DAYS"):
        lake.replace("rides", rows("rides", run_date=[D22], person_id=[4]), days=[D23])
    lake.replace("rides", rows("rides", run_date=[D24], person_id=[5]))
    assert read(lake, "rides")["person_id"].to_list() == [5]
    deliver(lake, b"one", [D23])
    lake.replace("journeys", rows("journeys", record_id=[9], board_date=[D23]))
    assert read(lake, "journeys").height == 2


def test_a_file_made_elsewhere_is_moved_in(lake: Lake) -> None:
    with lake.scratch() as folder:
        for nth, days in enumerate(([D23, D23], [D22, D23])):
            frame = rows("rides", run_date=days, person_id=[nth, nth])
            frame.write_parquet(folder / f"{nth}.parquet")
        lake.replace("rides", [folder / "0.parquet", folder / "1.parquet"])
    assert read(lake, "rides", last_day=D22).height == 1
    assert read(lake, "rides", first_day=D23).height == 3
    assert lake.check() == []


def test_a_reader_that_listed_before_a_replacement_can_still_read(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.replace("links", rows("links", record_id=[1]))
    old = lake.snapshot()
    lake.replace("links", rows("links", record_id=[2]))
    lake.replace("links", rows("links", record_id=[3]))
    assert pl.read_parquet(old.files("links"))["record_id"].to_list() == [1]
    monkeypatch.setattr(sweep, "GRACE", timedelta(0))
    with lake.writer():
        assert not old.files("links")[0].exists()
    assert read(lake, "links")["record_id"].to_list() == [3]


def test_what_an_interrupted_writer_left_is_swept_by_the_next(lake: Lake) -> None:
    deliver(lake, b"one", [D23])
    before = contents(lake)
    for orphan in ("journeys/day=2020-01-23/batch-0000000001-000.parquet", "raw/ab/ab.zst", "staging/x/y"):
        (lake.root / orphan).parent.mkdir(parents=True, exist_ok=True)
        (lake.root / orphan).write_bytes(b"half")
    assert {finding.code for finding in lake.check()} == {"orphan"}
    with lake.writer():
        pass
    assert contents(lake) == before


def test_one_writer_at_a_time_and_readers_do_not_wait(lake: Lake) -> None:
    deliver(lake, b"one", [D23])
    other = Lake.open(lake.root)
    with lake.writer():
        with pytest.raises(LakeError, match="FB-LAKE-LOCKED"), other.writer():
            pass
        assert read(other, "journeys").height == 1
    with other.writer():
        pass


def test_the_delivered_bytes_come_back(lake: Lake) -> None:
    data = "姓名,车次\n".encode("gb18030") * 1000
    assert lake.raw(deliver(lake, data, [D23]).batch_id).read() == data
    with pytest.raises(LakeError, match="FB-LAKE-RAW"):
        lake.raw(1)


def test_retention_drops_days_and_with_the_last_day_everything_of_the_batch(lake: Lake) -> None:
    old = deliver(lake, b"old", [D22, D23])
    new = deliver(lake, b"new", [D22, D24])
    lake.drop_before("journeys", D24)
    assert read(lake, "journeys")["board_date"].to_list() == [D24]
    assert {record >> 32 for record in read(lake, "mentions")["record_id"]} == {new.batch_id}
    assert lake.batch_of(old.sha256) is not None
    with pytest.raises(LakeError, match="FB-LAKE-RAW"):
        lake.raw(old.batch_id)
    assert lake.check() == []


def test_rows_without_a_day_are_dropped_by_their_day_of_delivery(lake: Lake) -> None:
    deliver(lake, b"old", [None])
    lake.drop_before("journeys", date(2020, 2, 1))
    assert read(lake, "journeys").height == 1
    lake.drop_before("journeys", date(2020, 2, 2))
    assert read(lake, "journeys").height == 0


@pytest.mark.parametrize("harm", ["missing", "size", "hash"])
def test_check_names_a_file_that_is_not_as_it_was_written(lake: Lake, harm: str) -> None:
    deliver(lake, b"one", [D23])
    file = lake.files("journeys")[0]
    data = bytearray(file.read_bytes())
    data[40] ^= 1
    file.unlink() if harm == "missing" else file.write_bytes(data[:-1] if harm == "size" else data)
    assert [(finding.path, finding.code) for finding in lake.check()] == [(str(file.relative_to(lake.root)), harm)]


def test_other_bytes_with_the_same_id_get_the_next_one(lake: Lake) -> None:
    first = deliver(lake, b"one", [D23])
    clash = first.sha256[:8] + "0" * 56
    assert lake.id_for(clash) not in (first.batch_id, -1)
    assert lake.id_for(first.sha256) == first.batch_id


def test_the_same_bytes_cannot_be_committed_twice(lake: Lake) -> None:
    deliver(lake, b"one", [D23])
    before = contents(lake)
    with pytest.raises(LakeError), lake.commit(replace(batch(lake, b"one"), batch_id=5)) as commit:
        commit.count(0, 0, 0)
    assert contents(lake) == before


def test_opening_what_is_no_lake_says_so(tmp_path: Path, lake: Lake) -> None:
    with pytest.raises(LakeError, match="FB-LAKE-MISSING"):
        Lake.open(tmp_path / "nowhere")
    (tmp_path / "catalog.sqlite").write_bytes(b"not a database, but long enough to be looked at" * 20)
    with pytest.raises(LakeError, match="FB-LAKE-DAMAGED"):
        Lake.open(tmp_path)
    connection = sqlite3.connect(lake.root / "catalog.sqlite")
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(LakeError, match="FB-LAKE-NEWER"):
        Lake.open(lake.root)
    connection = sqlite3.connect(lake.root / "catalog.sqlite")
    connection.execute("PRAGMA user_version=1")
    connection.close()
    with pytest.raises(LakeError, match="FB-LAKE-OLDER"):
        Lake.open(lake.root)


def test_an_unknown_table_is_named(lake: Lake) -> None:
    with pytest.raises(LakeError, match="FB-LAKE-TABLE"):
        lake.files("nothing")
