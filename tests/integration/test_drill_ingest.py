"""A drill goes into a lake: every row is accounted for, and rows without harm say what the truth says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from tests.drill_fixture import small_drill

from firebreak.engine.intake.ingest import ingest
from firebreak.engine.intake.report import FileReport, IngestReport, Outcome
from firebreak.engine.intake.spec import SHIPPED, load_specs
from firebreak.lake import Lake
from firebreak.world.channels.catalogue import CHANNELS

_BARE = r"^(\d+)"
_OF_PLACES = ("hotels", "pharmacies", "fever-clinics", "border-arrivals")


def channels_with(field: str) -> set[str]:
    """The channels whose spec maps a column to the field."""
    specs = load_specs([SHIPPED / "drill"])
    columns = {spec.id: [*spec.columns, *(c for several in spec.several for c in several.columns)] for spec in specs}
    return {channel for channel, mapped in columns.items() if any(column.field == field for column in mapped)}


@dataclass(frozen=True)
class Ingested:
    drill: Path
    lake: Lake
    report: IngestReport

    def truth(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.drill / "truth" / f"{name}.parquet")

    def table(self, name: str) -> pl.DataFrame:
        """A table of the lake with ``file``, ``member`` and ``line`` of each record, and what truth/rows says of it."""
        batches = [(batch.batch_id, batch.file_name, batch.member) for batch in self.lake.batches()]
        files = pl.DataFrame(batches, schema=["batch_id", "file", "member"], orient="row")
        records = pl.read_parquet(self.lake.files(name), hive_partitioning=False).with_columns(
            batch_id=pl.col("record_id") // 2**32, line=(pl.col("record_id") % 2**32).cast(pl.Int32)
        )
        about = self.truth("rows").drop("channel")
        return records.join(files, on="batch_id").join(about, on=["file", "member", "line", "part"], how="left")


def _ingested(out: Path, people: int, days: int) -> Ingested:
    drill = small_drill(out, people, days)
    lake = Lake.open(out / "lake", create=True)
    day = date(2020, 1, 10) + timedelta(days=days)
    return Ingested(drill, lake, ingest([drill / "channels"], lake, load_specs([SHIPPED]), day, "test"))


@pytest.fixture(scope="module", params=[5, pytest.param(21, marks=pytest.mark.long)])
def ingested(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ingested:
    """2,000 people; five days by default, three weeks in the long run."""
    return _ingested(tmp_path_factory.mktemp("drill"), 2_000, request.param)


def by_fate(ingested: Ingested, fate: str) -> Iterator[FileReport]:
    names = set(ingested.truth("files").filter(pl.col("fate") == fate)["file"])
    return (file for file in ingested.report.files if file.name in names)


def test_rows_in_are_rows_kept_and_rows_rejected_and_none_is_missing(ingested: Ingested) -> None:
    report = ingested.report
    rows = ingested.truth("rows")
    delivered = rows.select(pl.struct("file", "member", "line").n_unique()).item()
    assert report.rows_in == report.rows_kept + report.rows_rejected == delivered


def test_good_files_are_taken_and_copies_change_nothing(ingested: Ingested) -> None:
    assert {file.outcome for file in by_fate(ingested, "data")} == {Outcome.TAKEN}
    copies = [*by_fate(ingested, "repeated"), *by_fate(ingested, "renamed")]
    assert {file.outcome for file in copies} <= {Outcome.REPEATED}


@pytest.mark.parametrize(
    ("fate", "outcome", "code"),
    [
        ("truncated", Outcome.FAILED, "FB-F002"),
        ("empty", Outcome.FAILED, "FB-F001"),
        ("unknown", Outcome.PARKED, "FB-I001"),
    ],
)
def test_a_broken_file_is_named_with_its_code(ingested: Ingested, fate: str, outcome: Outcome, code: str) -> None:
    assert [(file.outcome, file.code) for file in by_fate(ingested, fate)] == [(outcome, code)]


def test_each_file_went_to_its_own_channel(ingested: Ingested) -> None:
    folders = {channel.folder: channel.id for channel in CHANNELS}
    taken = ingested.report.of(Outcome.TAKEN)
    assert [file.name for file in taken if folders[file.name.split("/")[0]] != file.channel] == []


def test_every_record_is_about_somebody_the_truth_knows(ingested: Ingested) -> None:
    for name in ("journeys", "mentions", "checks", "residences", "stops"):
        assert ingested.table(name)["kind"].null_count() == 0, name


def test_harmless_rows_give_the_persons_own_name_document_and_phone(ingested: Ingested) -> None:
    people = ingested.truth("people")
    mentions = ingested.table("mentions").filter(
        pl.col("harm").is_in(["none", "notation"]), pl.col("relation") == "self", pl.col("person").is_not_null()
    )
    own = mentions.join(people, on="person", suffix="_true", how="left").with_columns(
        phone_true="+86" + pl.col("phone_true")
    )
    assert own.height > 5_000
    for field, column in (("name", "name"), ("document", "doc_number"), ("phone", "phone")):
        told = own.filter(pl.col("channel").is_in(channels_with(field)))
        differing = told.filter(pl.col(column).ne_missing(pl.col(f"{column}_true")))
        assert differing["channel"].value_counts().rows() == [], column


def test_harmless_addresses_give_the_persons_own_home(ingested: Ingested) -> None:
    people = ingested.truth("people").filter(pl.col("unit").is_not_null())
    mentions = ingested.table("mentions").filter(
        pl.col("harm").is_in(["none", "notation"]),
        pl.col("relation") == "self",
        pl.col("channel").is_in(channels_with("address") | {"community-suzhou"}),
        pl.col("event").is_null() | (pl.col("event") != "elsewhere"),
    )
    own = mentions.join(people, on="person", suffix="_true")
    assert own.height > 2_000
    for column in ("division_code", "community", "building", "unit", "room"):
        true = pl.col(f"{column}_true")
        expected = true if column in ("division_code", "community") else true.str.extract(_BARE, 1)
        # Tables of stays and registrations have a division of their own, that of the place.
        told = own.filter(~pl.col("channel").is_in(_OF_PLACES)) if column == "division_code" else own
        differing = told.filter(pl.col(column).ne_missing(expected))
        assert differing["channel"].value_counts().rows() == [], column


def test_harmless_tickets_give_the_true_place_on_board(ingested: Ingested) -> None:
    rides = pl.read_parquet(
        sorted((ingested.drill / "truth" / "rides").rglob("*.parquet")), hive_partitioning=False
    ).filter(pl.col("mode") != "coach")
    journeys = ingested.table("journeys").filter(
        pl.col("harm").is_in(["none", "notation"]), pl.col("kind").is_in(["ride", "refund"])
    )
    own = journeys.join(rides, left_on="event", right_on="ticket_no", suffix="_true")
    assert own.height > 400
    boarded = pl.col("board_at_true").dt.convert_time_zone("Asia/Shanghai").dt.date()
    told = {
        **{name: pl.col(f"{name}_true") for name in ("row", "letter", "seat_no", "berth_level", "ticket_state")},
        "from_place": pl.col("from_station"),
        "to_place": pl.col("to_station"),
        "board_date": boarded,
    }
    for column, true in told.items():
        differing = own.filter(pl.col(column).is_not_null(), pl.col(column).ne_missing(true))
        assert differing["file"].value_counts().rows() == [], column
    for column in ("place", "coach"):
        trains = own.filter(pl.col("mode") == "train", pl.col(column).ne_missing(pl.col(f"{column}_true")))
        assert trains["file"].value_counts().rows() == [], column


def test_everything_is_marked_as_simulated(ingested: Ingested) -> None:
    assert all(batch.simulated for batch in ingested.lake.batches())
