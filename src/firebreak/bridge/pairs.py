"""Two records or two people side by side: what is compared, what each comparison weighs, what ties them, who ruled."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log2
from typing import Any

import polars as pl

from firebreak.bridge.ledger import Ledger
from firebreak.bridge.rulings import Mention, mention_of, stands_for
from firebreak.bridge.session import Session, frame
from firebreak.engine.identity.ties import ties
from firebreak.lake.frames import polars_schema
from firebreak.lake.lake import Lake
from firebreak.terms.errors import RulingError

COMPARED: dict[str, tuple[str, ...]] = {
    "name": ("name", "alias"),
    "document": ("doc_number",),
    "phone": ("phone",),
    "birth": ("birth_date", "birth_year"),
    "sex": ("sex",),
    "address": ("address",),
}
"""The columns of mentions that each comparison reads."""

_ENDS = ("left_record_id", "left_part", "right_record_id", "right_part")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: a record, or all records of a person. ``values``: comparison → what is said, each value once."""

    mentions: tuple[Mention, ...]
    person_id: int | None
    label: str
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Step:
    """One comparison: which level was found, its weight in bits (None without a model), and how much of it is the
    adjustment for how common the value is."""

    name: str
    level: str
    weight: float | None
    adjustment: float = 0.0


@dataclass(frozen=True, slots=True)
class Pair:
    """``prior`` in bits: the weight before anything is compared; ``weight`` = prior + all steps. ``tied``: rule and the
    first record of either side; ``rulings``: number and kind of those in force between the two."""

    left: Side
    right: Side
    steps: tuple[Step, ...]
    prior: float | None
    weight: float | None
    probability: float | None
    tied: tuple[tuple[str, int, int], ...]
    rulings: tuple[tuple[int, str], ...]
    simulated: bool

    @property
    def together(self) -> bool:
        """Are they one person today?"""
        return self.left.person_id is not None and self.left.person_id == self.right.person_id


def subject(opened: Session, text: str) -> tuple[str, tuple[Mention, ...]]:
    """``person:ID`` or a record (``RECORD``, ``BATCH:LINE``, ``RECORD/PART``) and its mentions. RulingError
    FB-RULING-RECORD where the lake has none."""
    from firebreak.bridge.explain import record_of

    if text.startswith("person:") and text[7:].isdecimal():
        person = stands_for(opened, int(text[7:]))
        rows = sorted((row["record_id"], row["part"]) for row in opened.rows("links", person_id=person))
        if not rows:
            raise RulingError("FB-RULING-RECORD", f"person {person}", "A person has records in this lake.",
                              "Take the number from a list.")  # fmt: skip
        return f"person:{person}", tuple(rows)
    record, _, part = text.partition("/")
    mention = mention_of(opened, record_of(record, opened), int(part) if part.isdecimal() else None)
    return f"{mention[0]}/{mention[1]}", (mention,)


def compared(
    opened: Session, one: tuple[str, tuple[Mention, ...]], other: tuple[str, tuple[Mention, ...]], told: str | None
) -> Pair:
    """The pair. ``told``: gammas as ``resolution.REVIEWS`` describes them, with ``weight`` and ``probability`` beside
    them under ``"total"``; None where there is no model."""
    left, right = (_side(opened, label, mentions) for label, mentions in (one, other))
    steps, prior, weight, probability = _weights(told, left, right)
    return Pair(
        left, right, steps, prior, weight, probability,
        _tied(opened, left.mentions, right.mentions),
        _rulings(Ledger(opened).rulings, left.mentions, right.mentions),
        any(_simulated(opened, mention) for mention in (*left.mentions, *right.mentions)),
    )  # fmt: skip


def gammas_with_total(gammas: str, weight: float, probability: float) -> str:
    """What ``compared`` reads, from a row of the review queue."""
    return json.dumps(json.loads(gammas) | {"total": {"weight": weight, "probability": probability}})


