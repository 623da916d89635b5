"""Each file of a drill is recognised as its channel's and read line for line; the broken ones are named."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.drill_fixture import small_drill

from firebreak.engine.intake.readers import Found, classify, read, tables_in
from firebreak.engine.intake.spec import SHIPPED, load_specs
from firebreak.terms.errors import FileError

SPECS = {spec.id: spec for spec in load_specs([SHIPPED / "drill"])}


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_drill(tmp_path_factory.mktemp("drill"))


def files_of(drill: Path, *fates: str) -> list[tuple[str, str]]:
    files = pl.read_parquet(drill / "truth" / "files.parquet")
    return files.filter(pl.col("fate").is_in(fates)).select("file", "channel").rows()


def test_each_file_is_recognised_as_its_channels_among_all_shipped_specs(drill: Path) -> None:
    specs = load_specs([SHIPPED])
    wrong = []
    for file, channel in files_of(drill, "data", "repeated", "renamed"):
        for table in tables_in(drill / "channels" / file):
            chosen = classify(table, specs)
            if chosen.spec is None or chosen.spec.id != channel:
                wrong.append((file, chosen.score, chosen.reason))
    assert wrong == []


def test_a_file_whose_name_says_nothing_is_recognised_by_what_is_in_it(drill: Path) -> None:
    specs = load_specs([SHIPPED])
    first = {channel: file for file, channel in reversed(files_of(drill, "data"))}
    wrong = []
    for number, (channel, file) in enumerate(first.items()):
        table = next(iter(tables_in(drill / "channels" / file)))
        nameless = Found(f"upload-{number}", "", table.data, table.sha256)
        chosen = classify(nameless, specs)
        if chosen.spec is None or chosen.spec.id != channel:
            wrong.append((channel, chosen.spec and chosen.spec.id, chosen.score, chosen.reason))
    # Fixed-width files have no header to go by: one that is parked for want of a name is not guessed.
    assert [entry for entry in wrong if entry[1] or SPECS[entry[0]].file.format != "fixed"] == []


def test_a_list_that_no_spec_describes_is_parked(drill: Path) -> None:
    for file, _ in files_of(drill, "unknown"):
        for table in tables_in(drill / "channels" / file):
            assert classify(table, load_specs([SHIPPED])).spec is None


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
