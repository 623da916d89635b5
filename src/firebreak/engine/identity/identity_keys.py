"""What a record can be found by later: its number, phone and tickets as hashes, for the table ``identity_keys``."""

from __future__ import annotations

import ibis

from firebreak.engine.backends.base import Expr
from firebreak.engine.backends.functions import key64
from firebreak.engine.identity import keys

_KINDS = {"document": "doc_key", "number": "weak_key", "phone": "phone"}


def identity_keys(mentions: Expr, journeys: Expr) -> Expr:
    """``key, kind, record_id, part``: one row a value a record can share with another.

    ``key`` is ``key64`` of kind and value, the same on every executor. Two values of one key cost a look, never a wrong
    link, for what is found is compared by its values.
    """
    claims = keys.claims(mentions)
    tickets = keys.tickets(journeys)
    found = [_hashed(claims, column, kind) for kind, column in _KINDS.items()]
    return ibis.union(*found, _hashed(tickets, "ticket_key", "ticket"), distinct=False)


def _hashed(rows: Expr, column: str, kind: str) -> Expr:
    told = rows.filter(rows[column].notnull())
    value = ibis.literal(f"{kind}|") + told[column]
    return told.select(key=key64(value), kind=ibis.literal(kind), record_id=told.record_id, part=told.part)
