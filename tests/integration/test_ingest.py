"""A delivery goes into the lake file by file, whole or not at all."""

from __future__ import annotations

import errno
import os
import threading
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.integration.delivery import AS_OF, deliver, specs, state

from firebreak.engine.intake.ingest import ingest
from firebreak.engine.intake.readers import archive
from firebreak.engine.intake.report import FileReport, IngestReport, Outcome
from firebreak.lake import Lake, parquet
from firebreak.terms.errors import LakeError


class Desk:
    """A lake and the channels that deliver to it."""

    def __init__(self, folder: Path) -> None:
        self.inbox = folder / "inbox"
        self.specs = specs(folder / "specs")
        self.lake = Lake.open(folder / "lake", create=True)

    def ingest(self, *paths: Path, workers: int = 1, **more: Any) -> IngestReport:
        return ingest(paths or [self.inbox], self.lake, self.specs, AS_OF, "test", workers=workers, **more)

    def rows(self, table: str) -> pl.DataFrame:
        files = self.lake.files(table)
        return pl.concat([pl.read_parquet(file, hive_partitioning=False) for file in files])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_every_row_is_a_record_or_a_reject_and_its_line_can_be_found_again(desk: Desk) -> None:
    deliver(desk.inbox, 3, 40)
    report = desk.ingest()
    assert [file.outcome for file in report.files] == [Outcome.TAKEN] * 3
    assert report.rows_in == 120 == report.rows_kept + report.rows_rejected
    assert report.simulated
    for file in report.files:
        facts = desk.rows("stays" if file.category == "stay" else "journeys")
        kept = {record & 0xFFFFFFFF for record in facts["record_id"] if record >> 32 == file.batch_id}
        lost = desk.rows("rejects").filter(pl.col("batch_id") == file.batch_id, pl.col("scope") == "row")["line"]
        assert sorted([*kept, *set(lost)]) == list(range(1, 41))
        assert file.batch_id is not None
        assert desk.lake.raw(file.batch_id).read() == (desk.inbox / file.name).read_bytes()
    counted = sum(reject.count for file in report.files for reject in file.rejects)
    assert counted == desk.rows("rejects").height
    assert desk.lake.check() == []


def test_the_same_bytes_again_change_nothing_whatever_they_are_called(desk: Desk) -> None:
    deliver(desk.inbox, 3, 20)
    desk.ingest()
    before = state(desk.lake)
    (desk.inbox / "rail-0.csv").rename(desk.inbox / "rail-late.csv")
    report = desk.ingest()
    assert [file.outcome for file in report.files] == [Outcome.REPEATED] * 3
    assert "rail-0.csv" in next(file.reason for file in report.files if file.name == "rail-late.csv")
    assert state(desk.lake) == before


def test_a_cr_inside_a_line_costs_no_row_of_its_file_and_no_other_file(desk: Desk) -> None:
    deliver(desk.inbox, 1, 5)
    rows = '演甲\r子,13000000000,D3008,2020-01-23,无座\n演乙丑,,D3008,2020-01-23,5"2\n'
    (desk.inbox / "rail-cr.csv").write_bytes(f"姓名,电话,车次,乘车日期,席位\n{rows}".encode())
    counts = {file.name: (file.outcome, file.rows_in) for file in desk.ingest().files}
    assert counts == {"rail-0.csv": (Outcome.TAKEN, 5), "rail-cr.csv": (Outcome.TAKEN, 2)}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_bad_file_in_the_middle_changes_nothing_else(
    tmp_path: Path, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "_SMALL", 0)  # members of archives are files, as large ones are
    good, mixed = Desk(tmp_path / "good"), Desk(tmp_path / "mixed")
    deliver(good.inbox, 3, 20)
    deliver(mixed.inbox, 3, 20)
    with zipfile.ZipFile(mixed.inbox / "p.zip", "w") as packed:  # the order of delivery is not the order of names
        for name in ("rail-0.csv", "hotel-2.jsonl"):
            packed.write(mixed.inbox / name, name)
            (mixed.inbox / name).unlink()
    bad = {
        "m-empty.csv": b"",
        "n-unknown.csv": "物资,数量\n口罩,3\n".encode(),
        "p-cut.zip": (mixed.inbox / "p.zip").read_bytes()[:-30],
        "rail-z.csv": "姓名,电话,车次,乘车日期,席位\n".encode() + b"\xff\xfe\x80\x81\x00" * 9,
    }
    for name, data in bad.items():
        (mixed.inbox / name).write_bytes(data)
    good.ingest()
    report = mixed.ingest(workers=workers)
    outcomes = {file.name: file.outcome for file in report.files}
    assert {name: outcomes[name] for name in bad} == {
        "m-empty.csv": Outcome.FAILED,
        "n-unknown.csv": Outcome.PARKED,
        "p-cut.zip": Outcome.FAILED,
        "rail-z.csv": Outcome.FAILED,
    }
    assert all(file.code and file.remedy and file.reason for file in report.files if file.name in bad)
    left, right = state(good.lake), state(mixed.lake)
    assert [_without_name(row) for row in left.pop("batches")] == [_without_name(row) for row in right.pop("batches")]
    assert left == right


