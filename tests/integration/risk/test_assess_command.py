"""``firebreak assess`` on a drill: stored colours stand on findings, a replay stores nothing."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from click.testing import CliRunner
from tests.drill_fixture import small_drill
from tests.executors import needs_spark

from firebreak.bridge.assess import Outcome, assess_lake, propose
from firebreak.bridge.colours import to_verify
from firebreak.bridge.reassess import reassess
from firebreak.bridge.run import STAGES, take
from firebreak.bridge.session import session
from firebreak.bridge.specs import specs_from
from firebreak.bridge.truth import Truth
from firebreak.cli import assess
from firebreak.cli.language import use
from firebreak.engine.risk.support import UnsupportedError
from firebreak.engine.risk.vocabulary import CODES, Kind
from firebreak.lake.lake import Lake

DAY = date(2020, 1, 23)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder = tmp_path_factory.mktemp("risk")
    drill = small_drill(folder / "drill")
    lake = Lake.open(folder / "lake", create=True)
    take(lake, [drill / "channels"], specs_from(()), DAY, "tester", lambda *_: None)
    for stage in STAGES.values():
        stage(lake)
    return lake


@pytest.fixture(autouse=True)
def english():  # type: ignore[no-untyped-def]
    use("en")
    yield
    use("zh")


def ran(lake: Lake, *more: str):  # type: ignore[no-untyped-def]
    arguments = ["--lake", str(lake.root), "--as-of", DAY.isoformat(), "--quiet", *more]
    return CliRunner().invoke(assess.command, arguments, standalone_mode=False, catch_exceptions=False)


def stored(lake: Lake, table: str) -> list[dict]:  # type: ignore[type-arg]
    with session(lake) as opened:
        return sorted(opened.rows(table), key=lambda row: (row["as_of"], row["person_id"], row["rule"]))


def test_every_stored_colour_stands_on_a_finding_and_again_changes_nothing(lake: Lake) -> None:
    told = json.loads(ran(lake, "--json").stdout)
    colours, findings = stored(lake, "colours"), stored(lake, "findings")
    assert told["simulated"]
    assert sum(told["colours"].values()) == told["colours"]["green"] + len(colours)
    assert {(one["person_id"], one["rule"], one["colour"]) for one in colours} <= {
        (one["person_id"], one["rule"], one["colour"]) for one in findings
    }
    assert {one["colour"] for one in colours} & {"red"}
    ran(lake, "--json")
    assert stored(lake, "colours") == colours
    assert stored(lake, "findings") == findings


def test_a_colour_slipped_into_an_outcome_is_refused_and_nothing_changes(lake: Lake, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    ran(lake, "--json")
    before = stored(lake, "colours")

    def tampered(*given, **more) -> Outcome:  # type: ignore[no-untyped-def]
        found = assess_lake(*given, **more)
        one = found.colours.head(1)
        free = found.people.join(found.colours, on="person_id", how="anti").head(1)
        forged = one.with_columns(person_id=free["person_id"])
        return Outcome(found.as_of, found.sets, found.people, found.findings, found.colours.vstack(forged), True)

    monkeypatch.setattr("firebreak.bridge.assess.assess_lake", tampered)
    with pytest.raises(UnsupportedError) as error:
        propose(lake, DAY)
    assert error.value.code == "FB-RISK-NO-FINDING"
    assert stored(lake, "colours") == before


def test_a_replay_stores_nothing(lake: Lake) -> None:
    ran(lake, "--json")
    before = stored(lake, "colours")
    arguments = ["--lake", str(lake.root), "--as-of", "2020-01-22", "--replay", "--at-event", "--json", "--quiet"]
    told = json.loads(CliRunner().invoke(assess.command, arguments, standalone_mode=False).stdout)
    assert told["as_of"] == "2020-01-22"
    assert stored(lake, "colours") == before


def test_a_person_is_told_why_and_no_other_person_is_named(lake: Lake) -> None:
    ran(lake, "--json")
    red = next(one for one in stored(lake, "colours") if one["colour"] == "red")
    with session(lake) as opened:
        names = {one["name"] for one in opened.rows("persons") if one["name"]}
    shown = ran(lake, "--person", str(red["person_id"])).stdout
    assert "DRILL" in shown
    assert "RED" in shown
    assert red["rule"] in shown
    assert not [name for name in names if name in shown]
    told = json.loads(ran(lake, "--person", str(red["person_id"]), "--json").stdout)
    assert told["colour"] == "red"
    assert told["reasons"][0]["rule"] == red["rule"]


def test_a_comparison_counts_who_changes(lake: Lake) -> None:
    shown = ran(lake, "--compare", "jiangsu-default@1", "national@1").stdout
    assert "jiangsu-default@1 → national@1" in shown
    assert "key-area" in shown


def test_the_list_to_verify_leaves_out_known_cases(lake: Lake) -> None:
    ran(lake, "--json")
    with session(lake) as opened:
        rows = to_verify(opened, DAY, 1000)
        cases = {one["person_id"] for one in opened.rows("facts", kind=[1, 2, 3]) if one["on"] <= DAY}
    assert rows.height
    assert not cases & set(rows["person_id"])
    assert rows["risk"].to_list() == sorted(rows["risk"], reverse=True)


@pytest.mark.parametrize(
    "asked", [["--person", "1"], ["--verify", "5"], ["--compare", "jiangsu-default@1", "national@1"], ["--replay"]]
)
def test_no_question_is_answered_from_facts_that_were_never_gathered(lake: Lake, tmp_path, asked: list[str]) -> None:  # type: ignore[no-untyped-def]
    from firebreak.terms.errors import OrderError

    ran(lake, "--json")
    with pytest.raises(OrderError) as error:
        ran(Lake.open(tmp_path / "new", create=True), *asked)
    assert error.value.code == "FB-RISK-NO-FACTS"
    with pytest.raises(OrderError) as error:  # gathered, but only up to the day before; the last --as-of counts
        ran(lake, *asked, "--as-of", (DAY + timedelta(days=1)).isoformat())
    assert error.value.code == "FB-RISK-NO-FACTS"


def test_areas_once_told_are_kept_until_others_are(lake: Lake, tmp_path: Path) -> None:
    def areas(text: str) -> list[str]:
        (tmp_path / "areas.toml").write_text(text, "utf-8")
        return ["--json", "--areas", str(tmp_path / "areas.toml")]

    def high() -> int:
        with session(lake) as opened:
            return len(opened.rows("facts", kind=CODES[Kind.HIGH_AREA]))

    assert high() == 0
    told = '[[area]]\ndivision = "32"\nlevel = "high_area"\nvalid_from = 2020-01-01\nsource = "a test"\n'
    ran(lake, *areas(told))
    first = high()
    assert first
    ran(lake, "--json")
    assert high() == first
    with session(lake) as opened:
        everybody = opened.duck.run(opened.duck.table("persons").select("person_id"))
    reassess(lake, DAY, pl.DataFrame(pl.from_arrow(everybody)))
    assert high() == first
    assert json.loads(ran(lake, "--new", *areas(told.replace("2020-01-01", "2020-01-22"))).stdout)["why"] == "areas"
    assert 0 < high() < first
    ran(lake, *areas(""))
    assert high() == 0


def test_mistakes_are_told(lake: Lake, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from firebreak.terms.errors import FirebreakError

    ran(lake, "--json")
    for arguments in (["--compare", "nix", "national@1"], ["--person", "17"]):
        with pytest.raises(FirebreakError):
            ran(lake, *arguments)
    areas = tmp_path / "areas.toml"
    areas.write_text('[[area]]\ndivision = "42"\nlevel = "awful"\nvalid_from = 2020-01-01\nsource = "x"\n')
    with pytest.raises(FirebreakError) as error:
        ran(lake, "--areas", str(areas))
    assert error.value.code == "FB-AREA-LEVEL"


def test_the_yield_of_the_list_is_what_counting_by_hand_gives(lake: Lake, tmp_path: Path) -> None:
    """In a truth in which every fifth person is infected: the small drill has too few."""
    ran(lake, "--json")
    folder = tmp_path / "truth"
    shutil.copytree(lake.root.parent / "drill" / "truth", folder)
    cases = pl.read_parquet(folder / "cases.parquet")
    infected = pl.DataFrame({"person": list(range(0, 500, 5))}, schema={"person": cases.schema["person"]})
    day = pl.lit(datetime(2020, 1, 22, 15, tzinfo=UTC)).cast(cases.schema["infected_at"])
    pl.concat([cases, infected.with_columns(infected_at=day)], how="diagonal").write_parquet(folder / "cases.parquet")
    told = json.loads(ran(lake, "--truth", str(folder), "--json").stdout)
    assert "DRILL" in ran(lake, "--truth", str(folder)).stdout
    truth = Truth(folder)
    with session(lake) as opened:
        records = [(row["record_id"], row["part"]) for row in opened.rows("links")]
        about = truth.persons_of(opened, records)
        who = {(row["record_id"], row["part"]): row["person_id"] for row in opened.rows("links")}
        ranked = to_verify(opened, DAY, 100_000)["person_id"].to_list()
    hidden = {
        row["person"]
        for row in pl.read_parquet(folder / "cases.parquet").to_dicts()
        if row["infected_at"].astimezone(ZoneInfo("Asia/Shanghai")).date() <= DAY
        and (row["reported_on"] is None or row["reported_on"] > DAY)
    }
    by_lake: dict[int, set[int]] = {}
    for record, person in about.items():
        by_lake.setdefault(who[record], set()).add(person)
    assert told["listed"] == len(ranked)
    for one in told["yields"]:
        found = set().union(*(by_lake.get(person, set()) for person in ranked[: one["verified"]])) & hidden
        assert one["ranked"] == len(found)
    assert told["yields"][-1]["ranked"] == told["listed_infected"]
    assert told["infected"] == len(set().union(*by_lake.values()) & hidden) > 0


@needs_spark
@pytest.mark.long
def test_spark_gathers_the_same_facts_and_proposes_the_same_colours(lake: Lake) -> None:
    def rows() -> dict[str, list[str]]:
        with session(lake) as opened:
            tables = ("facts", "facts_by_person", "findings", "colours")
            return {name: sorted(str(sorted(one.items())) for one in opened.rows(name)) for name in tables}

    ran(lake, "--json")
    whole = rows()
    ran(lake, "--json", "--engine", "spark-local[2]")
    assert rows() == whole
