"""Which groups are compared at all: those that share a phone, a room, a name with a date, or parts of a number.

Only a group without a document of its own (an open group) is compared, with every other; two persons known by different
documents are not. A key that very many groups share says nothing of one person and would cost the square of their
number: it ties nothing, and a note says so. So the pairs of a key are at most ``CAP`` squared, whatever the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.identity.spelling import SPELT, may_be_one, spelt

CAP = 60
"""Groups that may share a key. A household, a dormitory room, a phone of a small firm stay below."""

KEYS: dict[str, tuple[str, ...]] = {
    "phone": ("phone",),
    "weak": ("weak",),
    "room": ("room", "masked_surname"),
    "name+birth": ("name", "birth_date"),
    "name+division+year": ("name", "division", "birth_year"),
    "name+community": ("name", "community"),
    "number_ends": ("ends",),
    "number_front": ("front", "masked_surname"),
}
"""Keys by name, and the columns they are made of; a key with a null in it ties nothing."""

SPELT_KEYS = ("room",)
"""Keys whose pairs must have names that may be one person's, too (``spelling``)."""

_RESIDENT = "resident|"
HEAD, FRONT, TAIL = 6, 14, 4
"""Digits of a resident number that registers leave when they mask it: division; division and birth; the last four."""


def parts_of_number(number: Expr) -> dict[str, Expr]:
    """What a mask may have left of ``type|number``, as ``ends`` and ``front``: null where it has not."""
    at = len(_RESIDENT)
    whole = number.startswith(_RESIDENT) & (number.length() == at + 18)
    head, front, tail = number.substr(at, HEAD), number.substr(at, FRONT), number.substr(at + 18 - TAIL, TAIL)
    nothing = ibis.null("string")
    return {
        "ends": ibis.ifelse(whole & ~head.contains("_") & ~tail.contains("_"), head + tail, nothing),
        "front": ibis.ifelse(whole & ~front.contains("_"), front, nothing),
    }


def told(rows: Expr, columns: tuple[str, ...]) -> Expr:
    """The rows whose key is whole."""
    present: Any = rows[columns[0]].notnull()
    for column in columns[1:]:
        present = present & rows[column].notnull()
    return rows.filter(present)


def candidates(
    run: Executor, rows: Mapping[str, Expr], keys: Mapping[str, tuple[str, ...]] = KEYS, more: Expr | None = None
) -> Expr:
    """Keep as ``id_candidates`` the pairs ``left, right`` (left < right), each once.

    ``rows``: for each key a table of its columns, ``unique_id`` (the group) and ``is_open``. ``more``: pairs
    ``one, other`` that something else proposes. Keys are kept as ``id_keys_KEY``: columns, ``groups`` that share it.
    """
    found = [run.keep(f"id_pairs_{plain(name)}", _pairs(run, rows[name], name, keys[name])) for name in keys]
    if more is not None:
        found.append(more.select("one", "other"))
    every = ibis.union(*found, distinct=False)
    ordered = every.select(left=ibis.least(every.one, every.other), right=ibis.greatest(every.one, every.other))
    return run.keep("id_candidates", ordered.filter(ordered.left < ordered.right).distinct())


def _pairs(run: Executor, rows: Expr, name: str, columns: tuple[str, ...]) -> Expr:
    """``one`` (an open group) and ``other`` that share the key."""
    key = list(columns)
    grouped = told(rows, columns).group_by([*key, "unique_id"]).agg(is_open=lambda t: t.is_open.any())
    shared = run.keep(f"id_keyed_{plain(name)}", grouped)
    counted = run.keep(f"id_keys_{plain(name)}", shared.group_by(key).agg(groups=lambda t: t.count()))
    few = counted.filter((counted.groups <= CAP) & (counted.groups > 1))
    if name in SPELT_KEYS and "name" in rows.columns:
        return _spelt_pairs(run, told(rows, columns).semi_join(few, key), key)
    useful = shared.semi_join(few, key)
    opened = useful.filter(useful.is_open).select(*key, one="unique_id")
    return opened.join(useful.select(*key, other="unique_id"), key).select("one", "other")


def _spelt_pairs(run: Executor, rows: Expr, key: list[str]) -> Expr:
    """The same, of those whose names may be one person's."""
    names = spelt(run, rows.select(*key, "unique_id", "is_open", "name").distinct())
    useful = run.keep("id_spelt_rows", names.select(*key, "unique_id", "is_open", *SPELT).distinct())
    opened = useful.filter(useful.is_open).select(*key, *SPELT, one="unique_id")
    others = useful.select(*key, other="unique_id", **{f"other_{column}": useful[column] for column in SPELT})
    pairs = opened.join(others, key)
    return pairs.filter((pairs.one != pairs.other) & may_be_one(pairs)).select("one", "other").distinct()


def plain(name: str) -> str:
    """The name of a key as part of a table's name."""
    return name.replace("+", "_")
