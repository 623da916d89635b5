"""A chunk of a file and its channel's spec become facts, mentions and rejects.

Every row gives at least one record, or is rejected with the reason; a value that cannot be typed leaves its field
empty and a reject of its own. The order of things: columns pass their normalisers; cells that name several, groups and
lists multiply the row; rejected rows go; the rules of the category look at whole records; facts and mentions part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from firebreak.engine.intake import people, rejects
from firebreak.engine.intake.columns import Shelf, TypedColumn, type_column
from firebreak.engine.intake.fields import FIELDS
from firebreak.engine.intake.raw_hash import raw_hash
from firebreak.engine.intake.readers.found import Chunk, Piece
from firebreak.engine.intake.records import PART, ROW, Group, joined, nth_of_run, of_group, of_rows, with_constants
from firebreak.engine.intake.rules import apply_rules
from firebreak.engine.intake.spec_model import ChannelSpec, ColumnSpec, Combine, Several
from firebreak.lake.frames import polars_schema
from firebreak.terms.ids import LINE_BITS
from firebreak.terms.tables import FACTS


@dataclass(frozen=True, slots=True)
class TypedChunk:
    """``facts`` has the columns of FACTS[category], ``mentions`` and ``rejects`` those of their tables.

    rows_in = rows_kept + rows_rejected, of the file's rows, not of the records.
    """

    facts: pl.DataFrame
    mentions: pl.DataFrame
    rejects: pl.DataFrame
    rows_in: int
    rows_kept: int
    rows_rejected: int


@dataclass(frozen=True, slots=True)
class _Typed:
    """The chunk's columns typed: the row's own, its groups, the people beside, and the issues of all of them."""

    records: pl.DataFrame
    beside: pl.DataFrame
    issues: pl.DataFrame
    columns: list[TypedColumn]


def type_chunk(chunk: Chunk, spec: ChannelSpec, batch: int, as_of: date) -> TypedChunk:
    """Type one chunk. ``batch`` is its batch id, ``as_of`` the day of delivery. Raises nothing for bad values."""
    return type_chunks([Piece(chunk, batch)], spec, as_of)[0]


def type_chunks(pieces: Sequence[Piece], spec: ChannelSpec, as_of: date) -> list[TypedChunk]:
    """Type chunks of several batches at once: small files of one layout cost little more than one of them. All must
    have the same columns; what becomes of one does not depend on the others."""
    frame = pieces[0].chunk.frame if len(pieces) == 1 else pl.concat([piece.chunk.frame for piece in pieces])
    ids = pl.concat([piece.record_ids for piece in pieces])
    typed = _typed(frame, spec, as_of)
    lost = rejects.rejected_rows(typed.issues)
    records = typed.records.filter(~pl.col(ROW).is_in(lost.implode())) if len(lost) else typed.records
    keys = _keys(records, ids).with_columns(raw_hash(frame).gather(records[ROW]))
    facts, ruled = _facts(spec, records, keys)
    beside = _beside(typed.beside, records, ids)
    issues = pl.concat([rejects.told(typed.issues, lost), rejects.of_rules(ruled, records[ROW], typed.columns)])
    said = people.mentions(spec, facts, records, beside, as_of)
    return _parted(pieces, facts, said, rejects.table(issues, ids, pieces), lost)


def _parted(
    pieces: Sequence[Piece], facts: pl.DataFrame, mentions: pl.DataFrame, refused: pl.DataFrame, lost: pl.Series
) -> list[TypedChunk]:
    """What is each piece's own, in the order it had."""
    of_record = pl.col("record_id") // (1 << LINE_BITS)
    tables = (
        _by_batch(pieces, facts, of_record),
        _by_batch(pieces, mentions, of_record),
        _by_batch(pieces, refused, pl.col("batch_id")),
    )
    ends = np.cumsum([piece.chunk.frame.height for piece in pieces])
    gone = np.diff(np.searchsorted(lost.to_numpy(), ends), prepend=0).tolist()
    return [
        TypedChunk(
            *parts,
            piece.chunk.rows_in,
            piece.chunk.frame.height - rejected,
            rejected + len(piece.chunk.problems),
        )
        for piece, rejected, parts in zip(pieces, gone, zip(*tables, strict=True), strict=True)
    ]


def _by_batch(pieces: Sequence[Piece], frame: pl.DataFrame, batch: pl.Expr) -> list[pl.DataFrame]:
    if len(pieces) == 1:
        return [frame]
    parts = frame.with_columns(batch.alias("\x1fbatch")).partition_by(
        "\x1fbatch", as_dict=True, include_key=False, maintain_order=True
    )
    return [parts.get((piece.batch,), frame.clear()) for piece in pieces]


