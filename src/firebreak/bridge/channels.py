"""How channels do, from the lake's catalog: batches, rows by their own day, lateness, rejects by reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from statistics import median
from typing import Any

import polars as pl

from firebreak.bridge.session import session
from firebreak.engine.intake.spec_model import ChannelSpec
from firebreak.lake.batches import Batch
from firebreak.lake.lake import Lake
from firebreak.lake.read import Snapshot
from firebreak.terms.tables import FACTS

Row = dict[str, Any]
Days = Counter[date]
SHOWN_DAYS = 90
PAST_DAYS = 28
FEWEST_DAYS = 5
"""With fewer days before it a day's volume is not compared."""
SHOWN_REASONS = 30


def batch_rows(lake: Lake) -> list[Row]:
    """Every batch of the lake, with the first, last and middle day of its rows."""
    days = _days_by_batch(lake.snapshot())
    return [_batch_row(batch, days.get(batch.batch_id, Counter())) for batch in lake.batches()]


def channel_rows(lake: Lake, specs: Sequence[ChannelSpec]) -> list[Row]:
    """Every channel that ever delivered: its last delivery, its rows, its volume by day, its rejects by reason."""
    names = {spec.id: spec for spec in specs}
    days, reasons = _days_by_batch(lake.snapshot()), _reasons(lake)
    by_channel: defaultdict[str, list[Batch]] = defaultdict(list)
    for batch in lake.batches():
        by_channel[batch.channel].append(batch)
    return [
        _channel_row(key, batches, days, names.get(key), reasons.get(key, []))
        for key, batches in sorted(by_channel.items())
    ]


def rejects_of(lake: Lake, batch_id: int) -> pl.DataFrame:
    """The rejects of one batch, by line and field; no value is in them."""
    name = f"batch-{batch_id:010d}-"
    files = [path for path in lake.files("rejects") if path.name.startswith(name)]
    if not files:
        return pl.DataFrame(schema={"line": pl.Int32, "scope": pl.String, "field": pl.String, "column": pl.String,
                                    "value_class": pl.String, "code": pl.String, "rule": pl.String,
                                    "remedy": pl.String})  # fmt: skip
    return pl.scan_parquet(files, hive_partitioning=False).sort("line", "field", "code").collect()


def reject_counts(rejects: pl.DataFrame) -> list[list[Any]]:
    """``[scope, field, column, code, count]``, the most frequent first."""
    counted = rejects.group_by("scope", "field", "column", "code").agg(count=pl.len())
    ordered = counted.sort(["count", "scope", "field", "column", "code"], descending=[True, False, False, False, False])
    return [list(row) for row in ordered.iter_rows()]


def _batch_row(batch: Batch, days: Days) -> Row:
    middle = _middle(days)
    return {
        "batch_id": batch.batch_id, "channel": batch.channel, "category": batch.category,
        "file_name": " › ".join(part for part in (batch.file_name, batch.member) if part)[:500],
        "simulated": batch.simulated, "delivered_on": batch.delivered_on, "committed_at": batch.committed_at,
        "rows_in": batch.rows_in, "rows_kept": batch.rows_kept, "rows_rejected": batch.rows_rejected,
        "first_day": min(days, default=None), "last_day": max(days, default=None),
        "late_days": (batch.delivered_on - middle).days if middle else None,
    }  # fmt: skip


def _channel_row(
    key: str, batches: Sequence[Batch], days: Mapping[int, Days], spec: ChannelSpec | None, reasons: list[list[Any]]
) -> Row:
    volume: Days = Counter()
    for batch in batches:
        volume.update(days.get(batch.batch_id, Counter()))
    latest = max(batches, key=lambda batch: (batch.committed_at, batch.batch_id))
    return {
        "channel": key, "category": latest.category, "zh": spec.zh[:120] if spec else key,
        "en": spec.en[:160] if spec else key, "simulated": any(batch.simulated for batch in batches),
        "batches": len(batches), "last_at": latest.committed_at, "last_day": max(volume, default=None),
        "rows_in": sum(batch.rows_in for batch in batches), "rows_kept": sum(batch.rows_kept for batch in batches),
        "rows_rejected": sum(batch.rows_rejected for batch in batches),
        "late_days": _late(latest, days), "against": against(volume),
        "volume": [[day.isoformat(), rows] for day, rows in sorted(volume.items())[-SHOWN_DAYS:]],
        "reasons": reasons[:SHOWN_REASONS],
    }  # fmt: skip


def against(volume: Mapping[date, int]) -> int | None:
    """The last day's rows in percent of the median of up to 28 days before it; None where there are fewer than 5."""
    ordered = [rows for _, rows in sorted(volume.items())]
    past = ordered[:-1][-PAST_DAYS:]
    return round(100 * ordered[-1] / median(past)) if len(past) >= FEWEST_DAYS else None


def _late(batch: Batch, days: Mapping[int, Days]) -> int | None:
    middle = _middle(days.get(batch.batch_id, Counter()))
    return (batch.delivered_on - middle).days if middle else None


def _middle(days: Days) -> date | None:
    """The day of the middle row."""
    seen, half = 0, sum(days.values()) / 2
    for day in sorted(days):
        seen += days[day]
        if seen >= half:
            return day
    return None


def _days_by_batch(snapshot: Snapshot) -> dict[int, Days]:
    """Rows of each batch by their own day, from the names of the files alone."""
    found: defaultdict[int, Days] = defaultdict(Counter)
    for table in {one.name for one in FACTS.values()}:
        for entry in snapshot.by_table.get(table, ()):
            kind, number, *_ = entry.path.rpartition("/")[2].split("-")
            if kind == "batch" and entry.day is not None:
                found[int(number)][entry.day] += entry.rows
    return dict(found)


def _reasons(lake: Lake) -> dict[str, list[list[Any]]]:
    """``[scope, field, code, count]`` by channel."""
    with session(lake) as opened:
        rejects = opened.duck.table("rejects")
        told = rejects.group_by("batch_id", "scope", "field", "code").agg(count=rejects.count())
        rows = opened.duck.run(told, "rejects by reason").to_pylist()
        channel_of = {number: batch.channel for number, batch in opened.batches.items()}
    counts: defaultdict[str, Counter[tuple[str, str, str]]] = defaultdict(Counter)
    for row in rows:
        key = (row["scope"], row["field"] or "", row["code"])
        counts[channel_of.get(row["batch_id"], "")][key] += row["count"]
    return {key: [[*reason, number] for reason, number in found.most_common()] for key, found in counts.items()}
