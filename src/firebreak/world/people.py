"""The truth tables ``people`` and ``workplaces``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from firebreak.world import documents
from firebreak.world.draws import I64, Draws
from firebreak.world.geography import HOMES_PER_GRID, addresses, counties, words
from firebreak.world.identities import identities, issued_numbers
from firebreak.world.population import Population

Bools = np.ndarray[Any, np.dtype[np.bool_]]
RELATIONS = ("head", "spouse", "child", "parent")
_JOBS = (
    "工人",
    "职员",
    "教师",
    "医护人员",
    "司机",
    "销售",
    "工程师",
    "个体经营",
    "公务员",
    "餐饮服务",
    "快递员",
    "保洁",
)
_DEPOTS = ("上海客运段", "南京客运段", "武汉客运段", "徐州客运段")


def people_chunks(
    draws: Draws, world: Population, crew: I64, moved: int | None, chunk: int = 500_000
) -> Iterator[pl.DataFrame]:
    """The table ``people`` in order of person. ``crew``: people who work on board; ``moved``: who moved house."""
    is_crew = np.zeros(world.people, dtype=bool)
    is_crew[crew] = True
    issued, sequence = issued_numbers(draws, world)
    for low in range(0, world.people, chunk):
        person = np.arange(low, min(low + chunk, world.people))
        yield _chunk(draws, world, person, issued[person], sequence[person], is_crew[person], moved)


def _chunk(
    draws: Draws, world: Population, person: I64, issued: I64, sequence: I64, is_crew: Bools, moved: int | None
) -> pl.DataFrame:
    household = world.household[person].astype(np.int64)
    home = _homes(world, person, household, moved)
    address = addresses(draws, world.home_county[household], home)
    identity = identities(draws, world, person, issued, sequence)
    return pl.DataFrame(
        {
            "person": person,
            **identity.to_dict(),
            "phone": _phones(draws, world, person),
            "household": household,
            "household_no": pl.Series(household % 1_000_000).cast(pl.String).str.zfill(8),
            "relation": pl.Series(RELATIONS).gather(world.relation[person]),
            **address.to_dict(),
            **_work(draws, world, person, is_crew),
            "plate": _plates(draws, world, person, household),
        }
    )


def _homes(world: Population, person: I64, household: I64, moved: int | None) -> I64:
    """A person who moved house lives in a new grid past the county's last."""
    home = world.home_number[household].copy()
    if moved is not None and len(mine := np.flatnonzero(person == moved)):
        last = world.home_number[world.home_county == world.home_county[household[mine[0]]]].max()
        home[mine] = (last // HOMES_PER_GRID + 1) * HOMES_PER_GRID + moved % HOMES_PER_GRID
    return home


def has_own_phone(draws: Draws, world: Population, person: I64) -> Bools:
    """Whether nobody shares the phone of each person, and there is one."""
    shared, missing = _phone_shared_or_missing(draws, world.age[person], person)
    out: Bools = ~shared & ~missing
    return out


def _phone_shared_or_missing(draws: Draws, age: I64, person: I64) -> tuple[Bools, Bools]:
    u = draws.uniform("phone", person)
    dependent = (age < 14) | (age > 72)
    shared = dependent & (u < 0.3) | ~dependent & (u < 0.01)
    missing = dependent & (u > 0.75) | ~dependent & (u > 0.995)
    return shared, missing


def _phones(draws: Draws, world: Population, person: I64) -> pl.Series:
    """Some children and old people share the phone of their head of household; many of the others of them have none."""
    age = world.age[person]
    shared, missing = _phone_shared_or_missing(draws, age, person)
    owner = np.where(shared, world.first[world.household[person]], person)
    return (
        pl.DataFrame({"phone": documents.phones(owner), "missing": missing})
        .select(pl.when("missing").then(None).otherwise("phone"))
        .to_series()
    )


def _work(draws: Draws, world: Population, person: I64, is_crew: Bools) -> dict[str, pl.Series]:
    place, firms = world.workplace[person].astype(np.int64), int(world.firms.sum())
    frame = pl.DataFrame(
        {
            "place": place,
            "job": pl.Series(_JOBS).gather(draws.below(len(_JOBS), "job", person)),
            "depot": pl.Series(_DEPOTS).gather(draws.below(len(_DEPOTS), "depot", person)),
            "crew": is_crew,
        }
    ).select(
        workplace=pl.when(pl.col("place").is_between(0, firms - 1) & ~pl.col("crew")).then("place").cast(pl.Int32),
        school=pl.when(pl.col("place") >= firms).then("place").cast(pl.Int32),
        occupation=pl.when("crew")
        .then(pl.lit("列车乘务员"))
        .when(pl.col("place") >= firms)
        .then(pl.lit("学生"))
        .when(pl.col("place") >= 0)
        .then("job")
        .otherwise(pl.lit("无业/退休")),
        crew_depot=pl.when("crew").then("depot"),
    )
    return {column: frame[column] for column in frame.columns}


def _plates(draws: Draws, world: Population, person: I64, household: I64) -> pl.Series:
    owns = (world.first[household] == person) & (draws.uniform("car", household) < 0.45)
    prefix = pl.Series([county.plate for county in counties()]).gather(world.home_county[household])
    return (
        pl.DataFrame({"plate": documents.plates(prefix, household), "owns": owns})
        .select(pl.when("owns").then("plate"))
        .to_series()
    )


def workplace_table(draws: Draws, world: Population) -> pl.DataFrame:
    """Firms and schools by county, then the depots of the crews."""
    county = np.repeat(np.arange(len(counties())), world.firms)
    school_county = np.repeat(np.arange(len(counties())), world.schools)
    both = np.r_[county, school_county]
    ids = np.arange(len(both))
    is_school = ids >= len(county)
    named = pl.DataFrame(
        {
            "county": pl.Series([c.county for c in counties()]).gather(both),
            "city": pl.Series([c.city for c in counties()]).gather(both),
            "firm": pl.Series(words()["firms"]).gather(draws.below(len(words()["firms"]), "firm", ids)),
            "trade": pl.Series(words()["firm_trades"]).gather(draws.below(len(words()["firm_trades"]), "trade", ids)),
            "school": pl.Series(words()["schools"]).gather(draws.below(len(words()["schools"]), "school", ids)),
            "number": pl.Series(ids + 1).cast(pl.String),
            "is_school": is_school,
        }
    )
    return named.select(
        workplace=pl.Series(ids).cast(pl.Int32),
        kind=pl.when("is_school").then(pl.lit("school")).otherwise(pl.lit("enterprise")),
        name=pl.when("is_school")
        .then(pl.concat_str("county", "school", pl.lit("（"), "number", pl.lit("）")))
        .otherwise(pl.concat_str("county", "firm", "trade", pl.lit("有限公司（"), "number", pl.lit("）"))),
        code=credit_codes([c.code for c in counties()], both, ids, is_school),
        division_code=pl.Series([c.code for c in counties()]).gather(both),
        address=pl.concat_str("city", "county", pl.lit("工业路"), "number", pl.lit("号")),
    )


_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def credit_codes(division: list[str], county: I64, ids: I64, is_school: Bools) -> pl.Series:
    """GB 32100-2015: 91 (firm) or 12 (institution), division, nine characters, check character."""
    codes = []
    for place, number, school in zip(county, documents.scramble(ids, 10**8), is_school, strict=True):
        body = f"{'12' if school else '91'}{division[place]}MA{number % 10**7:07d}"
        total = sum(_CREDIT_ALPHABET.index(c) * w for c, w in zip(body, _CREDIT_WEIGHTS, strict=True))
        codes.append(body + _CREDIT_ALPHABET[(31 - total % 31) % 31])
    return pl.Series(codes, dtype=pl.String)
