"""The truth of a drill as the channels read it: one frame a table, each read once."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import polars as pl

from firebreak.world.schema import SCHEMAS

TIME_ZONE = "Asia/Shanghai"


class Truth:
    """``truth/`` of a drill: the tables of ``firebreak.world.schema``, those cut by day as one.

    Instants stay UTC; ``local`` turns them into wall-clock time.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def table(self, name: str) -> pl.DataFrame:
        """One table of the truth, whether it is one file or cut by day; without rows where there is none."""
        whole = self.folder / f"{name}.parquet"
        parts = [whole] if whole.is_file() else sorted((self.folder / name).glob("day=*/*.parquet"))
        if not parts:
            return pl.DataFrame(SCHEMAS[name].empty_table())
        return pl.read_parquet(parts, hive_partitioning=False, glob=False)

    @cached_property
    def people(self) -> pl.DataFrame:
        """One row a person, in the order of ``person``, which counts from 0."""
        return self.table("people").sort("person")

    @cached_property
    def rides(self) -> pl.DataFrame:
        """All rides, with the local day of boarding ``day``."""
        return self.table("rides").with_columns(local("board_at"), local("alight_at")).with_columns(day("board_at"))

    @cached_property
    def services(self) -> pl.DataFrame:
        """The services and their numbers."""
        return self.table("services")

    @cached_property
    def stops(self) -> pl.DataFrame:
        """The stops of every service, with its numbers and formation."""
        services = self.services.select("service_key", "service_no", "formation", "operator")
        return self.table("stops").join(services, on="service_key", how="left", maintain_order="left")

    @cached_property
    def stays(self) -> pl.DataFrame:
        """Hotel, hospital and isolation stays, in local time."""
        return self.table("stays").with_columns(local("start_at"), local("end_at"))

    @cached_property
    def tests(self) -> pl.DataFrame:
        """Laboratory tests, in local time."""
        return self.table("tests").with_columns(local("sampled_at"), local("result_at"))

    @cached_property
    def cases(self) -> pl.DataFrame:
        """Cases that were reported, in local time."""
        reported = self.table("cases").filter(pl.col("case_no").is_not_null())
        return reported.with_columns(local("sampled_at"), local("isolated_at"))

    @cached_property
    def workplaces(self) -> pl.DataFrame:
        """Enterprises, schools and depots."""
        return self.table("workplaces")

    @cached_property
    def places(self) -> pl.DataFrame:
        """Hotels, clinics, laboratories, pharmacies, gates."""
        return self.table("places")

    @cached_property
    def _events(self) -> dict[str, pl.DataFrame]:
        parts = self._all_events.partition_by("kind", as_dict=True)
        return {str(kind): frame for (kind,), frame in parts.items()}

    @cached_property
    def _all_events(self) -> pl.DataFrame:
        return self.table("events").with_columns(local("at")).with_columns(day("at"))

    def events(self, kind: str) -> pl.DataFrame:
        """Events of one kind, in local time, with their ``day``."""
        found = self._events.get(kind)
        return self._all_events.clear() if found is None else found

    def with_person(self, frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
        """The frame with columns of its ``person`` added, as in the truth. ``person`` may not be null."""
        return pl.concat([frame, self.people.select(columns)[frame["person"]]], how="horizontal")


def local(column: str) -> pl.Expr:
    """A UTC instant as wall-clock time of China."""
    return pl.col(column).dt.convert_time_zone(TIME_ZONE).dt.replace_time_zone(None)


def day(column: str) -> pl.Expr:
    """The day of a local time, as ``day``."""
    return pl.col(column).dt.date().alias("day")
