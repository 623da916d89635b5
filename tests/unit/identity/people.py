"""Mentions written by hand: a few people, and what records say of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl
import pyarrow as pa

from firebreak.engine.backends.duckdb import Duck
from firebreak.engine.identity.compare.chinese import COMPARISONS
from firebreak.engine.identity.model.model import default
from firebreak.engine.identity.resolution import RULINGS, Population, Resolution
from firebreak.engine.identity.resolve import resolve
from firebreak.engine.intake.normalise.resident import check_digit
from firebreak.terms.tables import JOURNEYS, MENTIONS, Table

Row = dict[str, Any]


def number(division: str, born: str, order: str) -> str:
    """A right resident number."""
    digits = division + born + order
    return digits + check_digit(digits)


def said(record_id: int, name: str | None, **fields: Any) -> Row:
    """A mention; ``doc``: a resident number that holds, ``wrong``: one that does not, ``masked``: one shown in part."""
    row: Row = {"record_id": record_id, "part": 0, "channel": "test", "name": name}
    for word, check in (("doc", "valid"), ("wrong", "bad_check_digit"), ("masked", "masked")):
        if word in fields:
            row |= {"doc_type": "resident", "doc_number": fields.pop(word), "doc_check": check}
    if row.get("doc_check") == "valid":
        text = row["doc_number"]
        row["birth_date"] = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
        row["sex"] = "male" if int(text[16]) % 2 else "female"
    return row | fields


def home(room: str, community: str = "滨江花园") -> Row:
    """An address by component."""
    return {"division_code": "320211", "community": community, "building": "3", "room": room}


def crowd(first_record: int, people: int = 3000) -> list[Row]:
    """People who have nothing to do with the case: a population in which one phone or room is rare."""
    return [
        said(
            first_record + nth,
            f"赵{chr(0x4E00 + nth % 200)}{chr(0x5200 + nth // 200)}",
            doc=_other(nth),
            phone=f"+86139{nth:08d}",
        )
        for nth in range(people)
    ]


def _other(nth: int) -> str:
    return number("320102", f"19{50 + nth % 50}0{1 + nth % 9}{10 + nth % 19}", f"{nth % 1000:03d}")


def arrow(table: Table, rows: Iterable[Row]) -> pa.Table:
    return pa.Table.from_pylist([{name: row.get(name) for name in table.names} for row in rows], schema=table.schema)


def resolved(
    rows: list[Row], rulings: list[tuple[str, int, int]] | None = None, population: Population | None = None
) -> Resolution:
    """By the model that comes with the program. ``rulings``: kind and two records."""
    ruled = pl.DataFrame(
        [(kind, left, 0, right, 0) for kind, left, right in rulings or ()], schema=RULINGS, orient="row"
    )
    with Duck(threads=1) as duck:
        duck.put("mentions", arrow(MENTIONS, rows))
        duck.put("journeys", arrow(JOURNEYS, []))
        return resolve(duck, default(COMPARISONS), ruled, population)


def group_of(found: Resolution) -> dict[int, int]:
    """Record → group."""
    return dict(found.groups.select("record_id", "group").iter_rows())
