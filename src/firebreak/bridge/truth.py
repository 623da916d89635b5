"""A drill's truth, read for grading: who each record is really about, what each person's values really are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from firebreak.bridge.session import Session
from firebreak.terms.errors import FileError
from firebreak.terms.ids import record_id, split_record_id

_NEEDED = ("orders.json", "people.parquet", "rows.parquet", "files.parquet", "channel_of_passenger.parquet")


class Truth:
    """``OUT/truth`` of a drill with its rendered files. FileError where a part is missing."""

    def __init__(self, folder: Path) -> None:
        absent = [name for name in _NEEDED if not (folder / name).is_file()]
        if absent:
            rule = "The truth of a drill is the folder truth/ that firebreak drill wrote, channel files included."
            raise FileError("FB-TRUTH", f"{folder}: no {', '.join(absent)}", rule, "Name that folder.")
        self.folder = folder

    @cached_property
    def orders(self) -> list[dict[str, Any]]:
        """The urgent orders with their true lists."""
        found: list[dict[str, Any]] = json.loads((self.folder / "orders.json").read_text("utf-8"))
        return found

    def people(self, persons: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Rows of ``people`` by person."""
        wanted = pl.scan_parquet(self.folder / "people.parquet").filter(pl.col("person").is_in(list(persons)))
        return {row["person"]: row for row in wanted.collect().to_dicts()}

    @cached_property
    def _copies(self) -> dict[str, str]:
        """Files that are copies of another, by name: the truth knows the original's rows only."""
        files = pl.read_parquet(self.folder / "files.parquet").filter(pl.col("of") != "")
        return dict(zip(files["file"], files["of"], strict=True))

    def persons_of(self, session: Session, records: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
        """The person each record and part is really about, where the truth knows its line."""
        keys: list[dict[str, Any]] = []
        for record, part in sorted(set(records)):
            batch = session.batch_of(record)
            if batch is None:
                continue
            name = batch.file_name.removeprefix("channels/")
            line = split_record_id(record)[1]
            keys.append(
                {
                    "record": record,
                    "part": part,
                    "file": self._copies.get(name, name),
                    "member": batch.member,
                    "line": line,
                }
            )
        if not keys:
            return {}
        wanted = pl.DataFrame(keys).with_columns(pl.col("line").cast(pl.Int32), pl.col("part").cast(pl.Int16))
        rows = pl.scan_parquet(self.folder / "rows.parquet").select("file", "member", "line", "part", "person")
        found = rows.join(wanted.lazy(), on=["file", "member", "line", "part"], how="inner").collect()
        return {(row["record"], row["part"]): row["person"] for row in found.to_dicts() if row["person"] is not None}

    def records_of(self, session: Session, persons: Iterable[int]) -> list[tuple[int, int, int]]:
        """(record, part, person) of every row that is about one of these people, where the lake took its file."""
        batches = {(batch.file_name.removeprefix("channels/"), batch.member): number
                   for number, batch in session.batches.items()}  # fmt: skip
        rows = pl.scan_parquet(self.folder / "rows.parquet").filter(pl.col("person").is_in(list(persons)))
        found = rows.select("file", "member", "line", "part", "person").collect()
        return [
            (record_id(batches[file, member or ""], line), part, person)
            for file, member, line, part, person in found.iter_rows()
            if (file, member or "") in batches
        ]

    def in_coach(self, service_key: str, run_date: date, coach: int) -> set[int]:
        """Everybody truly in a coach on a run at any time, and the crew of the run."""
        rides = pl.scan_parquet(self.folder / "rides" / f"day={run_date}" / "part.parquet").filter(
            pl.col("service_key") == service_key, pl.col("ticket_state") == "valid"
        )
        there = rides.filter((pl.col("coach") == coach) | (pl.col("role") == "crew"))
        return set(there.select("person").unique().collect()["person"].to_list())

    def reached(self, service_key: str, run_date: date) -> dict[int, bool]:
        """People on a run whom some channel puts on board, and whether one of them has the seat undamaged."""
        rides = pl.scan_parquet(self.folder / "channel_of_passenger.parquet").filter(
            (pl.col("service_key") == service_key)
            & (pl.col("run_date") == run_date)
            & (pl.col("channels").list.len() > 0)
        )
        found: dict[int, bool] = {}
        for row in rides.select("person", "seat_known").collect().to_dicts():
            found[row["person"]] = found.get(row["person"], False) or row["seat_known"]
        return found

    def told(self, persons: Iterable[int], field: str, channels: Iterable[str]) -> set[int]:
        """Of these people, those of whom a channel that holds the field has a row in which it is whole."""
        damaged = "|".join(
            rf"\b{field}\.{harm}" for harm in ("gap", "masked", "digit_off", "look_alike", "sound_alike")
        )
        rows = pl.scan_parquet(self.folder / "rows.parquet").filter(
            pl.col("person").is_in(list(persons)) & pl.col("channel").is_in(list(channels))
        )
        whole = rows.filter(~pl.col("mess").str.contains(damaged))
        return set(whole.select(pl.col("person").unique()).collect()["person"].to_list())
