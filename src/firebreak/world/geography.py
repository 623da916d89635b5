"""Where people live: counties with their real codes, and below them an invented but regular division.

A county's homes are numbered from 0. Twelve homes make a stairwell (unit), three units a building, ten buildings an
estate; an estate is one grid (GB/T 34300: the committee's 12 digits and three more), five grids make a committee
(社区/村委会), twelve committees a street. So a number says the whole address, for any number of homes.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl

from firebreak.world.draws import F64, I64, Draws

HOMES_PER_UNIT, UNITS, BUILDINGS, GRIDS, COMMITTEES = 12, 3, 10, 5, 12
HOMES_PER_GRID = HOMES_PER_UNIT * UNITS * BUILDINGS
VILLAGE_SHARE = 0.3
VISITORS_SHARE = 0.06  # households living outside Jiangsu
_JIANGSU = "江苏省"


@dataclass(frozen=True, slots=True)
class County:
    """A county with its code, its people (a weight) and how its plates begin."""

    code: str
    province: str
    city: str
    county: str
    people: float
    plate: str


@cache
def counties() -> tuple[County, ...]:
    """Jiangsu's counties, Wuxi first, then the places outside it that people come from."""
    text = files("firebreak.world.data").joinpath("counties.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(County(r["code"], r["province"], r["city"], r["county"], float(r["people"]), r["plate"]) for r in rows)


@cache
def words() -> dict[str, list[str]]:
    """The syllables from which place names are built."""
    raw: dict[str, Any] = tomllib.loads(files("firebreak.world.data").joinpath("places.toml").read_text("utf-8"))
    return raw


def county_weights(people: int) -> F64:
    """Share of households by county. A small world fills the first few counties only, so that its estates are full."""
    inside = np.array([county.province == _JIANGSU for county in counties()])
    weights = np.array([county.people for county in counties()])
    used = inside & (np.cumsum(inside) <= max(3, people // 1500))
    shares: F64 = np.where(used, weights, 0.0) / weights[used].sum() * (1.0 - VISITORS_SHARE)
    shares[~inside] = weights[~inside] / weights[~inside].sum() * VISITORS_SHARE
    return shares


def _named(table: str, index: I64) -> pl.Series:
    values = pl.Series(words()[table], dtype=pl.String)
    return values.gather(index % len(values))


def _number(values: I64, width: int = 0) -> pl.Series:
    text = pl.Series(values).cast(pl.String)
    return text.str.zfill(width) if width else text


def addresses(draws: Draws, county: I64, home: I64) -> pl.DataFrame:
    """Address columns of ``people`` for home ``home`` of county index ``county`` (arrays of one length)."""
    grid = home // HOMES_PER_GRID
    committee, in_grid = grid // GRIDS, home % HOMES_PER_GRID
    street = committee // COMMITTEES
    village = draws.uniform("village", county, grid) < VILLAGE_SHARE
    frame = pl.DataFrame(
        {
            **_county_columns(county),
            "street": _street_names(draws, county, street),
            "committee_code": _committee_codes(county, street, committee),
            **_home_columns(draws, county, grid, in_grid, village),
            "committee": _named("committees", draws.below(1 << 30, "committee", county, committee)),
            "village": village,
            "grid_in_committee": _number(grid % GRIDS + 1, 3),
        }
    )
    return frame.with_columns(
        committee=pl.col("committee") + pl.when("village").then(pl.lit("村")).otherwise(pl.lit("社区")),
        grid_code=pl.col("committee_code") + pl.col("grid_in_committee"),
        address=pl.concat_str(
            pl.when(pl.col("province") == pl.col("city")).then(pl.lit("")).otherwise("province"),
            "city",
            "county",
            "street",
            "community",
            "building",
            pl.col("unit").fill_null(""),
            "room",
        ),
    ).drop("village", "grid_in_committee")


def _county_columns(county: I64) -> dict[str, pl.Series]:
    table = pl.DataFrame([(c.province, c.city, c.county, c.code) for c in counties()], orient="row")
    names = ("province", "city", "county", "division_code")
    return {name: table[:, i].gather(county) for i, name in enumerate(names)}


def _street_names(draws: Draws, county: I64, street: I64) -> pl.Series:
    first = draws.below(len(words()["streets"]), "street", county)  # consecutive names from a county's own start
    ending = np.where(draws.uniform("street/town", county, street) < 0.4, "镇", "街道")
    return _named("streets", first + street) + pl.Series(ending)


def _committee_codes(county: I64, street: I64, committee: I64) -> pl.Series:
    codes = pl.Series([c.code for c in counties()]).gather(county)
    return codes + _number(street % 999 + 1, 3) + _number(committee % COMMITTEES + 1, 3)


def _home_columns(
    draws: Draws, county: I64, grid: I64, in_grid: I64, village: np.ndarray[Any, np.dtype[np.bool_]]
) -> dict[str, pl.Series]:
    building, in_building = in_grid // (HOMES_PER_UNIT * UNITS), in_grid % (HOMES_PER_UNIT * UNITS)
    unit, in_unit = in_building // HOMES_PER_UNIT, in_building % HOMES_PER_UNIT
    name = draws.below(1 << 30, "estate", county, grid)
    estate = _named("estates", name) + _named("estate_endings", name // 64)
    frame = pl.DataFrame(
        {
            "village": village,
            "estate": estate,
            "hamlet": _named("villages", name) + "村",
            "building": _number(building + 1),
            "unit": _number(unit + 1) + "单元",
            "room": _number((in_unit // 2 + 1) * 100 + in_unit % 2 + 1) + "室",
            "plot": _number(in_building + 1) + "号",
        }
    ).select(
        community=pl.when("village").then("hamlet").otherwise("estate"),
        building=pl.col("building") + pl.when("village").then(pl.lit("组")).otherwise(pl.lit("幢")),
        unit=pl.when("village").then(None).otherwise("unit"),
        room=pl.when("village").then("plot").otherwise("room"),
    )
    return {column: frame[column] for column in frame.columns}
