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

CAP = 60
"""Groups that may share a key. A household, a dormitory room, a phone of a small firm stay below."""

KEYS: dict[str, tuple[str, ...]] = {
    "phone": ("phone",),
    "room": ("room",),
    "name+birth": ("name", "birth_date"),
    "name+division+year": ("name", "division", "birth_year"),
    "name+community": ("name", "community"),
    "weak": ("weak",),
    "number_ends": ("ends",),
    "number_front": ("front", "masked_surname"),
}
"""Keys by name, and the columns of ``said`` they are made of; a key with a null in it ties nothing."""

HEAD, FRONT, TAIL = 6, 14, 4
"""Digits of a resident number that registers leave when they mask it: division; division and birth; the last four."""


def said_for_blocking(evidence: Expr) -> Expr:
    """Rows of ``evidence`` with the parts of the number that a mask may have left: ``ends`` and ``front``."""
    number = ibis.coalesce(evidence.doc, evidence.masked)
    plain = number.split("|")[1]
    whole = (number.split("|")[0] == "resident") & (plain.length() == 18)
    head, front, tail = plain.substr(0, HEAD), plain.substr(0, FRONT), plain.substr(18 - TAIL, TAIL)
    nothing = ibis.null("string")
    return evidence.mutate(
        ends=ibis.ifelse(whole & ~head.contains("_") & ~tail.contains("_"), head + tail, nothing),
        front=ibis.ifelse(whole & ~front.contains("_"), front, nothing),
        masked_surname=evidence.name.substr(0, 1),
    )


def candidates(run: Executor, said: Expr, more: Expr | None = None, keys: Mapping[str, tuple[str, ...]] = KEYS) -> Expr:
    """Keep as ``id_candidates`` the pairs ``left, right`` (left < right), each once.

    ``said``: rows of ``said_for_blocking`` with ``unique_id`` (the group) and ``is_open``. ``more``: pairs
    ``one, other`` that something else proposes. Keys above ``CAP`` are kept as ``id_common_KEY``: columns, ``groups``.
    """
    found = [run.keep(f"id_pairs_{_plain(name)}", _pairs(run, said, name, columns)) for name, columns in keys.items()]
    if more is not None:
        found.append(more.select("one", "other"))
    every = ibis.union(*found, distinct=False)
    ordered = every.select(left=ibis.least(every.one, every.other), right=ibis.greatest(every.one, every.other))
    return run.keep("id_candidates", ordered.filter(ordered.left < ordered.right).distinct())


def _pairs(run: Executor, said: Expr, name: str, key: tuple[str, ...]) -> Expr:
    """``one`` (an open group) and ``other`` that share the key."""
    columns = list(key)
    present: Any = said[columns[0]].notnull()
    for column in columns[1:]:
        present = present & said[column].notnull()
    told = said.filter(present)
    wanted = told.filter(told.is_open).select(*columns).distinct()
    rows = run.keep(f"id_keyed_{_plain(name)}", _keyed(told, wanted, columns))
    counted = rows.group_by(columns).agg(groups=lambda t: t.count())
    run.keep(f"id_common_{_plain(name)}", counted.filter(counted.groups > CAP))
    usable = counted.filter((counted.groups <= CAP) & (counted.groups > 1))
    useful = rows.semi_join(usable, columns)
    opened = useful.filter(useful.is_open).select(*columns, one="unique_id")
    return opened.join(useful.select(*columns, other="unique_id"), columns).select("one", "other")


def _keyed(told: Expr, wanted: Expr, columns: list[str]) -> Expr:
    near = told.semi_join(wanted, columns)
    return near.group_by([*columns, "unique_id"]).agg(is_open=lambda t: t.is_open.any())


def _plain(name: str) -> str:
    return name.replace("+", "_")
