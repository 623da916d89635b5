"""The state machines, state by state: whose turn it is, the way out, the clock; and what is allowed from where."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from firebreak.terms.enums import CaseState
from firebreak.terms.machines import Machine, all_machines, machine
from firebreak.terms.machines.manual import machines_page
from firebreak.terms.offices import OFFICES, Office, ReachKind

DAY = date(2020, 1, 31)
MACHINES = pytest.mark.parametrize("one", all_machines(), ids=lambda one: one.cite)


@MACHINES
def test_every_state_has_an_owner_an_exit_and_a_clock(one: Machine) -> None:
    for state in one.states:
        assert state.owner, state.key
        assert bool(one.moves_from(state.key)) != state.end, f"{state.key} has no way out"
        assert state.final or state.minutes is not None or state.deadline, f"{state.key} has no clock"
        assert state.clock_zh, state.key
        assert state.clock_en, state.key


@MACHINES
def test_every_state_can_be_come_to(one: Machine) -> None:
    first = {"case": {"suspected"}, "order": {"sent"}, "task": {"open"}}[one.id]
    reached = set(first)
    for _ in one.states:
        reached |= {move.target for move in one.moves if reached & set(move.sources)}
    assert reached == {state.key for state in one.states}


@MACHINES
def test_every_move_is_somebodys_who_has_an_area(one: Machine) -> None:
    for move in one.moves:
        kinds = {kind for office in move.offices for kind in OFFICES[office].reaches}
        assert move.offices, move.key
        assert kinds & {ReachKind.DIVISION, ReachKind.GRID}, move.key


def test_the_states_of_a_case_are_those_of_the_channels() -> None:
    assert {state.key for state in machine("case", DAY).states} == {state.value for state in CaseState}


@pytest.mark.parametrize(
    ("source", "target", "move", "channels"),
    [
        ("suspected", "confirmed", "confirm", True), ("suspected", "excluded", "exclude", True),
        ("suspected", "asymptomatic", "find-asymptomatic", True), ("asymptomatic", "confirmed", "confirm", True),
        ("confirmed", "excluded", "annul", False), ("excluded", "suspected", "reopen", False),
        ("confirmed", "recovered", "recover", True), ("recovered", "confirmed", "relapse", False),
        ("confirmed", "died", "die", True), ("excluded", "confirmed", None, None), ("died", "recovered", None, None),
        ("suspected", "recovered", None, None), ("recovered", "died", None, None),
    ],
)  # fmt: skip
def test_a_case_goes_only_where_the_table_lets_it(
    source: str, target: str, move: str | None, channels: bool | None
) -> None:
    found = machine("case", DAY).between(source, target)
    assert (found.key if found else None) == move
    assert (found.channels if found else None) == channels


def test_only_a_commander_annuls_and_no_grid_worker_withdraws_or_corrects() -> None:
    annul = machine("case", DAY).move("annul")
    assert annul is not None
    assert annul.offices == {Office.COMMANDER}
    for name, key in (("order", "withdraw"), ("order", "delegate"), ("task", "correct"), ("task", "withdraw")):
        move = machine(name, DAY).move(key)
        assert move is not None
        assert Office.GRID_WORKER not in move.offices


def test_the_manual_is_printed_from_the_tables() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "state-machines.md"
    assert page.read_text("utf-8") == machines_page()