def _without_name(batch: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*batch[:5], *batch[7:])  # file_name and member


def test_a_corrected_file_is_kept_beside_the_first(desk: Desk) -> None:
    deliver(desk.inbox, 1, 10)
    desk.ingest()
    file = desk.inbox / "rail-0.csv"
    file.write_bytes(file.read_bytes() + "演丙丑,不详,D3008,2020-01-23,无座\n".encode())
    report = desk.ingest()
    assert [(f.outcome, f.rows_in) for f in report.files] == [(Outcome.TAKEN, 11)]
    assert [batch.rows_in for batch in desk.lake.batches()] in ([10, 11], [11, 10])


def test_columns_that_the_spec_does_not_name_are_reported_once_for_the_file(desk: Desk) -> None:
    desk.inbox.mkdir()
    text = (
        "姓名,电话,车次,乘车日期,席位,备注\n演甲子,不详,D3008,2020-01-23,无座,x\n演甲丑,不详,D3008,2020-01-23,无座,y\n"
    )
    (desk.inbox / "rail-x.csv").write_text(text, "utf-8")
    assert desk.ingest().files[0].unknown_columns == ("备注",)


def test_a_reader_sees_whole_batches_only_while_a_writer_works(desk: Desk) -> None:
    deliver(desk.inbox, 6, 30)
    seen, done = [], threading.Event()

    def watch() -> None:
        other = Lake.open(desk.lake.root)
        while not done.is_set():
            snapshot, batches = other.snapshot(), len(other.batches())
            rows = {name: snapshot.rows(name) for name in ("journeys", "stays", "mentions")}
            read = sum(pl.read_parquet(file, hive_partitioning=False).height for file in snapshot.files("mentions"))
            seen.append((rows["mentions"] == rows["journeys"] + rows["stays"] == read, batches))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        desk.ingest()
    finally:
        done.set()
        watcher.join()
    assert all(whole for whole, _ in seen)
    assert len({batches for _, batches in seen}) > 1, "the reader has seen the lake grow"


def test_a_full_disk_stops_the_run_and_leaves_the_lake_as_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(desk.inbox, 3, 20)
    desk.ingest(desk.inbox / "rail-0.csv")
    before = state(desk.lake)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(parquet.pq, "write_table", full)
        with pytest.raises(LakeError, match="FB-LAKE-FULL"):
            desk.ingest()
    assert state(desk.lake) == before
    assert desk.ingest().rows_in == 40


