"""Walking back: from a person to the records that speak of them, from a record to the line that was delivered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from firebreak.bridge.explain_places import lists_of, places_of
from firebreak.bridge.rulings import stands_for
from firebreak.bridge.session import Session
from firebreak.bridge.timetable import local
from firebreak.engine.intake.spec import ChannelSpec
from firebreak.lake.batches import Batch
from firebreak.lake.errors import damaged_file
from firebreak.lake.lake import Lake
from firebreak.lake.layout import raw_path
from firebreak.terms.errors import FirebreakError, LakeError, OrderError
from firebreak.terms.ids import record_id, split_record_id
from firebreak.terms.tables import FACTS, MENTIONS, Table

_SHOWN_RECORDS = 40
_GREATEST = (1 << 63) - 1
_KEYS = ("record_id", "part", "raw_hash")


@dataclass(frozen=True, slots=True)
class Cell:
    """One value in the tree. ``field`` says how it is masked: a person's field, ``raw`` for a delivered cell, or ``""``
    where it leads to nobody."""

    label: str
    value: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One step of the walk: the text ``explain.KEY`` with its values, cells, and the steps behind it."""

    key: str
    values: Mapping[str, str]
    cells: tuple[Cell, ...] = ()
    children: tuple[Node, ...] = ()


def explain_person(session: Session, person: int, specs: Sequence[ChannelSpec]) -> Node:
    """The person's values, each with its source, where it was and belongs, then the records linked to it.

    An id that was merged stands for whoever it is today. OrderError where there is nobody.
    """
    person = stands_for(session, person) if person <= _GREATEST else person
    people = session.rows("persons", person_id=person) if person <= _GREATEST else []
    if not people:
        raise OrderError("FB-EXPLAIN-PERSON", f"person {person} is not in the lake", "A person has an id of this lake.",
                         "Take the id from a list, or explain a record.")  # fmt: skip
    links = sorted(session.rows("links", person_id=person), key=lambda row: (row["record_id"], row["part"]))
    records = [_record(session, link["record_id"], specs, link, raw=False) for link in links[:_SHOWN_RECORDS]]
    values = {"person": str(person), "records": str(len(links)), "channels": str(people[0]["channels"] or 0)}
    places = [Node(key, told) for key, told in (*places_of(session, person), *lists_of(session, person))]
    return Node("person", values, (), (*_fields(session, person), *places, *records))


def _fields(session: Session, person: int) -> Iterator[Node]:
    rows = session.rows("person_fields", person_id=person)
    for row in sorted(rows, key=lambda row: (row["field"], not row["chosen"], -(row["confidence"] or 0))):
        batch = session.batch_of(row["record_id"])
        values = {
            "channel": row["channel"] or "",
            "day": str(row["seen_on"] or "—"),
            "confidence": f"{row['confidence'] or 0:.2f}",
            "agreeing": str(row["agreeing"] or 1),
            "record": str(row["record_id"]),
            "file": batch.file_name if batch else "",
        }
        cell = Cell(row["field"], row["value"] or "", row["field"])
        yield Node("value_chosen" if row["chosen"] else "value_other", values, (cell,))


def explain_record(session: Session, record: int, specs: Sequence[ChannelSpec]) -> Node:
    """The record: who it speaks of, what was typed from which column, and its line in the delivered file."""
    return _record(session, record, specs, None, raw=True)


def _record(
    session: Session, record: int, specs: Sequence[ChannelSpec], link: Mapping[str, Any] | None, raw: bool
) -> Node:
    number, line = split_record_id(record)
    batch = session.batch_of(record)
    if batch is None:
        raise _unknown_record(record)
    spec = next((one for one in specs if (one.id, one.version) == (batch.channel, batch.spec_version)), None)
    children = [*_links(session, record, link), *_typed(session, batch, record), *_rejects(session, number, line)]
    if raw:
        children += [*_columns(spec), _delivered(session, batch, spec, line)]
    return Node("record", _where(batch, spec, record, line), (), tuple(children))


def _where(batch: Batch, spec: ChannelSpec | None, record: int, line: int) -> dict[str, str]:
    return {
        "record": str(record),
        "channel": f"{spec.zh} {batch.channel}" if spec else batch.channel,
        "version": str(batch.spec_version),
        "file": " › ".join(part for part in (batch.file_name, batch.member) if part),
        "row": str(line),
        "batch": str(batch.batch_id),
        "delivered": str(batch.delivered_on),
        "by": batch.actor,
        "hash": batch.sha256[:12],
    }


def _links(session: Session, record: int, link: Mapping[str, Any] | None) -> Iterator[Node]:
    for row in [link] if link else session.rows("links", record_id=record):
        values = {"person": str(row["person_id"]), "rule": row["rule"], "part": str(row["part"])}
        yield Node("link", values | {"confidence": f"{row['confidence'] or 0:.2f}"})