def _side(opened: Session, label: str, mentions: tuple[Mention, ...]) -> Side:
    wanted = set(mentions)
    rows = [row for row in opened.rows("mentions", record_id={record for record, _ in mentions}) if _key(row) in wanted]
    people = {row["person_id"] for row in opened.rows("links", record_id=mentions[0][0]) if _key(row) in wanted}
    values = {name: _values(rows, columns) for name, columns in COMPARED.items()}
    return Side(mentions, next(iter(people), None), label, values)


def _key(row: Mapping[str, Any]) -> Mention:
    return row["record_id"], row["part"]


def _values(rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...]) -> tuple[str, ...]:
    found = [next((str(row[column]) for column in columns if row[column] is not None), None) for row in rows]
    return tuple(dict.fromkeys(value for value in found if value))


def _weights(
    told: str | None, left: Side, right: Side
) -> tuple[tuple[Step, ...], float | None, float | None, float | None]:
    if told is None:
        steps = tuple(Step(name, _plainly(left.values[name], right.values[name]), None) for name in COMPARED)
        return steps, None, None, None
    levels = json.loads(told)
    total = levels.pop("total")
    steps = tuple(
        Step(name, row["level"], row["weight"] + row["adjustment"], row["adjustment"]) for name, row in levels.items()
    )
    prior = total["weight"] - sum(step.weight or 0.0 for step in steps)
    return steps, prior, total["weight"], total["probability"]


def _plainly(left: tuple[str, ...], right: tuple[str, ...]) -> str:
    if not left or not right:
        return "unknown"
    return "same" if set(left) & set(right) else "differs"


def bits(probability: float) -> float:
    """A probability as a match weight: the logarithm of the odds to the base 2."""
    return log2(probability / (1 - probability))


def _tied(opened: Session, left: tuple[Mention, ...], right: tuple[Mention, ...]) -> tuple[tuple[str, int, int], ...]:
    schema = {"record_id": pl.Int64, "part": pl.Int16}
    wanted = pl.DataFrame(list({*left, *right}), schema=schema, orient="row")
    told = ties(opened.duck, wanted.with_columns(scope=pl.lit(0, dtype=pl.Int64)))
    found: dict[str, tuple[str, int, int]] = {}
    for (_,), rows in told.group_by("tie", maintain_order=True):
        there = set(rows.select("record_id", "part").iter_rows())
        one, other = sorted(there & set(left)), sorted(there & set(right))
        if one and other and one != other:
            found.setdefault(rows["rule"][0], (rows["rule"][0], one[0][0], other[0][0]))
    return tuple(found.values())


def _rulings(
    rulings: pl.DataFrame, left: tuple[Mention, ...], right: tuple[Mention, ...]
) -> tuple[tuple[int, str], ...]:
    found = {}
    for ruling, kind, *ends in rulings.select("ruling_id", "kind", *_ENDS).iter_rows():
        one, other = (ends[0], ends[1]), (ends[2], ends[3])
        if (one in left and other in right) or (one in right and other in left):
            found[ruling] = kind
    return tuple(sorted(found.items()))


def _simulated(opened: Session, mention: Mention) -> bool:
    batch = opened.batch_of(mention[0])
    return batch is not None and batch.simulated


def looked(lake: Lake, opened: Session, pair: Pair, *, by: str, reason: str) -> None:
    """Put on record that somebody had the values shown. RulingError FB-RULING-WHO without a name or a reason."""
    if not by.strip() or not reason.strip():
        rule = "Personal values are shown to somebody, for a reason."
        raise RulingError("FB-RULING-WHO", "a look without a name or a reason", rule, "Give --by and --reason.")
    before, schema = frame(opened, "looks"), polars_schema("looks")
    row: dict[str, Any] = dict(zip(_ENDS, (*pair.left.mentions[0], *pair.right.mentions[0]), strict=True))
    row |= {"look_id": before.height + 1, "at": datetime.now(UTC), "decided_by": by.strip(), "reason": reason.strip()}
    lake.replace("looks", pl.concat([before, pl.DataFrame([row], schema=schema, orient="row")]))