def _typed(frame: pl.DataFrame, spec: ChannelSpec, as_of: date) -> _Typed:
    shelf = Shelf({**polars_schema("mentions"), **polars_schema(FACTS[spec.category].name)}, as_of)
    columns = _columns([*spec.columns, *spec.combine], frame, shelf)
    issues = [rejects.of_column(column) for column in columns]
    base = with_constants(of_rows(columns, frame.height), {}, shelf.types)
    if spec.several:
        groups = []
        for several in _present(spec, frame):
            records, found = _group(several, frame, shelf)
            groups.append(Group(records, several.constants))
            issues.extend(found)
        base, silent = _grouped(joined(base, groups, shelf.types))
        issues.append(rejects.nothing_said(silent, pl.concat(issues)))
    beside = {relation: _columns(each, frame, shelf) for relation, each in spec.identity.items()}
    for each in beside.values():
        issues.extend(rejects.of_column(column).with_columns(pl.lit(False).alias("fatal")) for column in each)
    records = with_constants(base, spec.constants, shelf.types)
    return _Typed(records, people.named_beside(beside, frame.height), rejects.all_of(issues), columns)


def _present(spec: ChannelSpec, frame: pl.DataFrame) -> Sequence[Several]:
    """The groups of which the file has a column: the others say nothing, and cost as much as if they did."""
    return [
        several
        for several in spec.several
        if several.list or any(column.source in frame.columns for column in several.columns)
    ] or spec.several[:1]


def _columns(specs: Sequence[ColumnSpec | Combine], frame: pl.DataFrame, shelf: Shelf) -> list[TypedColumn]:
    """Type columns in the spec's order, the kind of document before the number that it governs."""
    used = [spec for spec in specs if isinstance(spec, Combine) or not spec.ignore]
    kinds, known = None, {}
    for spec in used:
        if spec.field == "document_type":
            known[id(spec)] = type_column(spec, frame, shelf, None)
            kinds = known[id(spec)].values["doc_type"]
    return [known[id(spec)] if id(spec) in known else type_column(spec, frame, shelf, kinds) for spec in used]


def _group(several: Several, frame: pl.DataFrame, shelf: Shelf) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The records of one group or list, and its issues by row of the chunk; none of them loses the row by itself."""
    if not several.list:
        columns = _columns(several.columns, frame, shelf)
        return of_group(columns, frame.height), rejects.of_group(columns)
    elements, rows, places = _elements(several.list, frame)
    columns = _columns(several.columns, elements, shelf)
    records = of_group(columns, elements.height)
    if several.position:
        name = dict(FIELDS[several.position].rename).get("integer", several.position)
        records = records.with_columns(places.gather(records[ROW]).cast(shelf.types[name]).alias(name))
    back = [found.with_columns(rows.gather(found["index"]).alias("index")) for found in rejects.of_group(columns)]
    of_row = rows.gather(records[ROW])
    return records.with_columns(of_row.alias(ROW), nth_of_run(of_row).cast(pl.Int16).alias(PART)), back


def _elements(name: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series, pl.Series]:
    """A list column's elements as rows, the row each is in, and its place in the list."""
    if name not in frame.columns or not isinstance(frame.schema[name], pl.List):
        empty = pl.Series([], dtype=pl.UInt32)
        return pl.DataFrame(), empty, empty
    lists = frame[name]
    counts = lists.list.len().fill_null(0).to_numpy()
    rows = pl.Series(np.repeat(np.arange(frame.height, dtype=np.uint32), counts))
    places, elements = nth_of_run(rows), lists.explode(empty_as_null=False, keep_nulls=False)
    if elements.null_count():
        there = elements.is_not_null()
        rows, places, elements = rows.filter(there), places.filter(there), elements.filter(there)
    frame = elements.struct.unnest() if isinstance(elements.dtype, pl.Struct) else elements.alias("element").to_frame()
    return frame, rows, places


def _grouped(records: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Rows of which no group says anything stay where they say who somebody is; the others are rejected."""
    said = [name for name in people.IDENTITY if name in records.columns]
    somebody = pl.any_horizontal([pl.col(name).is_not_null() for name in said] or [pl.lit(False)])
    silent = records.filter(~pl.col("grouped") & ~somebody)[ROW].unique(maintain_order=True)
    return records.drop("grouped"), silent


def _keys(records: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    return pl.DataFrame([ids.gather(records[ROW]).alias("record_id"), records[PART].alias("part")])


def _facts(spec: ChannelSpec, records: pl.DataFrame, keys: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    schema = polars_schema(FACTS[spec.category].name)
    whole = keys.with_columns([records[name] for name in schema if name in records.columns])
    absent = [pl.lit(None, dtype=kind).alias(name) for name, kind in schema.items() if name not in whole.columns]
    whole = whole.with_columns(absent).select(schema.names())
    ruled = apply_rules(spec.category, whole)
    return ruled.frame.select(schema.names()), ruled.issues


def _beside(people_of: pl.DataFrame, records: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """Number the people named beside after the records of their row."""
    count = records.group_by(ROW).agg(pl.len().cast(pl.Int16).alias("\x1frecords"))
    kept = people_of.join(count, on=ROW, how="inner", maintain_order="left")
    kept = kept.with_columns((pl.col(PART) + pl.col("\x1frecords")).alias(PART))
    return _keys(kept, ids).with_columns(kept.drop(ROW, PART, "\x1frecords").get_columns())
