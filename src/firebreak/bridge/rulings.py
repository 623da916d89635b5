"""The one door through which people rule on who is one person. Rulings are only ever added; every run obeys them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from firebreak.bridge.session import Session, frame, session
from firebreak.engine.identity import rulings as ruled
from firebreak.engine.identity.person_ids import minted
from firebreak.lake.frames import polars_schema
from firebreak.lake.lake import Lake
from firebreak.terms.enums import RulingKind
from firebreak.terms.errors import RulingError

Mention = tuple[int, int]
"""A record and a part of it."""
Note = Callable[[tuple[Mention, ...]], pl.DataFrame]
"""From the mentions a ruling is about to a row of ``desk_events``, written in the ruling's own instant."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """``ruling_id`` and the mentions it is about. ``known``: it was in force already, and nothing was added."""

    ruling_id: int
    mentions: tuple[Mention, ...]
    known: bool = False


def rule(
    lake: Lake,
    kind: RulingKind,
    one: Mention,
    other: Mention,
    *,
    by: str,
    reason: str,
    at: datetime | None = None,
    note: Note | None = None,
) -> Ruling:
    """Two mentions must, or cannot, be one person. The same ruling again changes nothing.

    RulingError FB-RULING-CONFLICT where the rulings in force say the contrary, FB-RULING-RECORD where a mention is not
    in the lake or both are the same, FB-RULING-WHO without a name or a reason. Takes effect with the next run.
    """
    _signed(by, reason)
    with lake.writer(), session(lake) as opened:
        left, right = sorted((one, other))
        _refuse_absent(opened, left, right)
        row = {"kind": str(kind), "left_record_id": left[0], "left_part": left[1]}
        row |= {"right_record_id": right[0], "right_part": right[1]}
        return _Book(lake, opened, note).add(row, (left, right), by, reason, at)


def undo(
    lake: Lake, merge_id: int, *, by: str, reason: str, at: datetime | None = None, note: Note | None = None
) -> Ruling:
    """The two people of a merge are two: a cannot-link ruling between all their records as they were then.

    RulingError FB-RULING-MERGE where there is no such merge, or it does not stand any more.
    """
    _signed(by, reason)
    with lake.writer(), session(lake) as opened:
        found = opened.rows("merges", merge_id=merge_id)
        if not found or found[0]["undone_run_id"] is not None:
            raise _no_merge(merge_id, bool(found))
        merge = found[0]
        members = opened.rows("merge_members", merge_id=merge_id)
        names = ("left_record_id", "left_part", "right_record_id", "right_part")
        row = {name: merge[name] for name in names} | {"kind": str(RulingKind.CANNOT), "merge_id": merge_id}
        about = tuple((member["record_id"], member["part"]) for member in members)
        return _Book(lake, opened, note).add(row, about, by, reason, at)


def withdraw(
    lake: Lake, ruling_id: int, *, by: str, reason: str, at: datetime | None = None, note: Note | None = None
) -> Ruling:
    """Take a ruling back; both stay on record. RulingError FB-RULING-GONE where it is not in force."""
    _signed(by, reason)
    with lake.writer(), session(lake) as opened:
        book = _Book(lake, opened, note)
        standing = ruled.in_force(book.rows).filter(pl.col("ruling_id") == ruling_id)
        if standing.is_empty():
            raise _not_in_force(ruling_id)
        row = standing.drop("decided_by", "decided_at", "reason", "ruling_id").row(0, named=True)
        about = ((row["left_record_id"], row["left_part"]), (row["right_record_id"], row["right_part"]))
        row |= {"kind": str(RulingKind.WITHDRAW), "withdraws": ruling_id}
        return book.add(row, about, by, reason, at)