def test_a_fault_nobody_foresaw_is_told_without_any_value(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(desk.inbox, 2, 5)

    def fault(*_: Any) -> None:
        raise RuntimeError("演甲子 13900000000")

    monkeypatch.setattr("firebreak.engine.intake.take.type_chunk", fault)
    monkeypatch.setattr("firebreak.engine.intake.take.type_chunks", fault)
    report = desk.ingest()
    assert [file.code for file in report.files] == ["FB-I002"] * 2
    assert not any("演甲子" in str(file) for file in report.files)
    assert desk.lake.batches() == []


def test_files_typed_together_fall_back_to_one_by_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(desk.inbox, 4, 10)

    def fault(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("firebreak.engine.intake.take.type_chunks", fault)
    assert [file.outcome for file in desk.ingest().files] == [Outcome.TAKEN] * 4


@pytest.mark.parametrize("parcel", [1, 2, 3, 64])
def test_a_lake_does_not_depend_on_which_files_were_taken_together(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parcel: int
) -> None:
    deliver(desk.inbox, 7, 30)
    (desk.inbox / "rail-9.csv").write_bytes((desk.inbox / "rail-0.csv").read_bytes())
    (desk.inbox / "rail-5.csv").write_text(
        "姓名,电话,车次,乘车日期,席位\n演甲子,1,D1\n演甲丑,,D1,2020-01-23,1A\n", "utf-8"
    )
    (desk.inbox / "rail-8.csv").write_bytes(b"")
    report = desk.ingest()
    other = Lake.open(tmp_path / "other", create=True)
    monkeypatch.setattr("firebreak.engine.intake.ingest._FILES", parcel)
    again = ingest([desk.inbox], other, desk.specs, AS_OF, "test")
    assert state(other) == state(desk.lake)
    assert _told(again) == _told(report)


def test_large_files_begun_first_are_committed_in_their_turn(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(desk.inbox, 5, 20)
    (desk.inbox / "rail-9.csv").write_bytes((desk.inbox / "rail-0.csv").read_bytes())
    with zipfile.ZipFile(desk.inbox / "rail-7.zip", "w") as archive:
        archive.write(desk.inbox / "rail-1.csv", "rail-7.csv")
    report = desk.ingest()
    other = Lake.open(tmp_path / "other", create=True)
    monkeypatch.setattr("firebreak.engine.intake.ingest._LARGE", 1)
    again = ingest([desk.inbox], other, desk.specs, AS_OF, "test", workers=2)
    assert state(other) == state(desk.lake)
    assert _told(again) == _told(report)


def _told(report: IngestReport) -> list[tuple[Any, ...]]:
    """What became of each file, and why it was not taken; how well a layout fits may be told by a file beside it."""
    reasons = ["" if file.outcome is Outcome.TAKEN else file.reason for file in report.files]
    return [
        (file.name, file.member, file.outcome, file.code, file.rows_in, file.rejects, reason)
        for file, reason in zip(report.files, reasons, strict=True)
    ]


def test_progress_is_told_file_by_file_in_order(desk: Desk) -> None:
    deliver(desk.inbox, 4, 5)
    told: list[FileReport] = []
    report = desk.ingest(progress=told.append)
    assert told == report.files
    assert [file.name for file in told] == sorted(file.name for file in told)


def test_a_folder_that_cannot_be_looked_into_is_reported_and_the_others_are_taken(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(desk.inbox, 2, 20)
    for name in ("closed", ".hidden"):
        (desk.inbox / name).mkdir()
        (desk.inbox / name / "rail-9.csv").write_text("x", "utf-8")
    looked = os.scandir

    def scandir(path: Any) -> Any:
        if str(path).endswith(("closed", ".hidden")):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return looked(path)

    monkeypatch.setattr(os, "scandir", scandir)
    report = desk.ingest()
    assert [file.outcome for file in report.files] == [Outcome.TAKEN] * 2 + [Outcome.FAILED]
    assert (report.files[-1].name, report.files[-1].code) == ("closed/", "FB-F014")


def test_a_link_that_leads_nowhere_is_reported(desk: Desk) -> None:
    deliver(desk.inbox, 1, 20)
    (desk.inbox / "rail-9.csv").symlink_to(desk.inbox / "gone.csv")
    assert {file.name: file.code for file in desk.ingest().of(Outcome.FAILED)} == {"rail-9.csv": "FB-F014"}
