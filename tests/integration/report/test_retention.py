"""``firebreak lake drop``: past days go with everything that came with them, once it is confirmed."""

from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from tests.report_lake import SALES, made_up_lake, rows_of

from firebreak.cli.lake_drop import command as drop
from firebreak.cli.language import use
from firebreak.lake.batches import Batch
from firebreak.terms.ids import record_id

DAY, LATER = date(2020, 1, 23), date(2020, 2, 20)


@pytest.fixture
def lake(tmp_path):
    """One journey of an old batch, one of a new one, each with a named person."""
    use("en")
    lake, _ = made_up_lake(tmp_path / "lake")
    for digest, day, name in (("a" * 64, DAY, "演练甲"), ("b" * 64, LATER, "演练乙")):
        batch = Batch(lake.id_for(digest), digest, SALES, 1, "journey", name, "", 1, True, day, "tester", 1, 1, 0)
        key = {"record_id": record_id(batch.batch_id, 1), "part": 0}
        with lake.commit(batch) as commit:
            journey = {"raw_hash": 0, "mode": "train", "service_no": "D3008", "board_date": day}
            commit.write("journeys", rows_of("journeys", [key | journey]))
            commit.write("mentions", rows_of("mentions", [key | {"channel": SALES, "name": name, "doc_number": name}]))
    yield lake
    use("zh")


def dropped(lake, *more):
    arguments = ["--lake", str(lake.root), "--before", "2020-02-01", "--quiet", *more]
    return CliRunner().invoke(drop, arguments)


def test_without_a_confirmation_the_rows_are_counted_and_nothing_goes(lake):
    before = lake.snapshot()
    result = dropped(lake)
    assert result.exit_code == 2
    assert "journeys" in result.output
    assert lake.snapshot() == before


def test_what_is_old_goes_and_with_it_the_people_of_whom_nothing_else_tells(lake):
    import polars as pl

    result = dropped(lake, "--yes")
    assert result.exception is None, result.output
    days = pl.read_parquet(lake.files("journeys"), hive_partitioning=False)["board_date"].to_list()
    assert days == [LATER]
    assert all(
        entry.day is None or entry.day >= date(2020, 2, 1) for entry in lake.snapshot().by_table.get("rides", [])
    )
    fields = pl.read_parquet(lake.files("person_fields"))["value"].to_list()
    assert "演练乙" in fields
    assert "演练甲" not in fields
    assert [one for one in lake.check() if one.code != "orphan"] == []


def test_facts_and_exposures_go_with_their_day_and_with_their_records(lake):
    import polars as pl

    old, new = (record_id(lake.id_for(digest * 64), 1) for digest in "ab")
    facts = [
        {"person_id": 1, "record_id": new, "on": LATER},
        {"person_id": 2, "record_id": new, "on": DAY},
        {"person_id": 3, "record_id": old, "on": LATER},
    ]
    lake.replace("facts", rows_of("facts", [{"kind": 1, "part": 0} | row for row in facts]))
    exposures = [
        {"person_id": 1, "record_id": new, "case_record_id": new, "run_date": LATER},
        {"person_id": 2, "record_id": new, "case_record_id": new, "run_date": DAY},
        {"person_id": 3, "record_id": new, "case_record_id": old, "run_date": LATER},
        {"person_id": 4, "record_id": new, "case_record_id": new, "from_at": datetime(2020, 1, 31, 15, tzinfo=UTC)},
        {"person_id": 5, "record_id": new, "case_record_id": new, "from_at": datetime(2020, 1, 31, 17, tzinfo=UTC)},
    ]
    lake.replace("exposures", rows_of("exposures", [{"case_person_id": 9, "rule": "r@1"} | row for row in exposures]))
    assert dropped(lake, "--yes").exception is None
    left = {name: pl.read_parquet(lake.files(name))["person_id"].to_list() for name in ("facts", "exposures")}
    assert left == {"facts": [1], "exposures": [1, 5]}