class _Book:
    """The table of rulings, open for one more."""

    def __init__(self, lake: Lake, opened: Session, note: Note | None) -> None:
        self.lake, self.note = lake, note
        self.rows = frame(opened, "rulings")
        self.members = frame(opened, "merge_members")

    def add(
        self, row: dict[str, object], about: tuple[Mention, ...], by: str, reason: str, at: datetime | None
    ) -> Ruling:
        if (known := self._known(row)) is not None:
            self._write({}, about)
            return Ruling(known, about, known=True)
        number = 1 + int(max(self.rows["ruling_id"].to_list(), default=0))
        signed = {
            "ruling_id": number,
            "decided_by": by.strip(),
            "decided_at": at or datetime.now(UTC),
            "reason": reason,
        }
        schema = polars_schema("rulings")
        after = pl.concat(
            [self.rows, pl.DataFrame([dict.fromkeys(schema) | row | signed], schema=schema, orient="row")]
        )
        pairs = ruled.pairs(ruled.in_force(after), self.members)
        if (wrong := ruled.contradiction(pairs)) is not None:
            raise _conflict(wrong, number)
        self._write({"rulings": after}, about)
        return Ruling(number, about)

    def _write(self, tables: dict[str, pl.DataFrame], about: tuple[Mention, ...]) -> None:
        """The ruling and the note of where it came from, in one instant."""
        layers = {"desk_events": self.note(about)} if self.note else {}
        if tables or layers:
            self.lake.replace_together(tables, layers)

    def _known(self, row: dict[str, object]) -> int | None:
        if row["kind"] == RulingKind.WITHDRAW:
            return None
        standing = ruled.in_force(self.rows)
        same = [
            pl.col(name).eq_missing(pl.lit(value)) for name, value in (row | {"merge_id": row.get("merge_id")}).items()
        ]
        found = standing.filter(pl.all_horizontal(same))
        return int(found["ruling_id"][0]) if found.height else None


def mention_of(opened: Session, record: int, part: int | None = None) -> Mention:
    """The mention of a record: its part 0 unless another is named. RulingError FB-RULING-RECORD where there is none."""
    parts = sorted(row["part"] for row in opened.rows("links", record_id=record))
    if not parts or (part is not None and part not in parts):
        raise _no_record(f"record {record}" + (f" part {part}" if part is not None else ""))
    return record, parts[0] if part is None else part


def mention_of_person(opened: Session, person: int) -> Mention:
    """The mention a person's id was minted from, or the smallest of his where that is gone; aliases are followed."""
    person = stands_for(opened, person)
    rows = sorted((row["record_id"], row["part"]) for row in opened.rows("links", person_id=person))
    if not rows:
        raise _no_record(f"person {person}")
    ids = minted(
        pl.Series([record for record, _ in rows], dtype=pl.Int64), pl.Series([part for _, part in rows], dtype=pl.Int16)
    ).to_list()
    return rows[ids.index(person)] if person in ids else rows[0]


def stands_for(opened: Session, person: int) -> int:
    """The living person an id stands for: itself, unless it is an alias."""
    found = opened.rows("aliases", alias_id=person)
    return int(found[0]["person_id"]) if found else person


def _signed(by: str, reason: str) -> None:
    if not by.strip() or not reason.strip():
        raise RulingError(
            "FB-RULING-WHO", "a ruling without a name or a reason", "A ruling says who decided, and why.",
            "Give --by and --reason.",
        )  # fmt: skip


def _refuse_absent(opened: Session, one: Mention, other: Mention) -> None:
    if one == other:
        raise _no_record("the same record twice")
    for record, part in (one, other):
        if not opened.rows("mentions", record_id=record, part=part):
            raise _no_record(f"record {record} part {part}")


def _no_record(what: str) -> RulingError:
    rule = "A ruling is about two different records of this lake that speak of people."
    return RulingError("FB-RULING-RECORD", what, rule, "Take the numbers from a report, a list or the review queue.")


def _no_merge(merge_id: int, was_there: bool) -> RulingError:
    what = f"merge {merge_id} " + ("does not stand any more" if was_there else "is not in the lake")
    rule = "What is undone is a merge that stands."
    return RulingError("FB-RULING-MERGE", what, rule, "Take the number from firebreak link --merges.")


def _not_in_force(ruling_id: int) -> RulingError:
    what = f"ruling {ruling_id} is not in force"
    return RulingError("FB-RULING-GONE", what, "What is withdrawn is a ruling in force.",
                       "Take the number from firebreak link --rulings.")  # fmt: skip


def _conflict(wrong: ruled.Contradiction, new: int) -> RulingError:
    def named(number: int) -> str:
        return "this one" if number == new else str(number)

    musts = ", ".join(named(number) for number in wrong.must)
    what = f"must-link rulings ({musts}) tie together what a cannot-link ruling ({named(wrong.cannot)}) keeps apart"
    rule = "Rulings in force cannot contradict one another; nothing was written."
    return RulingError("FB-RULING-CONFLICT", what, rule, "Withdraw the ruling that is wrong, then decide again.")
