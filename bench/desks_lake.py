"""A lake of made-up persons for ``bench/desks.py``: golden records with sources, timelines, a queue. 演练."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from firebreak.lake.frames import polars_schema
from firebreak.lake.lake import Lake

PART = 250_000
EVENTS = 10
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"
WHERE = ["320213", "320205", "320206", "320211", "320214", "320281", "320282", "320213", "320213", "320505"]
DAY = date(2020, 1, 23)


def name_of(number: int) -> str:
    """One of 4,000 names."""
    return SURNAMES[number % 10] + GIVEN[number // 10 % 20] + GIVEN[number // 200 % 20]


def phone(number: int) -> str:
    """A phone of the drill's range."""
    return f"+86199{number:08}"


def document(number: int) -> str:
    """A number of eighteen characters that nobody has."""
    return f"320299{1950 + number % 60}{number % 12 + 1:02}{number % 28 + 1:02}{number % 10_000:04}"


def make_lake(folder: Path, persons: int) -> Lake:
    """``persons`` people, six values each (one in ten disputes a phone), ten events each, a queue of 2 %."""
    lake = Lake.open(folder, create=True)
    lake.replace("persons", (_persons(part) for part in _parts(persons)))
    lake.replace("person_fields", (_fields(part) for part in _parts(persons)))
    lake.replace("timeline", (_events(part) for part in _parts(persons)))
    lake.replace("links", (_links(part) for part in _parts(persons)))
    lake.replace("mentions", (_mentions(part) for part in _parts(persons)))
    lake.replace("reviews", _reviews(persons))
    return lake


def _parts(persons: int) -> Iterator[range]:
    for start in range(1, persons + 1, PART):
        yield range(start, min(start + PART, persons + 1))


def _table(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    schema = polars_schema(name)
    absent = {column: pl.lit(None) for column in schema if column not in rows.columns}
    return rows.with_columns(**absent).select(pl.col(column).cast(kind) for column, kind in schema.items())


def _persons(part: range) -> pl.DataFrame:
    places = [WHERE[number % 10] for number in part]
    grids = [f"{place}001001{number % 40 + 1:03}" for place, number in zip(places, part, strict=True)]
    return _table("persons", pl.DataFrame({
        "person_id": list(part), "name": [name_of(number) for number in part], "division_code": places,
        "grid_code": grids, "records": [EVENTS] * len(part), "channels": [5] * len(part),
    }))  # fmt: skip


def _fields(part: range) -> pl.DataFrame:
    said: dict[str, list[str | None]] = {
        "name": [name_of(number) for number in part],
        "document": [f"resident|{document(number)}" for number in part],
        "phone": [phone(number) for number in part],
        "phone ": [phone(number + 50_000_000) if number % 10 == 3 else None for number in part],
        "address": [f"江苏省无锡市梁溪区演练街道{number % 90}号{number % 40}室" for number in part],
        "sex": ["male" if number % 2 else "female" for number in part],
        "birth_date": [f"{1950 + number % 60}-{number % 12 + 1:02}-{number % 28 + 1:02}" for number in part],
    }
    frames = [
        pl.DataFrame({"person_id": list(part), "value": values}).with_columns(
            field=pl.lit(field.strip()), chosen=pl.lit(not field.endswith(" ")), record_id=pl.col("person_id"),
            part=pl.lit(0), channel=pl.lit("community-wuxi"), seen_on=pl.lit(DAY), agreeing=pl.lit(2),
            confidence=pl.lit(0.97 if not field.endswith(" ") else 0.2),
        )
        for field, values in said.items()
    ]  # fmt: skip
    return _table("person_fields", pl.concat(frames).filter(pl.col("value").is_not_null()))


def _events(part: range) -> pl.DataFrame:
    begun = datetime(2020, 1, 10, tzinfo=UTC)
    every = pl.DataFrame({"person_id": list(part)}).join(pl.DataFrame({"nth": list(range(EVENTS))}), how="cross")
    at = pl.lit(begun) + pl.duration(hours=pl.col("nth") * 20 + pl.col("person_id") % 20)
    return _table("timeline", every.with_columns(
        record_id=pl.col("person_id") * EVENTS + pl.col("nth"), part=pl.lit(0), at=at, until=at + pl.duration(hours=2),
        category=pl.when(pl.col("nth") % 2 == 0).then(pl.lit("journey")).otherwise(pl.lit("check")),
        kind=pl.lit("train"), what=pl.lit("G115"), from_place=pl.lit("无锡"), to_place=pl.lit("上海虹桥"),
    ))  # fmt: skip


def _links(part: range) -> pl.DataFrame:
    people = pl.DataFrame({"record_id": list(part)}).with_columns(part=pl.lit(0), person_id=pl.col("record_id"))
    return _table("links", people.with_columns(rule=pl.lit("document"), confidence=pl.lit(1.0)))


def _mentions(part: range) -> pl.DataFrame:
    said = pl.DataFrame({
        "record_id": list(part), "name": [name_of(number) for number in part],
        "doc_number": [document(number) for number in part], "phone": [phone(number) for number in part],
    })  # fmt: skip
    constant = {"part": 0, "seen_on": DAY, "relation": "self", "channel": "community-wuxi"}
    return _table("mentions", said.with_columns(**{name: pl.lit(value) for name, value in constant.items()}))


def _reviews(persons: int) -> pl.DataFrame:
    levels: dict[str, Any] = {name: {"level": "same", "weight": 2.0, "adjustment": 0.0} for name in ("name", "phone")}
    lefts = list(range(1, persons - 1, 50))
    ends = {"left_part": pl.lit(0), "right_part": pl.lit(0), "run_id": pl.lit(1), "gammas": pl.lit(json.dumps(levels))}
    return _table("reviews", pl.DataFrame({
        "left_record_id": lefts, "right_record_id": [left + 1 for left in lefts], "left_person_id": lefts,
        "right_person_id": [left + 1 for left in lefts], "weight": [left % 997 / 100 for left in lefts],
        "probability": [left % 997 / 1000 for left in lefts],
    }).with_columns(**ends))  # fmt: skip
