"""The files of a drill: marked, complete, the same for the same seed, and each row known to be about somebody."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import python_calamine
from tests.drill_fixture import SEED

from firebreak.engine.intake.spec import SHIPPED, ChannelSpec, load_specs
from firebreak.world.channels import load_noise
from firebreak.world.channels.catalogue import CHANNELS
from firebreak.world.channels.delivery import deliver
from firebreak.world.channels.layout import Channel, Form, Pack
from firebreak.world.channels.noise import Noise, quiet
from firebreak.world.channels.truth import Truth
from firebreak.world.draws import Draws

SPECS = {spec.id: spec for spec in load_specs([SHIPPED / "drill"])}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def lines(channel: Channel, content: bytes) -> list[str]:
    """The file's lines as text, archives opened, sheets as tab-separated rows."""
    if channel.pack is Pack.ZIP:
        archive = zipfile.ZipFile(io.BytesIO(content))
        return [line for name in archive.namelist() for line in text_lines(channel, archive.read(name))]
    return text_lines(channel, gzip.decompress(content) if channel.pack is Pack.GZ else content)


def text_lines(channel: Channel, content: bytes) -> list[str]:
    if channel.form is Form.XLSX:
        sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        return ["\t".join(map(str, row)) for row in sheet.to_python()]
    text = content.decode(channel.encoding)
    return text.replace("},{", "},\n{").splitlines() if channel.form is Form.JSON else text.splitlines()


def names_of(spec: ChannelSpec) -> set[str]:
    """Every column of the file the spec knows."""
    inside = {f"{several.list}.{column.source}" for several in spec.several for column in several.columns}
    guardians = {column.source for columns in spec.identity.values() for column in columns}
    combined = {name for combine in spec.combine for name in combine.columns}
    return {column.source for column in spec.columns} | inside | guardians | combined


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.id)
def test_a_spec_names_each_column_its_channel_sends_and_no_other(channel: Channel) -> None:
    assert names_of(SPECS[channel.id]) == set(channel.headers)


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.id)
def test_a_spec_has_the_format_of_its_channel_and_is_marked_simulated(channel: Channel) -> None:
    spec = SPECS[channel.id]
    assert (spec.file.format, spec.simulated, spec.zh) == (channel.form.value, True, channel.zh)
    if channel.form is Form.FIXED:
        assert [tuple(pair) for pair in spec.file.widths] == [(c.header, c.width) for c in channel.columns]


def test_there_are_as_many_channels_and_formats_as_promised() -> None:
    forms = {(channel.form, channel.pack, channel.encoding) for channel in CHANNELS}
    assert len(CHANNELS) >= 28
    assert len({channel.form for channel in CHANNELS} | {channel.pack for channel in CHANNELS if channel.pack}) >= 8
    assert {"utf-8", "utf-8-sig", "gbk", "gb18030"} == {encoding for _, _, encoding in forms}


def test_every_file_name_says_that_it_is_a_drill(drill: Path) -> None:
    names = [path.name for path in (drill / "channels").rglob("*") if path.is_file()]
    assert names
    assert all(name.startswith("演练_") for name in names)
    assert "演练/DRILL" in (drill / "README.md").read_text("utf-8")


def test_the_same_seed_gives_the_same_bytes(drill: Path, rendered: Callable[[Noise, int], Path]) -> None:
    assert contents(rendered(load_noise(), SEED)) == contents(drill / "channels")


def test_another_seed_gives_other_mess(drill: Path, rendered: Callable[[Noise, int], Path]) -> None:
    assert contents(rendered(load_noise(), SEED + 1)) != contents(drill / "channels")


