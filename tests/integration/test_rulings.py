"""Rulings: what people decide is obeyed by every run, can be taken back, and cannot contradict itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.identity_lake import deliver, made_lake, people_of, person, table

from firebreak.bridge import rulings
from firebreak.bridge.linking import link_concerned, link_new, link_whole
from firebreak.lake.lake import Lake
from firebreak.terms.enums import RulingKind
from firebreak.terms.errors import RulingError

SIGNED = {"by": "演练核对员", "reason": "演练：电话核实"}


def two_people(folder: Path) -> tuple[Lake, list[int]]:
    """Two people with a number each; then a batch with the phone of the one and the number of the other."""
    lake = made_lake(folder)
    first = deliver(lake, "one", [person("11", "王伟"), person("22", "李静", "+8613900000001"), person("33", "赵明")])
    link_whole(lake)
    return lake, first


def merged(folder: Path) -> tuple[Lake, list[int], int]:
    """王伟 without a number, once with a phone and once with a ticket, are one when a third record has both."""
    lake = made_lake(folder)
    ride = {"mode": "train", "ticket_no": "T1", "board_date": None}
    ids = deliver(lake, "one", [person(None, "王伟", "+8613900000001"), person(None, "王伟")], [ride | {"row_no": 2}])
    link_whole(lake)
    assert len(people_of(lake)) == 2
    ids += deliver(lake, "two", [person(None, "王伟", "+8613900000001")], [ride | {"row_no": 1}])
    link_whole(lake)
    assert len(people_of(lake)) == 1
    return lake, ids, table(lake, "merges")["merge_id"].item()


def test_a_must_ruling_joins_and_survives_every_rerun(tmp_path: Path) -> None:
    lake, (one, other, _) = two_people(tmp_path / "lake")
    made = rulings.rule(lake, RulingKind.MUST, (one, 0), (other, 0), **SIGNED)
    for run in (link_whole, link_whole):
        run(lake)
        assert set(people_of(lake)[min(one, other)]) == {(one, 0), (other, 0)}
    merge = table(lake, "merges").row(0, named=True)
    assert (merge["person_id"], merge["absorbed_id"], merge["rule"]) == (min(one, other), max(one, other), "ruling")
    assert rulings.rule(lake, RulingKind.MUST, (other, 0), (one, 0), **SIGNED).known
    rulings.withdraw(lake, made.ruling_id, **SIGNED)
    link_whole(lake)
    assert {one, other} <= set(people_of(lake))
    assert table(lake, "aliases").is_empty()
    assert table(lake, "rulings").height == 2


def test_undoing_a_merge_gives_back_both_people_and_stays_undone(tmp_path: Path) -> None:
    lake, (one, other, bridge), merge = merged(tmp_path / "lake")
    alias = table(lake, "aliases").row(0, named=True)
    assert (alias["alias_id"], alias["person_id"], alias["merge_id"]) == (max(one, other), min(one, other), merge)
    made = rulings.undo(lake, merge, **SIGNED)
    link_concerned(lake, _frame(made.mentions))
    for run in (None, link_whole, link_new):
        if run is not None:
            run(lake)
        people = people_of(lake)
        assert (one, 0) in people[one]
        assert (other, 0) in people[other]
        assert sum(len(group) for group in people.values()) == 3
        assert table(lake, "aliases").is_empty()
        assert table(lake, "merges")["undone_run_id"].to_list() == [3]
    with pytest.raises(RulingError) as refused:
        rulings.undo(lake, merge, **SIGNED)
    assert refused.value.code == "FB-RULING-MERGE"
    assert bridge


def test_a_merge_names_the_records_that_caused_it(tmp_path: Path) -> None:
    lake, (one, other, bridge), _ = merged(tmp_path / "lake")
    row = table(lake, "merges").row(0, named=True)
    assert row["rule"] in ("ticket", "phone+name")
    assert {row["left_record_id"], row["right_record_id"]} in ({bridge, one}, {bridge, other})
    assert row["right_record_id"] == row["absorbed_id"]
    members = table(lake, "merge_members").select("record_id", "absorbed").rows()
    assert dict(members) == {max(one, other): True, min(one, other): False}


def test_rulings_that_contradict_one_another_are_refused_and_name_each_other(tmp_path: Path) -> None:
    lake, (one, other, third) = two_people(tmp_path / "lake")
    rulings.rule(lake, RulingKind.MUST, (one, 0), (other, 0), **SIGNED)
    rulings.rule(lake, RulingKind.MUST, (other, 0), (third, 0), **SIGNED)
    before = table(lake, "rulings")
    with pytest.raises(RulingError) as refused:
        rulings.rule(lake, RulingKind.CANNOT, (third, 0), (one, 0), **SIGNED)
    assert refused.value.code == "FB-RULING-CONFLICT"
    assert "1, 2" in refused.value.what
    assert "this one" in refused.value.what
    assert table(lake, "rulings").equals(before)
    rulings.withdraw(lake, 2, **SIGNED)
    rulings.rule(lake, RulingKind.CANNOT, (third, 0), (one, 0), **SIGNED)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda lake, a, b: rulings.rule(lake, RulingKind.MUST, a, b, by=" ", reason="x"), "FB-RULING-WHO"),
        (lambda lake, a, b: rulings.rule(lake, RulingKind.MUST, a, b, by="x", reason=""), "FB-RULING-WHO"),
        (lambda lake, a, b: rulings.rule(lake, RulingKind.MUST, a, a, **SIGNED), "FB-RULING-RECORD"),
        (lambda lake, a, b: rulings.rule(lake, RulingKind.MUST, a, (1, 0), **SIGNED), "FB-RULING-RECORD"),
        (lambda lake, a, b: rulings.undo(lake, 7, **SIGNED), "FB-RULING-MERGE"),
        (lambda lake, a, b: rulings.withdraw(lake, 7, **SIGNED), "FB-RULING-GONE"),
    ],
)
def test_a_ruling_about_nothing_or_by_nobody_is_refused(tmp_path: Path, call: object, code: str) -> None:
    lake, (one, other, _) = two_people(tmp_path / "lake")
    with pytest.raises(RulingError) as refused:
        call(lake, (one, 0), (other, 0))  # type: ignore[operator]
    assert refused.value.code == code
    assert table(lake, "rulings").is_empty()


def _frame(mentions: tuple[tuple[int, int], ...]):  # type: ignore[no-untyped-def]
    import polars as pl

    return pl.DataFrame(list(mentions), schema={"record_id": pl.Int64, "part": pl.Int16}, orient="row")
