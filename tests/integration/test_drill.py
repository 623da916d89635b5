"""``firebreak drill`` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from firebreak.cli.drill import command
from firebreak.lake import Lake
from firebreak.terms import ids
from firebreak.terms.errors import FirebreakError

SMALL = ["--people", "3000", "--days", "4", "--start", "2020-01-21", "--seed", "1"]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(command, [*SMALL, *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_drill_says_everywhere_that_it_is_one(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert "演练/DRILL" in run(str(out))
    assert "演练" in (out / "README.md").read_text("utf-8")
    assert "DRILL" in json.loads((out / "truth" / "drill.json").read_text("utf-8"))["simulated"]
    assert "DRILL" in json.loads((out / "truth" / "orders.json").read_text("utf-8"))[0]["simulated"]
    for name in ("people", "cases"):
        assert "DRILL" in pl.read_parquet_metadata(out / "truth" / f"{name}.parquet")["simulated"]
    assert any((out / "channels").rglob("*.*"))


def test_a_drill_replaces_an_earlier_one_and_touches_no_other_folder(tmp_path: Path) -> None:
    run("--truth-only", str(tmp_path / "out"))
    run("--truth-only", str(tmp_path / "out"))
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "letter.txt").write_text("keep me", encoding="utf-8")
    with pytest.raises(FirebreakError, match="FB-DRILL-FOLDER"):
        command.main([*SMALL, str(foreign)], standalone_mode=False)
    assert [path.name for path in foreign.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("arguments", [[], ["--lake", "lake", "out"]])
def test_a_drill_goes_to_a_folder_or_a_lake(arguments: list[str]) -> None:
    assert CliRunner().invoke(command, [*SMALL, *arguments]).exit_code == 2


def test_a_province_in_the_lake_is_whole_sorted_and_seats_nobody_twice(tmp_path: Path) -> None:
    run("--lake", str(tmp_path / "lake"))
    lake = Lake.open(tmp_path / "lake")
    assert lake.check() == []
    tables = {
        name: pl.read_parquet(lake.files(name), hive_partitioning=False)
        for name in ("persons", "rides", "services", "stops")
    }
    rides = tables["rides"]
    assert tables["persons"]["person_id"].to_list() == list(range(1, 3001))
    assert rides["person_id"].is_in(tables["persons"]["person_id"].implode()).all()
    assert rides["record_id"].n_unique() == len(rides)
    services = tables["services"]
    keys = [ids.service_id(mode, key) for mode, key in services.select("mode", "service_key").rows()]
    assert services["service_id"].to_list() == keys
    assert set(rides["service_id"].to_list()) <= set(keys)
    for path in lake.files("rides"):
        file = pl.read_parquet(path, hive_partitioning=False)
        assert file.equals(file.sort("run_date", "service_id", "coach", "row", "record_id", nulls_last=False))
    taken = rides.filter(pl.col("letter").is_not_null()).with_columns(
        stretch=pl.int_ranges("board_seq", "alight_seq")
    ).explode("stretch")  # fmt: skip
    place = ["run_date", "service_id", "coach", "row", "letter", "stretch"]
    assert taken.select(place).n_unique() == len(taken)
