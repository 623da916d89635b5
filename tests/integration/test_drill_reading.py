"""The readers find in the drill's files the rows that the truth says are there, and name the broken ones."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.drill_fixture import small_drill

from firebreak.engine.intake.readers.archive import tables_in
from firebreak.engine.intake.readers.read import read
from firebreak.engine.intake.spec import SHIPPED, load_specs
from firebreak.terms.errors import FileError

SPECS = {spec.id: spec for spec in load_specs([SHIPPED / "drill"])}


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_drill(tmp_path_factory.mktemp("drill"))


def files_of(drill: Path, *fates: str) -> list[tuple[str, str]]:
    files = pl.read_parquet(drill / "truth" / "files.parquet")
    return files.filter(pl.col("fate").is_in(fates)).select("file", "channel").rows()


def test_each_file_reads_by_its_channels_spec_line_for_line(drill: Path) -> None:
    lines = pl.read_parquet(drill / "truth" / "rows.parquet").group_by("file", "member").agg(pl.col("line").max())
    expected = {(file, member): count for file, member, count in lines.iter_rows()}
    found: dict[tuple[str, str], int] = {}
    for file, channel in files_of(drill, "data"):
        for table in tables_in(drill / "channels" / file):
            chunks = list(read(table, SPECS[channel]))
            assert not any(chunk.problems for chunk in chunks), file
            found[file, table.member] = sum(chunk.frame.height for chunk in chunks)
    assert found == expected


def test_an_empty_file_is_refused_as_empty(drill: Path) -> None:
    for file, _ in files_of(drill, "empty"):
        with pytest.raises(FileError) as caught:
            [list(read(table, SPECS["hotels"])) for table in tables_in(drill / "channels" / file)]
        assert caught.value.code == "FB-F001"


def test_an_archive_that_was_cut_off_is_refused_as_cut_off(drill: Path) -> None:
    for file, _ in files_of(drill, "truncated"):
        with pytest.raises(FileError) as caught:
            [list(read(table, SPECS["rail-sales-other"])) for table in tables_in(drill / "channels" / file)]
        assert caught.value.code == "FB-F002"