def test_each_file_has_as_many_lines_as_the_truth_says(drill: Path) -> None:
    rows = pl.read_parquet(drill / "truth" / "rows.parquet")
    lines_of = pl.struct("member", "line").n_unique().alias("lines")
    last = rows.group_by("file", "channel").agg(lines_of, pl.col("member").n_unique().alias("members"))
    by_id = {channel.id: channel for channel in CHANNELS}
    for file, channel_id, expected, members in last.iter_rows():
        channel = by_id[channel_id]
        around = {Form.CSV: members, Form.TSV: 1, Form.XLSX: 1 + len(channel.titles)}.get(channel.form, 0)
        around += 2 + 2 * channel.record_path.count("/") if channel.form is Form.XML else 0
        around += 1 if channel.totals else 0
        found = len(lines(channel, (drill / "channels" / file).read_bytes()))
        assert found == expected + around, file


def test_without_noise_every_row_says_the_persons_own_number(drill: Path) -> None:
    truth = Truth(drill / "truth")
    numbers = truth.people["doc_number"]
    for channel in CHANNELS:
        if channel.list_name or channel.form not in (Form.CSV, Form.TSV, Form.FIXED, Form.JSONL):
            continue
        if not any(str(column.cell) == 'col("document").strict_cast(String)' for column in channel.columns):
            continue
        for file in deliver(channel, truth, quiet(), Draws(SEED)):
            _check_numbers(channel, file.content, file.about, numbers)


def _check_numbers(channel: Channel, content: bytes, about: pl.DataFrame, numbers: pl.Series) -> None:
    skip = 1 if channel.form in (Form.CSV, Form.TSV) else 0
    if channel.pack is Pack.ZIP:
        return
    for line, person in zip(lines(channel, content)[skip:], about["person"].to_list(), strict=False):
        number = numbers[person]
        assert number is None or number in line


def _without(truth: Truth, person: int, folder: Path) -> Truth:
    """The same truth, where that person did nothing."""
    for path in truth.folder.iterdir():
        if path.name not in ("rides", "events", "stays", "tests"):
            (folder / path.name).symlink_to(path)
    for name in ("rides", "events", "stays", "tests"):
        truth.table(name).filter(pl.col("person") != person).write_parquet(folder / f"{name}.parquet")
    return Truth(folder)


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.id)
def test_a_person_who_stays_at_home_takes_their_own_rows_along_and_no_others(
    drill: Path, tmp_path: Path, channel: Channel
) -> None:
    truth = Truth(drill / "truth")
    person = int(truth.rides.filter(pl.col("role") == "passenger")["person"].mode().min())
    less = _without(truth, person, tmp_path)
    noise, draws = load_noise(), Draws(SEED)
    with_person = _rows(channel, truth, noise, draws)
    without = _rows(channel, less, noise, draws)
    gone, new = with_person - without, without - with_person
    assert {who for who, *_ in gone} <= {person}
    assert not new


def _rows(channel: Channel, truth: Truth, noise: Noise, draws: Draws) -> Counter[tuple[object, ...]]:
    """Who each row is about and what happened to it, however the rows are spread over lines."""
    columns = ("person", "event", "mess", "harm", "double")
    return Counter(row for file in deliver(channel, truth, noise, draws) for row in file.about.select(columns).rows())


def test_every_ride_knows_the_channels_that_tell_of_it(drill: Path) -> None:
    reached = pl.read_parquet(drill / "truth" / "channel_of_passenger.parquet")
    rows = pl.read_parquet(drill / "truth" / "rows.parquet")
    trains = reached.filter(pl.col("mode") == "train", pl.col("role") == "passenger")
    assert trains["seat_known"].all()
    told = rows.filter(pl.col("kind") == "ride")["event"].unique()
    assert set(trains["ticket_no"]) <= set(told)


def test_broken_and_repeated_files_are_listed_with_their_fate(drill: Path) -> None:
    files = pl.read_parquet(drill / "truth" / "files.parquet")
    assert {"data", "repeated", "renamed", "empty", "truncated", "unknown"} == set(files["fate"])
    copies = files.filter(pl.col("fate").is_in(["repeated", "renamed"]))
    for file, of in copies.select("file", "of").rows():
        assert (drill / "channels" / file).read_bytes() == (drill / "channels" / of).read_bytes()
    torn = files.filter(pl.col("fate") == "truncated")["file"][0]
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(drill / "channels" / torn)
