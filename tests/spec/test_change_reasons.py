"""Why a list changed: one row a situation, the first reason that holds."""

from __future__ import annotations

from typing import Any

import pytest

from firebreak.engine.tracing.list_changes import Circumstances, changes

OLD, NEW = 1 << 32, 2 << 32
WINDOW, LATER = (1, 9), (3, 9)
ON_LIST = {(1, "r"): ("r@1", WINDOW)}


def near(person: int, record: int = OLD, case: int = 1, rule: str = "r@1", **more: Any) -> dict[str, Any]:
    return {"case_person_id": case, "person_id": person, "rule": rule, "relation": "adjacent", "record_id": record,
            "part": 0, "case_record_id": OLD + 9, "minutes": 60, **more}  # fmt: skip


SITUATIONS = [
    ("nothing changed", [near(5)], [near(5)], {}, []),
    ("a version is cited that says the same", [near(5)], [near(5, rule="r@2")],
     {"cases_now": {(1, "r"): ("r@2", WINDOW)}}, []),
    ("a ticket came late", [], [near(5, NEW)], {}, [("added", "new_record")]),
    ("a record of the case came late", [], [near(5, case_record_id=NEW)], {}, [("added", "new_record")]),
    ("the case is new", [], [near(5)], {"cases_before": {}}, [("added", "new_case")]),
    ("the case was excluded", [near(5)], [], {"cases_now": {}, "excluded": frozenset({1})},
     [("removed", "case_excluded")]),
    ("the case was withdrawn", [near(5)], [], {"cases_now": {}}, [("removed", "case_gone")]),
    ("the case is somebody known by another id", [near(5)], [], {"cases_now": {}, "aliases": {1: 2}},
     [("removed", "case_merged")]),
    ("… and that id takes the list over", [], [near(5, case=2)],
     {"cases_now": {(2, "r"): ("r@1", WINDOW)}, "aliases": {1: 2}}, [("added", "case_merged")]),
    ("another version reaches further", [], [near(5, rule="r@2")], {"cases_now": {(1, "r"): ("r@2", WINDOW)}},
     [("added", "rule")]),
    ("another rule was asked for too", [], [near(5, rule="s@1")],
     {"cases_now": {**ON_LIST, (1, "s"): ("s@1", WINDOW)}}, [("added", "rule")]),
    ("two people became one", [near(5)], [near(6)], {"aliases": {5: 6}}, [("removed", "merge"), ("added", "merge")]),
    ("one person became two", [near(5)], [near(6)], {}, [("removed", "split"), ("added", "split")]),
    ("the onset was corrected", [near(5)], [], {"cases_now": {(1, "r"): ("r@1", LATER)}}, [("removed", "window")]),
    ("a ticket was given back", [near(5)], [], {}, [("removed", "record_gone")]),
    ("a departure was corrected", [near(5)], [near(5, minutes=30)], {}, [("changed", "corrected")]),
]  # fmt: skip


@pytest.mark.parametrize(("situation", "before", "now", "known", "expected"), SITUATIONS, ids=lambda one: str(one)[:40])
def test_each_change_has_the_first_reason_that_holds(
    situation: str, before: list[Any], now: list[Any], known: dict[str, Any], expected: list[Any]
) -> None:
    told = Circumstances(**{"known_batches": frozenset({1}), "cases_before": ON_LIST, "cases_now": ON_LIST, **known})
    found = changes(before, now, told, lambda relation: relation)
    assert [(row["change"], row["why"]) for row in found] == expected, situation
