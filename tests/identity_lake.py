"""Small lakes of made-up mentions, delivered batch by batch: 演练/DRILL throughout."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tests.report_lake import rows_of

from firebreak.bridge.session import frame, session
from firebreak.lake.batches import Batch
from firebreak.lake.lake import Lake
from firebreak.terms.ids import record_id

DAY = date(2020, 1, 23)
Row = dict[str, Any]
Mention = tuple[int, int]


def deliver(lake: Lake, name: str, mentions: Sequence[Row], journeys: Sequence[Row] = ()) -> list[int]:
    """One batch: rows without ``record_id`` get one by their place, journeys by ``row`` (from 1); the record ids."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    number = lake.id_for(digest)
    batch = Batch(
        number, digest, "made-up", 1, "journey", f"{name}.csv", "", 1, True, DAY, "tester", len(mentions), len(mentions)
    )
    ids = [record_id(number, nth) for nth in range(1, len(mentions) + 1)]
    base: Row = {"part": 0, "channel": "made-up", "seen_on": DAY, "relation": "self"}
    with lake.commit(batch) as commit:
        said = [base | {"record_id": one} | row for one, row in zip(ids, mentions, strict=True)]
        commit.write("mentions", rows_of("mentions", said))
        if journeys:
            rides = [{"part": 0, "raw_hash": 0, "record_id": ids[row["row_no"] - 1]} | row for row in journeys]
            plain = [{name: value for name, value in ride.items() if name != "row_no"} for ride in rides]
            commit.write("journeys", rows_of("journeys", plain))
    return ids


def person(number: str | None = None, name: str | None = None, phone: str | None = None, **more: Any) -> Row:
    """A mention; a number of two digits stands for a valid document."""
    document = {"doc_type": "resident", "doc_number": number, "doc_check": "valid"} if number else {}
    return document | {"name": name, "phone": phone} | more


def made_lake(folder: Path, batches: Iterable[Sequence[Row]] = ()) -> Lake:
    """A lake with these batches in it."""
    lake = Lake.open(folder, create=True)
    for nth, batch in enumerate(batches):
        deliver(lake, f"batch-{nth}", batch)
    return lake


def people_of(lake: Lake) -> dict[int, set[Mention]]:
    """Person → the mentions of the person."""
    found: dict[int, set[Mention]] = {}
    for record, part, who in table(lake, "links").select("record_id", "part", "person_id").iter_rows():
        found.setdefault(who, set()).add((record, part))
    return found


def table(lake: Lake, name: str) -> Any:
    """A table of the lake, in Polars."""
    with session(lake) as opened:
        return frame(opened, name)
