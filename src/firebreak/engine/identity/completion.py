"""Completion: what one channel lacks from another, each value with its source; and the golden record of each person."""

from __future__ import annotations

import ibis
import polars as pl

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.identity import statements as steps
from firebreak.engine.identity.survivorship import trusted
from firebreak.terms.tables import PERSON_FIELDS, PERSONS

SAME_BUILDING = "same_building"
_PLACE = ("division_code", "community", "building", "unit", "room")


def complete(run: Executor, channels: pl.DataFrame) -> tuple[Expr, Expr]:
    """The tables ``persons`` and ``person_fields``, kept in the executor and returned as expressions.

    Reads the executor's ``mentions`` and the links kept as ``new_links``. ``channels``: ``channel, category, source`` for every channel
    that speaks of people; channels that copy one another share a ``source``.
    """
    said = run.keep("c_statements", steps.statements(run.table("mentions"), run.table("new_links")))
    trust = run.put("c_trusted", trusted(channels).to_arrow())
    values = run.keep("c_values", steps.chosen(steps.values(steps.supports(said, trust))))
    given = run.keep("c_given", steps.person_fields(values, steps.evidence(said)))
    places = run.keep("c_places", _places(run.table("mentions"), given))
    grids = run.keep("c_grids", _grids_of_buildings(run.table("mentions")))
    run.keep("c_fields", ibis.union(given, _completed_grids(places, given, grids), distinct=False))
    fields = run.table("c_fields").select(*PERSON_FIELDS.names)
    persons = run.keep("c_persons", _persons(run, places))
    return persons.select(*PERSONS.names), fields


def _places(mentions: Expr, given: Expr) -> Expr:
    """The parts of each person's chosen address, from the record that gives it."""
    address = given.filter((given.field == "address") & given.chosen)
    return address.join(mentions.select("record_id", "part", *_PLACE), ["record_id", "part"]).select(
        "person_id", *_PLACE
    )


def _grids_of_buildings(mentions: Expr) -> Expr:
    """``division_code, community, building, grid_code``: the grid most records give a building, with one record as evidence."""
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
    lacking = lacking.anti_join(given.filter(given.field == "grid_code"), "person_id")
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
        confidence=ibis.literal(0.47, type="float32"),
    )


def _persons(run: Executor, places: Expr) -> Expr:
    """One row a person. Fields that no statement fills are null."""
    fields, mentions, links = run.table("c_fields"), run.table("mentions"), run.table("new_links")
    best = fields.filter(fields.chosen)
    wide = best.group_by("person_id").agg(
        **{name: best.value.max(where=best.field == name) for name in ("name", "sex", "phone", "address", "employer")},
        grid_code=best.value.max(where=best.field == "grid_code"),
        birth=best.value.max(where=best.field == "birth_date"),
        document=best.value.max(where=best.field == "document"),
    )
    said = mentions.join(links.select("record_id", "part", "person_id"), ["record_id", "part"])
    rest = said.group_by("person_id").agg(
        alias=said["alias"].min(),
        birth_year=said.birth_year.min(),
        nationality=said.nationality.min(),
        household_no=said.household_no.min(),
        told_division=said.division_code.min(),
        records=said.record_id.nunique().cast("int32"),
        channels=said.channel.nunique().cast("int16"),
    )
    joined = (
        rest.left_join(wide, "person_id").drop("person_id_right").left_join(places, "person_id").drop("person_id_right")
    )
    return joined.mutate(
        birth_date=joined.birth.cast("date"),
        doc_type=joined.document.split("|")[0],
        doc_number=joined.document.split("|")[1],
        birth_year=ibis.coalesce(joined.birth.cast("date").year().cast("int16"), joined.birth_year),
        division_code=ibis.coalesce(joined.division_code, joined.told_division),
    )
