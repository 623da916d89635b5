"""What a record can be found by later, as hashes, for the table ``identity_keys``: its number and what that may be
corrected to, phone, tickets, and the keys by which the model compares."""

from __future__ import annotations

import ibis
import polars as pl

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.backends.functions import key64
from firebreak.engine.identity import keys
from firebreak.engine.identity.blocking import KEYS, parts_of_number
from firebreak.engine.identity.corrections import corrections
from firebreak.engine.identity.frames import frame
from firebreak.engine.identity.profiles import worded

OPEN = "open:"
"""Before the kind of a model's key of a record without a valid number. Two records with valid numbers of their own are
never compared, so those look among the open ones only."""

_KINDS = {"document": "doc_key", "number": "weak_key", "phone": "phone"}
_OF_MODEL = {name: columns for name, columns in KEYS.items() if name not in ("phone", "weak")}
_RESIDENT = "resident|"


def identity_keys(run: Executor, mentions: Expr, journeys: Expr) -> Expr:
    """``key, kind, record_id, part``: one row a value a record can share with another.

    ``key`` is ``key64`` of kind and values, the same on every executor. Two values of one key cost a look, never a
    wrong link, for what is found is compared by its values. A number whose check digit is wrong has the keys of all its
    corrections, so that either is found by the other.
    """
    return ibis.union(*by_kind(run, mentions, journeys).values(), distinct=False)


def by_kind(run: Executor, mentions: Expr, journeys: Expr) -> dict[str, Expr]:
    """The same, an expression a kind: very many are sorted one kind after the other, in the memory of one."""
    claims, tickets = keys.claims(mentions), keys.tickets(journeys)
    found = {kind: _hashed(claims, (column,), kind) for kind, column in _KINDS.items()}
    found |= {"ticket": _hashed(tickets, ("ticket_key",), "ticket"), "corrected": _corrected(run, claims)}
    said = worded(keys.claimed(mentions).rename(doc="doc_key", weak="weak_key"), ("doc",))
    said = said.mutate(**parts_of_number(ibis.coalesce(said.doc, said.masked)))
    return found | {name: _of_model(said, name) for name in _OF_MODEL}


def _hashed(rows: Expr, columns: tuple[str, ...], kind: str, shown: Expr | None = None) -> Expr:
    for column in columns:
        rows = rows.filter(rows[column].notnull())
    value = ibis.literal(kind)
    for column in columns:
        value = value + "|" + rows[column].cast("string")
    shown = ibis.literal(kind) if shown is None else ibis.ifelse(rows.doc.isnull(), OPEN + kind, kind)
    return rows.select(key=key64(value), kind=shown, record_id=rows.record_id, part=rows.part)


def _of_model(said: Expr, name: str) -> Expr:
    return _hashed(said, _OF_MODEL[name], name, said.doc)


def _corrected(run: Executor, claims: Expr) -> Expr:
    """The keys that the corrections of wrong resident numbers would have as documents."""
    wrong = claims.filter(claims.weak_key.startswith(_RESIDENT))
    numbers = frame(run, wrong.select("weak_key").distinct())["weak_key"].str.strip_prefix(_RESIDENT)
    possible = corrections(numbers).select(
        weak_key=pl.lit(_RESIDENT) + pl.col("number"), doc_key=pl.lit(_RESIDENT) + pl.col("corrected")
    )
    table = run.put("k_corrections", possible.to_arrow())
    either = wrong.select("record_id", "part", "weak_key").join(table, "weak_key")
    as_document = ibis.literal("document|") + either.doc_key
    return either.select(
        key=key64(as_document), kind=ibis.literal("corrected"), record_id=either.record_id, part=either.part
    )
