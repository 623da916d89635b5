"""Completion: what one channel lacks from another, each value with its source; and the golden record of each person."""

from __future__ import annotations

import ibis
import polars as pl

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.identity import statements as steps
from firebreak.engine.identity.survivorship import FIELDS, trust, trusted
from firebreak.terms.tables import PERSON_FIELDS, PERSONS

SAME_BUILDING = "same_building"
_PLACE = ("division_code", "community", "building", "unit", "room")


def complete(run: Executor, channels: pl.DataFrame, register: Expr | None = None) -> tuple[Expr, Expr]:
    """The tables ``persons`` and ``person_fields``, kept in the executor and returned as expressions.

    Reads the executor's ``mentions`` and the links kept as ``new_links``. ``channels``: ``channel, category, source``
    for every channel that speaks of people; channels that copy one another share a ``source``. ``register``: mentions
    from which the grids of buildings are learned (None: those of the executor; others where it has only some people's).
    """
    numbers = channels.select("channel").unique().sort("channel").with_row_index("channel_no")
    numbers = numbers.with_columns(pl.col("channel_no").cast(pl.Int64))
    known = run.put("c_channels", numbers.to_arrow())
    recency = run.keep("c_recency", steps.recency(run.table("mentions")))
    run.keep("c_ordered", steps.ordered(run.table("mentions"), run.table("new_links"), recency, known))
    for field in FIELDS:
        _complete_field(run, field, trusted(channels, field).join(numbers, on="channel"))
    given = ibis.union(*(run.table(f"c_{field}") for field in FIELDS), distinct=False).select(*PERSON_FIELDS.names)
    places = run.keep("c_places", _places(run.table("c_ordered"), run.table("c_address")))
    grids = run.keep("c_grids", _grids_of_buildings(run.table("c_ordered") if register is None else register))
    more = run.keep("c_more_grids", _completed_grids(places, run.table("c_grid_code"), grids))
    fields = ibis.union(given, more.select(*PERSON_FIELDS.names), distinct=False)
    persons = run.keep("c_persons", _persons(run))
    return persons.select(*PERSONS.names), fields


def _complete_field(run: Executor, field: str, trust: pl.DataFrame) -> None:
    """Keep the rows of ``person_fields`` of one field as ``c_FIELD``."""
    trusted_here = run.put("c_trusted", trust.select("channel_no", "source", "trust").to_arrow())
    ordered = run.table("c_ordered")
    values = run.keep("c_values", steps.values(steps.statements(ordered, field), trusted_here))
    run.keep(f"c_{field}", steps.person_fields(steps.chosen(values), ordered, field))


def _places(ordered: Expr, addresses: Expr) -> Expr:
    """The parts of each person's chosen address, from the record that gives it."""
    address = addresses.filter(addresses.chosen).select("person_id", "record_id", "part")
    said = ordered.select("record_id", "part", *_PLACE)
    return address.join(said, ["record_id", "part"]).select("person_id", *_PLACE)


def _grids_of_buildings(mentions: Expr) -> Expr:
    """``division_code, community, building, grid_code``: the grid most records give a building, with one record as
    evidence."""
    told = mentions.filter(
        mentions.grid_code.notnull() & mentions.community.notnull() & mentions.division_code.notnull()
    ).mutate(building=mentions.building.fill_null(""))
    counted = told.group_by("division_code", "community", "building", "grid_code").agg(
        records=told.count(), record_id=told.record_id.min(), seen_on=told.seen_on.max()
    )
    best = ibis.row_number().over(
        group_by=["division_code", "community", "building"], order_by=[ibis.desc(counted.records), counted.grid_code]
    )
    ranked = counted.mutate(best=best)
    return ranked.filter(ranked.best == 0).drop("best", "records")


def _completed_grids(places: Expr, given: Expr, grids: Expr) -> Expr:
    """Grids of people whose own records give none, from the register of the same building."""
    lacking = places.filter(places.community.notnull()).mutate(building=places.building.fill_null(""))
    lacking = lacking.anti_join(given, "person_id")
    found = lacking.join(grids, ["division_code", "community", "building"])
    return found.select(
        "person_id",
        field=ibis.literal("grid_code"),
        value=found.grid_code,
        chosen=ibis.literal(True),
        record_id=found.record_id,
        part=ibis.literal(0, type="int16"),
        channel=ibis.literal(SAME_BUILDING),
        seen_on=found.seen_on,
        agreeing=ibis.literal(1, type="int16"),
        confidence=ibis.literal(trust("grid_code", "community") / 2, type="float32"),
    )


def _persons(run: Executor) -> Expr:
    """One row a person. Fields that no statement fills are null."""
    said = run.table("c_ordered")
    counted = said.group_by("person_id").agg(
        records=said.count().cast("int32"),
        channels=said.channel_no.nunique().cast("int16"),
        birth_year=said.birth_year.min(),
        told_division=said.division_code.min(),
    )
    rare = said.filter(said["alias"].notnull() | said.nationality.notnull() | said.household_no.notnull())
    rare = rare.group_by("person_id").agg(
        alias=rare["alias"].min(), nationality=rare.nationality.min(), household_no=rare.household_no.min()
    )
    whole = _beside(counted, rare)
    for field in FIELDS:
        best = run.table(f"c_{field}")
        whole = _beside(whole, best.filter(best.chosen).select("person_id", **{field: best.value}))
    more = run.table("c_more_grids").select("person_id", more_grid="value")
    whole = _beside(_beside(whole, more), run.table("c_places"))
    return whole.mutate(
        birth_date=whole.birth_date.cast("date"),
        doc_type=whole.document.split("|")[0],
        doc_number=whole.document.split("|")[1],
        grid_code=ibis.coalesce(whole.grid_code, whole.more_grid),
        birth_year=ibis.coalesce(whole.birth_date.cast("date").year().cast("int16"), whole.birth_year),
        division_code=ibis.coalesce(whole.division_code, whole.told_division),
    )


def _beside(persons: Expr, more: Expr) -> Expr:
    return persons.left_join(more, "person_id").drop("person_id_right")
