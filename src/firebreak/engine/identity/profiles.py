"""Profiles: what is known of each group of records, one row a group, as the comparisons read it.

Where a group says two phones or two addresses, the smallest and the largest stand in ``COLUMN`` and ``COLUMN_2``; two
sexes or two dates of birth say none. Ibis steps; the keys of names are made in Python, once a distinct name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.identity.compare.name_keys import name_keys
from firebreak.engine.identity.frames import frame
from firebreak.engine.identity.keys import claimed

TWICE = ("phone", "division", "community", "building", "room")
"""Fields of which a profile holds two values."""


def evidence(mentions: Expr, records: Expr, numbers: Expr | None = None, phones: Expr | None = None) -> Expr:
    """``record_id, part, unique_id`` and what the profile is made of, of the mentions in ``records``.

    ``records``: ``record_id, part, unique_id``. ``numbers``, ``phones``: see ``keys.claimed``. ``doc``: a number that
    holds; ``weak``: one whose structure contradicts it; ``masked``: one shown in part, as a pattern of LIKE.
    """
    said = claimed(mentions.join(records, ["record_id", "part"]), numbers, phones)
    return worded(said.rename(doc="doc_key", weak="weak_key"), ("unique_id", "phone", "doc", "weak"))


def worded(mentions: Expr, more: tuple[str, ...] = ()) -> Expr:
    """The evidence of mentions by their own columns, and those named in ``more``.

    ``community``, ``building`` and ``room`` are whole keys: a building is one of a community.
    """
    is_masked = mentions.doc_check == "masked"
    shown = (mentions.doc_type.fill_null("other") + "|" + mentions.doc_number).replace("*", "_")
    building = mentions.community + "|" + mentions.building
    return mentions.select(
        "record_id",
        "part",
        "name",
        "sex",
        "birth_date",
        *more,
        masked=ibis.ifelse(is_masked, shown, ibis.null("string")),
        masked_surname=mentions.name.substr(0, 1),
        birth_year=ibis.coalesce(mentions.birth_date.year().cast("int16"), mentions.birth_year),
        division=mentions.division_code,
        community=mentions.community,
        building=building,
        room=building + "|" + mentions.room,
    )


FREQUENCIES = ("name", "masked_surname", "phone", "room")
"""Columns whose frequency among the groups adjusts a weight; ``tf_COLUMN`` is what Splink reads."""


def profiles(run: Executor, said: Expr, name: str, common: Mapping[str, Expr]) -> Expr:
    """Keep as ``name`` one row a group; ``said``: rows of ``evidence`` with ``unique_id`` (the group) and ``doc``.

    ``common``: for each of ``FREQUENCIES`` a table of its values and ``tf_COLUMN``, the share of groups that say it.
    """
    grouped = run.keep(f"{name}_grouped", _grouped(said))
    run.put(f"{name}_names", name_keys(frame(run, grouped.select("name").distinct())["name"]).to_arrow())
    table = grouped.left_join(run.table(f"{name}_names"), "name").drop("name_right")
    table = table.mutate(masked_surname=table.name.substr(0, 1))
    for column in FREQUENCIES:
        table = table.left_join(common[column], column).drop(f"{column}_right")
    return run.keep(name, table)


def _grouped(said: Expr) -> Expr:
    masked = said.name.contains("*") | said.name.contains("某")
    whole = ibis.ifelse(masked, ibis.null("string"), said.name)
    twice: dict[str, Any] = {}
    for field in TWICE:
        twice |= {field: said[field].min(), f"{field}_2": said[field].max()}
    grouped = said.mutate(whole=whole).group_by("unique_id")
    table = grouped.agg(
        name=lambda t: ibis.coalesce(t.whole.max(), t.name.max()),
        doc=said.doc.max(),
        weak=said.weak.max(),
        masked=said.masked.max(),
        sex=_only(said.sex),
        birth_date=_only(said.birth_date).cast("string"),
        birth_year=_only(said.birth_year),
        **twice,
    )
    number = ibis.coalesce(table.doc, table.weak)
    return table.mutate(number=number, kind=ibis.coalesce(number, table.masked).split("|")[0])


def _only(column: Expr) -> Expr:
    """The one value of a group; null where it has two."""
    return ibis.ifelse(column.min() == column.max(), column.max(), ibis.null(column.type()))
