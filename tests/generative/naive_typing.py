"""The oracle of typing: row after row, cell after cell, in plain Python. Slow, and simple enough to trust."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import xxhash

from firebreak.engine.intake.fields import FIELDS
from firebreak.engine.intake.normalise.base import UNKNOWN_WORDS, CannotTypeError, Context
from firebreak.engine.intake.normalise.registry import normalisers
from firebreak.engine.intake.rules import apply_rules
from firebreak.engine.intake.spec_model import ChannelSpec, ColumnSpec, Combine
from firebreak.lake.frames import polars_schema
from firebreak.terms.errors import value_class
from firebreak.terms.tables import FACTS, MENTIONS

Row = Mapping[str, Any]
Record = dict[str, Any]
_SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
_IDENTITY = [c for c in MENTIONS.names if c not in ("record_id", "part", "channel", "seen_on", "relation")]


@dataclass
class Naive:
    """What the oracle expects of a chunk. Rejects are (line, scope, field, column, value class, code)."""

    facts: list[Record] = field(default_factory=list)
    mentions: list[Record] = field(default_factory=list)
    rejects: set[tuple[int, str, str, str, str, str]] = field(default_factory=set)
    kept: int = 0


@dataclass
class _Cell:
    field: str
    label: str
    text: str | None
    known: bool
    values: list[Record]
    code: str | None
    fatal: bool = False


def naive(rows: Sequence[Row], spec: ChannelSpec, batch: int, as_of: date) -> Naive:
    """Type rows, which count from line 1."""
    result = Naive()
    for line, row in enumerate(rows, 1):
        _row(row, line, spec, batch, as_of, result)
    return result


def _row(row: Row, line: int, spec: ChannelSpec, batch: int, as_of: date, result: Naive) -> None:
    cells = _cells(row, [*spec.columns, *spec.combine], as_of)
    records, group_cells = _grouped(_records(cells), row, spec, as_of)
    beside = {relation: _cells(row, each, as_of) for relation, each in spec.identity.items()}
    fatal = [cell for cell in cells if cell.fatal]
    if not fatal and not records:
        fatal = [cell for cell in (*cells, *group_cells) if cell.code]
    if fatal or not records:
        told = [(c.field, c.label, value_class(c.text), c.code) for c in fatal]
        told = told or [("", "", "empty", "row.says_nothing")]
        result.rejects |= {(line, "row", f, label, shape, str(code)) for f, label, shape, code in told}
        return
    result.kept += 1
    others = [cell for each in beside.values() for cell in each]
    for cell in (*cells, *group_cells, *others):
        if cell.code:
            result.rejects.add((line, "field", cell.field, cell.label, value_class(cell.text), cell.code))
    _store(records, beside, row, line, spec, batch, as_of, cells, result)


def _store(
    records: list[Record],
    beside: Mapping[str, list[_Cell]],
    row: Row,
    line: int,
    spec: ChannelSpec,
    batch: int,
    as_of: date,
    cells: list[_Cell],
    result: Naive,
) -> None:
    schema, record_id = polars_schema(FACTS[spec.category].name), (batch << 32) + line
    joined = "\x1f".join("" if cell is None else str(cell) for cell in row.values())
    digest = int.from_bytes(xxhash.xxh3_64_digest(joined.encode()), "big", signed=True)
    days = []
    for part, record in enumerate(records):
        for name, value in spec.constants.items():
            record[name] = value if record.get(name) is None else record[name]
        keys = {"record_id": record_id, "part": part, "raw_hash": digest}
        frame = pl.DataFrame([{name: record.get(name) for name in schema} | keys], schema=schema)
        ruled = apply_rules(spec.category, frame)
        fact = ruled.frame.select(schema.names()).row(0, named=True)
        result.facts.append(fact)
        for issue in ruled.issues.iter_rows(named=True):
            of = [cell for cell in cells if cell.field == issue["field"]]
            shape = value_class(of[-1].text) if of and of[-1].text else "derived"
            label = of[-1].label if of else ""
            result.rejects.add((line, "field", issue["field"], label, shape, issue["code"]))
        days.append(_day(record, fact, spec, as_of))
        own = {n: record.get(n) for n in _IDENTITY if n not in FACTS[spec.category].names}
        relation = record.get("relation") or "self"
        result.mentions.append(_mention(own, record_id, part, spec, days[-1], relation))
    number = len(records)
    for relation, each in beside.items():
        for person in _records(each):
            who = {name: value for name, value in person.items() if name in _IDENTITY}
            if any(value is not None for value in who.values()):
                result.mentions.append(_mention(who, record_id, number, spec, days[0], relation))
                number += 1


def _day(record: Record, fact: Record, spec: ChannelSpec, as_of: date) -> date:
    event = fact.get(FACTS[spec.category].day or "")
    if isinstance(event, datetime):
        event = event.astimezone(ZoneInfo("Asia/Shanghai")).date()
    return min(record.get("seen_on") or event or as_of, as_of)


def _mention(who: Record, record_id: int, part: int, spec: ChannelSpec, day: date, relation: str) -> Record:
    keys = {"record_id": record_id, "part": part, "channel": spec.id, "seen_on": day, "relation": relation}
    return dict.fromkeys(MENTIONS.names) | who | keys


def _grouped(base: list[Record], row: Row, spec: ChannelSpec, as_of: date) -> tuple[list[Record], list[_Cell]]:
    if not spec.several:
        return base, []
    found: list[Record] = []
    told: list[_Cell] = []
    for several in spec.several:
        cells = _cells(row, several.columns, as_of)
        if any(cell.known for cell in cells):
            told.extend(cells)
        if not any(cell.fatal for cell in cells):
            said = [record for record in _records(cells) if any(value is not None for value in record.values())]
            found.extend(_filled(record, several.constants) for record in said)
    if found:
        return [{**one, **{k: v for k, v in other.items() if v is not None}} for one in base for other in found], told
    somebody = any(one.get(name) is not None for one in base for name in _IDENTITY)
    return (base if somebody else []), told


def _filled(record: Record, constants: Mapping[str, Any]) -> Record:
    return record | {name: value for name, value in constants.items() if record.get(name) is None}


def _cells(row: Row, specs: Sequence[ColumnSpec | Combine], as_of: date) -> list[_Cell]:
    used = [spec for spec in specs if isinstance(spec, Combine) or not spec.ignore]
    kinds = [_cell(row, spec, as_of, None).values[0].get("doc_type") for spec in used if spec.field == "document_type"]
    return [_cell(row, spec, as_of, kinds[-1] if kinds else None) for spec in used]


def _cell(row: Row, spec: ColumnSpec | Combine, as_of: date, kind: str | None) -> _Cell:
    if isinstance(spec, Combine):
        parts = [str(row.get(name) or "").strip() for name in spec.columns]
        text: str | None = spec.separator.join(part for part in parts if _known(part))
        label, mapping = " + ".join(spec.columns), {}
    else:
        text, label, mapping = row.get(spec.source), spec.source, spec.map
    cell = _Cell(spec.field, label, text, _known(text), [{}], None)
    if cell.known:
        assert text is not None
        options = {**spec.options, "type": kind} if kind and spec.field == "document" else spec.options
        cell.values, cell.code = _typed(text, spec, mapping, Context(as_of, options))
    empty = all(value is None for value in cell.values[0].values())
    if spec.required and empty:
        cell.fatal, cell.code = True, cell.code or "required.missing"
    return cell


def _typed(
    text: str, spec: ColumnSpec | Combine, mapping: Mapping[str, str], context: Context
) -> tuple[list[Record], str | None]:
    rename = dict(FIELDS[spec.field].rename)
    if mapping:
        value = mapping.get(text.strip())
        name = next(iter(rename.values()), next(iter(normalisers()[FIELDS[spec.field].normaliser].outputs)))
        return [{name: value}], None if value is not None else "map.unknown_code"
    try:
        result = normalisers()[spec.normaliser].one(text.strip(_SPACES), context)
    except CannotTypeError as error:
        return [{}], error.issue.code
    parts = result if isinstance(result, list) else [result]
    named = [{rename.get(key, key): value for key, value in part.items()} for part in parts]
    if any(name == "age" and abs(part["age"] or 0) > 32767 for part in named for name in part):
        return [{}], "number.out_of_range"
    return named, None


def _known(text: str | None) -> bool:
    return text is not None and text.strip(_SPACES).lower() not in UNKNOWN_WORDS


def _records(cells: Sequence[_Cell]) -> list[Record]:
    count = max((len(cell.values) for cell in cells), default=1)
    records = []
    for part in range(count):
        record: Record = {}
        for wanted in range(3):
            for cell in cells:
                values = cell.values[part] if part < len(cell.values) else cell.values[0]
                for name, value in values.items():
                    if _rank(cell.field, name) == wanted and record.get(name) is None:
                        record[name] = value
        records.append(record)
    return records


def _rank(field: str, name: str) -> int:
    """The coach a seat's own text names, then a column's own field, then what another field implies."""
    if field in ("seat", "seat_memo") and name in ("coach", "coach_label"):
        return 0
    return 1 if field == name or (field == "document" and name.startswith("doc_")) else 2
