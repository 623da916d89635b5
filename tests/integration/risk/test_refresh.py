"""What is new is assessed for whom it concerns, and the result is that of assessing everybody."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.drill_fixture import small_drill

from firebreak.bridge.assess import propose
from firebreak.bridge.facts import make_facts, stale
from firebreak.bridge.linking import link_concerned, link_new
from firebreak.bridge.one import OneByOne
from firebreak.bridge.reassess import refresh
from firebreak.bridge.retention import drop_before
from firebreak.bridge.retrace import retrace
from firebreak.bridge.rulings import undo, withdraw
from firebreak.bridge.run import STAGES, after_links, take
from firebreak.bridge.session import session
from firebreak.bridge.specs import specs_from
from firebreak.lake.lake import Lake
from firebreak.terms.errors import OrderError

DAY = date(2020, 1, 23)
TABLES = ("facts", "facts_by_person", "findings", "colours")
Rows = dict[str, list[str]]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a lake that was assessed before half of its files came, and those files."""
    folder = tmp_path_factory.mktemp("refresh")
    drill = small_drill(folder / "drill")
    files = sorted(path for path in (drill / "channels").rglob("*") if path.is_file())
    for file in files[1::2]:
        target = folder / "late" / file.relative_to(drill / "channels")
        target.parent.mkdir(parents=True, exist_ok=True)
        file.rename(target)
    lake = Lake.open(folder / "lake", create=True)
    delivered(lake, drill / "channels")
    for stage in STAGES.values():
        stage(lake)
    retrace(lake, (), DAY, "tester")
    assert refresh(lake, DAY).why == "never"
    return folder


@pytest.fixture
def lake(first: Path, tmp_path: Path) -> Lake:
    for name in ("lake", "late"):
        shutil.copytree(first / name, tmp_path / name)
    return Lake.open(tmp_path / "lake")


def delivered(lake: Lake, folder: Path) -> None:
    take(lake, [folder], specs_from(()), DAY, "tester", lambda *_: None)


def rows(lake: Lake) -> Rows:
    with session(lake) as opened:
        return {name: sorted(str(sorted(one.items())) for one in opened.rows(name)) for name in TABLES}


def deliver(lake: Lake) -> None:
    delivered(lake, lake.root.parent / "late")
    after_links(lake, link_new(lake, "tester"), lambda _: None)


def part(lake: Lake) -> None:
    """Undo the merge that joined most records."""
    with session(lake) as opened:
        standing = [one["merge_id"] for one in opened.rows("merges") if one["undone_run_id"] is None]
        members = [one["merge_id"] for one in opened.rows("merge_members")]
    ruling = undo(lake, max(standing, key=members.count), by="tester", reason="two people")
    _link_again(lake, ruling.mentions)


def join_again(lake: Lake) -> None:
    with session(lake) as opened:
        last = max(one["ruling_id"] for one in opened.rows("rulings"))
    _link_again(lake, withdraw(lake, last, by="tester", reason="one after all").mentions)


def _link_again(lake: Lake, mentions: tuple[tuple[int, int], ...]) -> None:
    seeds = pl.DataFrame(mentions, schema={"record_id": pl.Int64, "part": pl.Int16}, orient="row")
    after_links(lake, link_concerned(lake, seeds, "tester"), lambda _: None)


def other_list(lake: Lake) -> None:
    retrace(lake, ("nhc-coach",), DAY, "tester")


EVENTS: list[Callable[[Lake], None]] = [deliver, other_list, part, join_again]


@pytest.mark.parametrize(
    "events", [[deliver, part], pytest.param(EVENTS, marks=pytest.mark.long)], ids=["two", "every event"]
)
def test_assessing_whom_it_concerns_is_assessing_everybody(lake: Lake, events: list[Callable[[Lake], None]]) -> None:
    for event in events:
        before = rows(lake)
        event(lake)
        with session(lake) as opened:
            assert stale(opened), event.__name__
            with pytest.raises(OrderError) as error:
                OneByOne(opened, DAY)
            assert error.value.code == "FB-RISK-STALE"
            everybody = opened.count("persons")
        found = refresh(lake, DAY)
        assert found.why == "", event.__name__
        assert 0 < found.people < everybody, event.__name__
        after = rows(lake)
        make_facts(lake, DAY)
        propose(lake, DAY)
        assert after == rows(lake), event.__name__
        assert after["facts"] == after["facts_by_person"]
        if event in (deliver, other_list):
            assert after["colours"] != before["colours"], event.__name__


def test_everybody_is_assessed_where_a_part_would_not_be_enough(lake: Lake) -> None:
    assert refresh(lake, date(2020, 1, 22)).why == "day"
    assert refresh(lake, DAY).why == "day"
    assert refresh(lake, DAY, here="3202").why == "rules"
    found = refresh(lake, DAY, here="3202")
    assert (found.why, found.people) == ("", 0)


@pytest.mark.long
def test_everybody_is_assessed_after_records_were_dropped(lake: Lake) -> None:
    drop_before(lake, date(2020, 1, 12))
    assert refresh(lake, DAY).why in ("dropped", "linked")


def test_many_layers_become_one_and_still_say_the_same(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(lake)
    refresh(lake, DAY)
    laid = rows(lake)
    with session(lake) as opened:
        assert len(opened.snapshot.files("facts")) == 2
        someone = OneByOne(opened, DAY)
        people = {row["person_id"] for row in opened.rows("colours")}
        told = {person: someone.assess(person) for person in people}
        stored = {row["person_id"]: row for row in opened.rows("colours")}
    assert {person: one.colour for person, one in told.items()} == stored
    monkeypatch.setattr("firebreak.bridge.reassess._LAYERS", 2)
    assert refresh(lake, DAY).why == "layers"
    with session(lake) as opened:
        assert len(opened.snapshot.files("facts")) == 1
    assert rows(lake) == laid
