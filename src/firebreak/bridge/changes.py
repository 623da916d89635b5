"""What lists changed, read back from the lake, with the cases' numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from firebreak.bridge.session import Session
from firebreak.terms.enums import ListChange


@dataclass(frozen=True, slots=True)
class ChangeList:
    """Rows of ``changes`` of the lists after ``since``, by case. ``case_numbers``: the cases' numbers by person."""

    since: int
    last: int
    simulated: bool
    rows: tuple[dict[str, Any], ...]
    case_numbers: dict[int, str]

    def counts(self) -> dict[str, int]:
        """People added, removed and changed, once a case."""
        found = Counter(row["change"] for row in self.rows)
        return {kind.value: found[kind.value] for kind in ListChange}


def changes_since(opened: Session, since: int | None) -> ChangeList:
    """What the lists after number ``since`` changed."""
    since = since or 0
    rows = [row for row in opened.rows("changes") if row["list_no"] > since]
    order = {kind.value: number for number, kind in enumerate(ListChange)}
    rows.sort(key=lambda row: (row["list_no"], row["case_person_id"], order[row["change"]], row["person_id"]))
    last = max((row["list_no"] for row in opened.rows("lists")), default=0)
    simulated = not opened.batches or any(batch.simulated for batch in opened.batches.values())
    return ChangeList(since, last, simulated, tuple(rows), _numbers(opened, {row["case_person_id"] for row in rows}))


def _numbers(opened: Session, people: set[int]) -> dict[int, str]:
    """The newest number each case has."""
    known = opened.duck.table("cases").join(opened.duck.table("links"), ["record_id", "part"])
    rows = opened.duck.run(known.select("person_id", "case_no", "reported_on", "record_id"), "case numbers").to_pylist()
    rows.sort(key=lambda row: (str(row["reported_on"] or ""), row["record_id"]))
    return {row["person_id"]: row["case_no"] or "" for row in rows if row["person_id"] in people}
