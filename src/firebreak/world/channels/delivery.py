"""From a channel's clean rows to its files: mess, late and double rows, cutting, writing, what each line is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from firebreak.world.channels.layout import Channel, Cut, Form, Pack
from firebreak.world.channels.mess.apply import DONE, make_messy, mess_words
from firebreak.world.channels.noise import Noise
from firebreak.world.channels.truth import Truth
from firebreak.world.channels.write.json import write_json, write_jsonl
from firebreak.world.channels.write.packs import gzipped, zipped
from firebreak.world.channels.write.sheets import write_xlsx
from firebreak.world.channels.write.text import write_delimited, write_fixed, write_xml
from firebreak.world.draws import Draws

_FILE, _LINE, _PART, _MEMBER = "_file", "_line", "_part", "_member"


@dataclass(frozen=True, slots=True)
class File:
    """A file to deliver. ``about`` has a row for each row of it: member, line (data rows from 1), part, person, kind,
    event, mess, harm, double."""

    name: str
    content: bytes
    about: pl.DataFrame


def deliver(channel: Channel, truth: Truth, noise: Noise, draws: Draws) -> Iterator[File]:
    """The channel's files, in the order of their names' days."""
    rates = noise.rates(channel.id, channel.profile)
    rows = channel.rows(truth)
    rows = make_messy(rows, channel.id, rates, draws)
    rows = _on_the_way(rows, channel, rates, draws)
    rows = rows.with_columns(_file_key(channel)).sort(_FILE, maintain_order=True)
    for (key,), part in rows.partition_by(_FILE, as_dict=True, maintain_order=True).items():
        yield _file(channel, key, part)


def _on_the_way(rows: pl.DataFrame, channel: Channel, rates: Mapping[str, float], draws: Draws) -> pl.DataFrame:
    """Lose, double and delay rows. ``sent`` is the day of the file a row comes in, at most the channel's last day."""
    ids = rows["row_id"].to_numpy()
    lost = draws.uniform(f"{channel.id}/lost", ids) < rates.get("row.lost", 0.0)
    double = draws.uniform(f"{channel.id}/duplicate", ids) < rates.get("row.duplicate", 0.0)
    late = draws.uniform(f"{channel.id}/late", ids) < rates.get("row.late", 0.0)
    days = draws.below(3, f"{channel.id}/late/days", ids) + 1
    rows = rows.with_columns(
        sent=pl.min_horizontal(pl.col("day") + pl.duration(days=pl.lit(pl.Series(late * days))), pl.col("day").max()),
        double=pl.Series(double),
    ).filter(~pl.Series(lost))
    return rows[np.repeat(np.arange(rows.height), rows["double"].cast(pl.Int64) + 1)]


def _file_key(channel: Channel) -> pl.Expr:
    if channel.cut is Cut.GROUP:
        return pl.col("group").alias(_FILE)
    if channel.cut is Cut.ONCE:
        return pl.col("day").max().alias(_FILE)
    day = pl.col("sent").dt.truncate("1w").dt.offset_by("6d") if channel.cut is Cut.WEEK else pl.col("sent")
    return day.alias(_FILE)


def _file(channel: Channel, key: Any, rows: pl.DataFrame) -> File:
    """One file: its bytes and what its lines are about."""
    names: dict[str, Any] = {"day": key} if isinstance(key, date) else {"group": key, "day": rows["day"].max()}
    name = channel.file_name.format(**names)
    titles = tuple(title.format(**names) for title in channel.titles)
    rows = _numbered(channel, rows)
    parts = rows.partition_by(_MEMBER, maintain_order=True)
    contents = [_write(channel, part, titles) for part in parts]
    about = pl.concat([_about(channel, part, _member_name(channel, name, place)) for place, part in enumerate(parts)])
    if channel.pack is Pack.ZIP:
        members = [(_member_name(channel, name, place), content) for place, content in enumerate(contents)]
        return File(name, zipped(members), about)
    content = gzipped(contents[0]) if channel.pack is Pack.GZ else contents[0]
    return File(name, content, about)


def _member_name(channel: Channel, name: str, place: int) -> str:
    """The name inside the archive; a plain file has none."""
    if channel.pack is Pack.ZIP:
        return f"{name.removesuffix('.zip')}_{place + 1}.{channel.form.value}"
    return name.removesuffix(".gz") if channel.pack is Pack.GZ else ""


def _numbered(channel: Channel, rows: pl.DataFrame) -> pl.DataFrame:
    """With the member, the line and the part of each row."""
    rows = rows.with_columns((pl.col("row_id") % channel.members).alias(_MEMBER)).sort(_MEMBER, maintain_order=True)
    if channel.list_name:
        group = pl.col("group").rle_id()
        return rows.with_columns((group + 1).alias(_LINE), pl.int_range(pl.len()).over(group).alias(_PART))
    return rows.with_columns((pl.int_range(pl.len()).over(_MEMBER) + 1).alias(_LINE), pl.lit(0).alias(_PART))


def _write(channel: Channel, rows: pl.DataFrame, titles: tuple[str, ...]) -> bytes:
    cells = rows.select(column.cell.cast(pl.String).alias(column.header) for column in channel.columns)
    match channel.form:
        case Form.CSV | Form.TSV:
            return write_delimited(channel, cells, "," if channel.form is Form.CSV else "\t")
        case Form.XLSX:
            return write_xlsx(channel, cells, titles)
        case Form.JSON:
            return write_json(channel, cells)
        case Form.JSONL:
            return write_jsonl(channel, cells, rows[_LINE])
        case Form.XML:
            return write_xml(channel, cells)
        case Form.FIXED:
            return write_fixed(channel, cells)


def _about(channel: Channel, rows: pl.DataFrame, member: str) -> pl.DataFrame:
    event = pl.col(channel.event).cast(pl.String) if channel.event else pl.lit(None, pl.String)
    known = rows.select(
        pl.lit(member).alias("member"),
        pl.col(_LINE).cast(pl.Int32).alias("line"),
        pl.col(_PART).cast(pl.Int16).alias("part"),
        pl.col("person").cast(pl.Int64),
        pl.lit(channel.kind).alias("kind"),
        event.alias("event"),
        pl.col("double"),
    )
    return pl.concat([known, mess_words(rows[DONE])], how="horizontal")