def _typed(session: Session, batch: Batch, record: int) -> Iterator[Node]:
    """What the lake holds of the record: its mention of a person and its fact."""
    for table in (MENTIONS, FACTS.get(batch.category)):
        if table is None:
            continue
        for row in session.rows(table.name, record_id=record):
            yield Node(
                "typed", {"table": f"{table.zh} {table.name}", "part": str(row["part"])}, tuple(_cells(table, row))
            )


def _cells(table: Table, row: Mapping[str, Any]) -> Iterator[Cell]:
    for column in table:
        value = row[column.name]
        if value is None or column.name in _KEYS:
            continue
        yield Cell(f"{column.zh} {column.name}", _text(value), column.name if column.personal else "")


def _text(value: object) -> str:
    if isinstance(value, datetime):
        moment = local(value)
        return moment.strftime("%Y-%m-%d %H:%M") if moment else ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _rejects(session: Session, batch: int, line: int) -> Iterator[Node]:
    for row in session.rows("rejects", batch_id=batch, line=line):
        yield Node(
            "reject", {key: str(row[key] or "") for key in ("field", "column", "value_class", "code", "rule", "remedy")}
        )


def _columns(spec: ChannelSpec | None) -> Iterator[Node]:
    """Which column became which field, through which normaliser."""
    if spec is None:
        return
    used = [one for one in spec.columns if not one.ignore]
    cells = [Cell(one.source, f"{one.field} ← {one.normaliser or 'map'}") for one in used]
    cells += [Cell(" + ".join(one.columns), f"{one.field} ← {one.normaliser}") for one in spec.combine]
    yield Node("columns", {"spec": spec.key}, tuple(cells))


def _delivered(session: Session, batch: Batch, spec: ChannelSpec | None, line: int) -> Node:
    """The delivered line itself, read again from the kept bytes."""
    try:
        cells = raw_line(session, batch, spec, line) if spec else {}
    except (LakeError, FirebreakError) as error:
        return Node("raw_gone", {"why": error.what})
    if not cells:
        return Node("raw_gone", {"why": batch.channel})
    physical = str(line + spec.file.header_row) if spec and spec.file.format in ("csv", "tsv") else "—"
    values = {"row": str(line), "line": physical, "file": batch.member or batch.file_name}
    return Node("raw", values, tuple(Cell(name, text, "raw") for name, text in cells.items()))


def raw_line(session: Session, batch: Batch, spec: ChannelSpec, line: int) -> dict[str, str]:
    """The cells of data row ``line`` (from 1) as they were delivered, by the file's own column names."""
    return delivered_line(session.lake, batch, spec, line)


def delivered_line(lake: Lake, batch: Batch, spec: ChannelSpec, line: int) -> dict[str, str]:
    """The same, for whoever needs nothing else of the lake."""
    from firebreak.engine.intake.by_record import layout_of
    from firebreak.engine.intake.readers.found import Found
    from firebreak.engine.intake.readers.read import read

    with lake.raw(batch.batch_id) as stream:
        found = Found(batch.file_name, batch.member, _bytes(stream, batch), batch.sha256)
    for chunk in read(found, layout_of(spec, found.base_name)):
        lines = chunk.lines
        at = lines.search_sorted(line)
        if at < len(lines) and lines[at] == line:
            return {name: _raw_text(value) for name, value in chunk.frame.row(int(at), named=True).items()}
    return {}


def _bytes(stream: BinaryIO, batch: Batch) -> bytes:
    """The delivered bytes. LakeError where they are not what was delivered."""
    try:
        data = stream.read()
    except OSError:  # Arrow's word for a stream that does not unpack
        data = b""
    if hashlib.sha256(data).hexdigest() != batch.sha256:
        raise damaged_file(raw_path(batch.sha256))
    return data


def _raw_text(value: object) -> str:
    return "" if value is None else str(value)


def record_of(text: str, session: Session) -> int:
    """A record's number, as written: the number itself, or ``batch:line``."""
    batch, _, line = text.partition(":")
    if batch.isdecimal() and line.isdecimal():
        return record_id(int(batch), int(line))
    if text.isdecimal():
        return int(text)
    raise _neither()


_REMEDY = "Take the number from a list or its evidence."


def _unknown_record(record: int) -> OrderError:
    what = f"record {record} is of no batch of this lake"
    return OrderError("FB-EXPLAIN-RECORD", what, "A record's number holds its batch and line.", _REMEDY)


def _neither() -> OrderError:
    rule = "Write RECORD, BATCH:LINE or person:ID."
    return OrderError("FB-EXPLAIN-WHAT", "this is neither a record nor a person", rule, _REMEDY)
