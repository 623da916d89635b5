"""Stays, checks and registrations → presences: who was at which place, in which room, from when to when."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import pyarrow as pa

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.tracing.place_ids import identified
from firebreak.engine.tracing.places import Places
from firebreak.terms.ids import place_id
from firebreak.terms.tables import I64, PLACES, PRESENCES, TEXT

_SAID = ("place_kind", "place_division", "place_code", "place_name")
_WORDS_FOR_ROOM = "(号?房间?|室|号?桌|号|间)$"
"""Words after a room's or table's number: 1203, 1203室 and 1203房间 are one room."""
_IDS = pa.schema([*((name, TEXT) for name in _SAID), ("place_id", I64), ("division", TEXT), ("code", TEXT)])
_CELLS = pa.schema([("place_id", I64), ("cell", TEXT), ("cell_id", I64)])


@dataclass(frozen=True, slots=True)
class Present:
    """Expressions in the columns of ``presences`` and ``places``, and ``record_id, part, outcome`` of every record.

    ``outcome`` is ``presence``, or why the record puts nobody anywhere: no_person, not_a_place, no_place, no_time,
    wrong_way (it ends before it begins).
    """

    presences: Expr
    places: Expr
    outcomes: Expr


def present(executor: Executor, places: Places) -> Present:
    """Presences of the executor's ``stays``, ``checks``, ``registrations`` and ``links``."""
    seen = executor.keep("p_seen", sightings(executor.table("stays"), executor.table("checks"),
                                             executor.table("registrations")))  # fmt: skip
    ids = place_ids(executor, seen)
    cells = cell_ids(executor, seen, ids)
    kinds = executor.put("p_kinds", places.table())
    judged = executor.keep("p_judged", placed(seen, executor.table("links"), ids, cells, kinds, places))
    kept = executor.keep("p_kept", timed(judged.filter(judged.outcome == "presence")))
    return Present(collapsed(kept), named_places(judged), judged.select("record_id", "part", "outcome"))


def sightings(stays: Expr, checks: Expr, registrations: Expr) -> Expr:
    """What stays, checks and registrations say, in the same columns. A check or an act tells a moment, not a length."""
    none, moment = ibis.null("string"), ibis.null("timestamp('UTC', 6)")
    parts = [
        stays.select("record_id", "part", *_SAID, "cell", "start_at", "end_at"),
        checks.select("record_id", "part", place_kind="post_kind", place_division=none, place_code=none,
                      place_name="post", cell=none, start_at="at", end_at=moment),
        registrations.select("record_id", "part", "place_division", "place_name", place_kind="kind", place_code=none,
                             cell=none, start_at="at", end_at=moment),
    ]  # fmt: skip
    columns = ["record_id", "part", *_SAID, "cell", "start_at", "end_at"]
    return ibis.union(*(part.select(columns) for part in parts))


def place_ids(executor: Executor, seen: Expr) -> Expr:
    """The place of each combination of kind, division, code and name that occurs."""
    said = executor.run(seen.select(*_SAID).distinct(), "places said").to_pylist()
    rows = [(row["place_kind"] or "", *(row[name] for name in _SAID[1:])) for row in said]
    found = identified(rows)
    columns = [[row[name] for row in said] for name in _SAID]
    known = [found[row] for row in rows]
    columns += [[one.place_id for one in known], [one.division for one in known], [one.code for one in known]]
    return executor.put("p_ids", pa.table(columns, schema=_IDS))


def cell_ids(executor: Executor, seen: Expr, ids: Expr) -> Expr:
    """``place_id, cell, cell_id``: a room as written, and the room it is."""
    located = seen.filter(seen.cell.notnull()).join(ids, _same(seen, ids, _SAID))
    said = executor.run(located.select("place_id", "cell", plain=plain_cell(located.cell)).distinct(), "cells said")
    rows = said.to_pylist()
    cells = [place_id("cell", str(row["place_id"]), row["plain"]) if row["plain"] else None for row in rows]
    columns = [[row["place_id"] for row in rows], [row["cell"] for row in rows], cells]
    return executor.put("p_cells", pa.table(columns, schema=_CELLS))


def plain_cell(cell: Expr) -> Expr:
    """A room's number or name without spaces and without the word for room."""
    return cell.upper().re_replace("[ \u3000]+", "").re_replace(_WORDS_FOR_ROOM, "")


