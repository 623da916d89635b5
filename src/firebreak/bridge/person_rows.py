"""Persons of the lake as the desks keep them: where each belongs, what the vault is to hold, and a mark of it all."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl
import pyarrow as pa

from firebreak.bridge.session import Session
from firebreak.terms.divisions import code_on

_VALUES = {"name": "name", "document": "doc_number", "phone": "phone", "address": "address"}
"""Fields of the lake, and what the vault calls them."""
_MOST_VALUES = 8
"""Values of one field that the vault keeps, the best first; all of them stay in the lake."""
_KNOWN = ("person_id", "division_code", "grid_code", "records", "channels")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """``values``: field of the vault → values, the best first. ``rivals``: fields with more than one value."""

    person_id: int
    division_code: str
    grid_code: str
    colour: str
    records: int
    channels: int
    rivals: int
    values: dict[str, list[str]]

    def mark(self, key: bytes) -> int:
        """64 bits of a keyed hash of everything above: without the key it confirms no guess."""
        text = json.dumps([getattr(self, name) for name in self.__slots__], ensure_ascii=False, separators=(",", ":"))
        return int.from_bytes(hmac.digest(key, text.encode(), hashlib.sha256)[:8], "big", signed=True)


def person_ids(opened: Session) -> list[int]:
    """Every person of the lake, rising."""
    found: list[int] = opened.duck.run(opened.duck.table("persons").select("person_id"), "ids")[0].to_pylist()
    return sorted(found)


def colours_now(opened: Session) -> dict[int, str]:
    """Person → proposed colour on the last day that was assessed, of all who are not green."""
    files = opened.snapshot.files("colours")
    if not files:
        return {}
    last = max(date.fromisoformat(path.parent.name.removeprefix("day=")) for path in files)
    colours = opened.duck.table("colours")
    rows = opened.duck.run(colours.filter(colours.as_of == last).select("person_id", "colour"), "colours")
    return dict(zip(rows["person_id"].to_pylist(), rows["colour"].to_pylist(), strict=True))


def person_rows(opened: Session, wanted: list[int], colours: dict[int, str], today: date) -> Iterator[PersonRow]:
    """Rows of these persons (a slice of ``person_ids``), by id; who is not there is left out."""
    duck = opened.duck
    asked = duck.put("p_asked", pa.table({"person_id": pa.array(wanted, pa.int64())}))
    persons, fields = duck.table("persons"), duck.table("person_fields")
    persons = persons.filter(persons.person_id.between(wanted[0], wanted[-1])).select(*_KNOWN)
    fields = fields.filter(fields.person_id.between(wanted[0], wanted[-1]) & fields.value.notnull())
    columns = ("person_id", "field", "value", "chosen", "confidence")
    known = _frame(duck.run(persons.semi_join(asked, "person_id"), "persons to publish"))
    told = _frame(duck.run(fields.semi_join(asked, "person_id").select(*columns), "values to publish"))
    values, rivals = _values(told), _rivals(told)
    for person, division, grid, records, channels in known.sort("person_id").iter_rows():
        now = (code_on(division, today) or division) if division else ""
        yield PersonRow(person, now, grid or "", colours.get(person, ""), records or 0, channels or 0,
                        rivals.get(person, 0), values.get(person, {}))  # fmt: skip


def _values(told: pl.DataFrame) -> dict[int, dict[str, list[str]]]:
    """Person → field of the vault → values, the chosen one first, then by confidence."""
    kept = told.filter(pl.col("field").is_in(list(_VALUES)))
    best = ["person_id", "field", "chosen", "confidence", "value"]
    kept = kept.sort(best, descending=[False, False, True, True, False], nulls_last=True)
    kept = kept.unique(["person_id", "field", "value"], keep="first", maintain_order=True)
    kept = kept.group_by("person_id", "field", maintain_order=True).agg(pl.col("value").head(_MOST_VALUES))
    found: dict[int, dict[str, list[str]]] = {}
    for person, field, values in kept.iter_rows():
        shown = [value.rpartition("|")[2] for value in values] if field == "document" else values
        found.setdefault(person, {})[_VALUES[field]] = [value for value in shown if value]
    return found


def _rivals(told: pl.DataFrame) -> dict[int, int]:
    counted = told.group_by("person_id", "field").agg(values=pl.col("value").n_unique())
    counted = counted.filter(pl.col("values") > 1).group_by("person_id").agg(fields=pl.len())
    return dict(counted.iter_rows())


def _frame(table: pa.Table) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(table))
