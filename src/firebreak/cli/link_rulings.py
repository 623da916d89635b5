"""Rulings from the command line: named by record or person, decided, and applied to whom they concern."""

from __future__ import annotations

import polars as pl

from firebreak.bridge import rulings
from firebreak.bridge.explain import record_of
from firebreak.bridge.linking import Outcome, link_concerned, the_model
from firebreak.bridge.session import Session, session
from firebreak.lake.lake import Lake
from firebreak.terms.enums import RulingKind

_SEEDS = {"record_id": pl.Int64, "part": pl.Int16}


def rule(lake: Lake, kind: str, pair: tuple[str, str], by: str, reason: str) -> Outcome:
    """Two records or persons (``person:ID``) must, or cannot, be one."""
    with session(lake) as opened:
        one, other = (mention(opened, text) for text in pair)
    return _applied(lake, rulings.rule(lake, RulingKind(kind), one, other, by=by, reason=reason), by)


def undo(lake: Lake, merge: int, by: str, reason: str) -> Outcome:
    """The two people of a merge are two."""
    return _applied(lake, rulings.undo(lake, merge, by=by, reason=reason), by)


def withdraw(lake: Lake, ruling: int, by: str, reason: str) -> Outcome:
    """Take a ruling back."""
    return _applied(lake, rulings.withdraw(lake, ruling, by=by, reason=reason), by)


def mention(opened: Session, text: str) -> rulings.Mention:
    """``person:ID``, a record, ``BATCH:LINE``; a record with its part as ``RECORD/PART``."""
    if text.startswith("person:") and text[7:].isdecimal():
        return rulings.mention_of_person(opened, int(text[7:]))
    record, _, part = text.partition("/")
    return rulings.mention_of(opened, record_of(record, opened), int(part) if part.isdecimal() else None)


def _applied(lake: Lake, ruling: rulings.Ruling, by: str) -> Outcome:
    return link_concerned(lake, pl.DataFrame(list(ruling.mentions), schema=_SEEDS, orient="row"), by, the_model())