def placed(seen: Expr, links: Expr, ids: Expr, cells: Expr, kinds: Expr, places: Places) -> Expr:
    """Sightings with their person, place, cell, the kind's length of stay, and the outcome."""
    known = seen.left_join(links.select("record_id", "part", "person_id"), ["record_id", "part"]).drop(
        "record_id_right", "part_right"
    )
    known = known.left_join(ids, _same(known, ids, _SAID), rname="{name}_i").drop(*(f"{name}_i" for name in _SAID))
    known = known.left_join(cells, ["place_id", "cell"], rname="{name}_c").drop("place_id_c", "cell_c")
    known = known.left_join(kinds, "place_kind", rname="{name}_k").drop("place_kind_k")
    nowhere = [one.kind for one in places.kinds.values() if not one.place]
    outcome = ibis.cases(
        (known.person_id.isnull(), "no_person"),
        (known.place_kind.isin(nowhere).fill_null(False), "not_a_place"),
        (known.place_id.isnull(), "no_place"),
        (known.start_at.isnull() & known.end_at.isnull(), "no_time"),
        ((known.start_at >= known.end_at).fill_null(False), "wrong_way"),
        else_="presence",
    )
    return known.mutate(outcome=outcome, dwell_minutes=ibis.coalesce(known.dwell_minutes, places.otherwise.minutes))


def _same(left: Expr, right: Expr, names: tuple[str, ...]) -> list[Expr]:
    """Equal in all these columns, where unknown equals unknown."""
    return [ibis.coalesce(left[name], "") == ibis.coalesce(right[name], "") for name in names]


def timed(judged: Expr) -> Expr:
    """With both ends: one that no record tells is taken from the kind's length of stay."""
    length = judged.dwell_minutes.cast("int32").as_interval("m")
    return judged.select(
        "person_id", "place_id", "cell_id", "record_id", "part",
        place_kind=ibis.coalesce(judged.place_kind, "venue"),
        start_at=ibis.coalesce(judged.start_at, judged.end_at - length),
        end_at=ibis.coalesce(judged.end_at, judged.start_at + length),
        from_told=judged.start_at.notnull(),
        to_told=judged.end_at.notnull(),
    )  # fmt: skip


def collapsed(timed: Expr) -> Expr:
    """One presence for records of one person, place and cell that overlap or touch, in the columns of ``presences``.

    It lasts from the first start to the last end that a record tells. An assumed end counts only where its record
    begins after all told ends (somebody was seen again), or none is told; an assumed start likewise. The smallest
    record proves the presence.
    """
    islands = _islands(timed)
    mine = ibis.window(group_by=[*_ONE, "island"])
    told = islands.mutate(
        first_told=islands.start_at.min(where=islands.from_told).over(mine),
        last_told=islands.end_at.max(where=islands.to_told).over(mine),
        nth=ibis.row_number().over(group_by=[*_ONE, "island"], order_by=[islands.record_id, islands.part]),
    )
    later = ~told.to_told & ibis.coalesce(told.start_at > told.last_told, True)
    sooner = ~told.from_told & ibis.coalesce(told.end_at < told.first_told, True)
    one = told.group_by(*_ONE, "island").agg(
        cell_id=told.cell_id.min(),
        place_kind=told.place_kind.min(),
        start_at=told.start_at.min(where=told.from_told | sooner),
        end_at=told.end_at.max(where=told.to_told | later),
        assumed=(later | sooner).any(),
        record_id=told.record_id.min(),
        part=told.part.min(where=told.nth == 0),
    )
    return one.select(PRESENCES.names)


_ONE = ("person_id", "place_id", "cell_key")


def _islands(timed: Expr) -> Expr:
    """Numbers the records of one person, place and cell by the stretch without a gap that they belong to."""
    keyed = timed.mutate(cell_key=ibis.coalesce(timed.cell_id, -1))
    order = [keyed.start_at, keyed.end_at, keyed.record_id, keyed.part]
    reached = keyed.end_at.max().over(ibis.window(group_by=_ONE, order_by=order, preceding=(None, 1)))
    seen = keyed.mutate(begins=ibis.ifelse(ibis.coalesce(reached >= keyed.start_at, False), 0, 1))
    order = [seen.start_at, seen.end_at, seen.record_id, seen.part]
    return seen.mutate(island=seen.begins.sum().over(ibis.window(group_by=_ONE, order_by=order, preceding=(None, 0))))


def named_places(judged: Expr) -> Expr:
    """Every place and every cell that occurs, in the columns of ``places``."""
    known = judged.filter(judged.place_id.notnull())
    whole = known.group_by("place_id").agg(
        place_kind=ibis.coalesce(known.place_kind.min(), "venue"), place_name=known.place_name.min(),
        place_code=known.code.min(), place_division=known.division.min(),
    )  # fmt: skip
    whole = whole.mutate(cell_id=ibis.null("int64"), cell=ibis.null("string"))
    inside = known.filter(known.cell_id.notnull())
    cells = inside.group_by("place_id", "cell_id").agg(
        place_kind=ibis.coalesce(inside.place_kind.min(), "venue"), place_name=inside.place_name.min(),
        place_code=inside.code.min(), place_division=inside.division.min(), cell=inside.cell.min(),
    )  # fmt: skip
    return ibis.union(whole.select(PLACES.names), cells.select(PLACES.names))
