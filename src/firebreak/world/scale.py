"""A province straight into the lake's tables, without files or illness: what benchmarks stand on.

``person_id`` is ``person + 1``; ``record_id`` counts the rides in a batch number made of the parameters, so that the
same province has the same ids everywhere. The tables are yielded in parts; who writes them is the caller's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256

import numpy as np
import polars as pl

from firebreak.terms import ids
from firebreak.terms import ride_keys as keys
from firebreak.terms.tables import PERSONS, RIDES, SERVICES, STOPS, Table
from firebreak.world.draws import I64, Draws
from firebreak.world.network import Network
from firebreak.world.people import people_chunks, workplace_table
from firebreak.world.plan import Plan, make_plan
from firebreak.world.population import Population, draw_population
from firebreak.world.ride_table import ROLES, minutes_to_instant, printed
from firebreak.world.rides import CREW, VALID, Rides, draw_rides
from firebreak.world.seats import LETTERS
from firebreak.world.service_tables import stop_frame
from firebreak.world.travellers import draw_pools

_EPOCH = date(1970, 1, 1)
_VALID_FROM, _VALID_TO = date(2019, 12, 30), date(2020, 12, 31)
_PLACES = ("seat", "berth", "standing", "unknown")


class Province:
    """The persons, services, stops and rides of a province; ``rides_a_day``: tickets a person and day."""

    def __init__(self, people: int, days: int, seed: int, start: date, rides_a_day: float) -> None:
        self.people, self.length, self.start, self.rides_a_day = people, days, start, rides_a_day
        self.draws = Draws(seed)
        self.batch = ids.batch_id(sha256(f"drill {people} {days} {seed} {start} {rides_a_day}".encode()).hexdigest())

    @cached_property
    def world(self) -> Population:
        return draw_population(self.draws, self.people, self.start)

    @cached_property
    def plan(self) -> Plan:
        return make_plan(self.draws, self.world, self.rides_a_day, self.length, seasonal=False)

    @cached_property
    def service_ids(self) -> I64:
        return np.array([ids.service_id(s.mode, s.key) for s in self.plan.network.services], dtype=np.int64)

    def persons(self) -> Iterator[pl.DataFrame]:
        """The table ``persons`` in order of ``person_id``."""
        employers = workplace_table(self.draws, self.world)["name"]
        for chunk in people_chunks(self.draws, self.world, self.plan.crew, None):
            yield as_lake(
                PERSONS,
                chunk.with_columns(
                    person_id=pl.col("person") + 1,
                    phone=pl.lit("+86") + pl.col("phone"),
                    birth_year=pl.col("birth_date").dt.year(),
                    employer=employers.gather(chunk["workplace"].fill_null(chunk["school"])),
                    records=pl.lit(1),
                    channels=pl.lit(1),
                ),
            )

    def services(self) -> Iterator[pl.DataFrame]:
        """The table ``services``."""
        rows = [(s.mode, s.key, s.no, s.formation) for s in self.plan.network.services]
        frame = pl.DataFrame(rows, schema=["mode", "service_key", "service_no", "formation"], orient="row")
        dates = {"valid_from": pl.lit(_VALID_FROM), "valid_to": pl.lit(_VALID_TO)}
        yield as_lake(SERVICES, frame.with_columns(pl.Series("service_id", self.service_ids), **dates))

    def stops(self) -> Iterator[pl.DataFrame]:
        """The table ``stops``."""
        network = self.plan.network
        services = pl.DataFrame(
            [(s.key, s.no, s.formation) for s in network.services],
            schema=["service_key", "service_no", "formation"],
            orient="row",
        )
        frame = stop_frame(network).join(services, on="service_key", how="left", maintain_order="left")
        line = pl.int_range(1, len(frame) + 1, dtype=pl.Int64)
        yield as_lake(
            STOPS,
            frame.with_columns(
                record_id=pl.lit((self.batch ^ 1) << ids.LINE_BITS) + line,
                part=pl.lit(0),
                raw_hash=pl.lit(0),
                valid_from=pl.lit(_VALID_FROM),
                valid_to=pl.lit(_VALID_TO),
            ),
        )

    def rides(self) -> Iterator[pl.DataFrame]:
        """The valid rides, one part a day, in the order of the table."""
        line = 1
        for number in range(self.length):
            day = self.start + timedelta(days=number)
            rides = self._rides(day)
            rides = rides.where(self._in_table_order(rides))
            yield self._ride_rows(day, rides, line)
            line += len(rides)

    def _rides(self, day: date) -> Rides:
        number, first = (day - _EPOCH).days, (self.start - _EPOCH).days
        running, load = self.plan.runs(self.draws, day)
        pools = draw_pools(self.draws, self.world, self.plan.crew, number)
        planted = self.plan.planted if day == self.plan.order_day else None
        return draw_rides(self.draws, number, first, self.plan.network, running, load, pools, planted)

    def _in_table_order(self, rides: Rides) -> I64:
        """Positions of the valid rides, sorted as the table is: by service id, coach, row (none first)."""
        rank = np.empty(len(self.service_ids), dtype=np.int64)
        rank[np.argsort(self.service_ids)] = np.arange(len(self.service_ids))
        valid = np.flatnonzero(rides.state == VALID)
        row = printed(self.plan.network, rides)["row"]
        key = (rank[rides.service] << 24 | rides.coach << 16 | row)[valid]
        out: I64 = valid[np.argsort(key, kind="stable")]
        return out

    def _ride_rows(self, day: date, rides: Rides, first_line: int) -> pl.DataFrame:
        network, place = self.plan.network, printed(self.plan.network, rides)
        frame = pl.DataFrame(
            {
                "run_date": pl.Series([day]).new_from_index(0, len(rides)),
                "service_id": self.service_ids[rides.service],
                "coach": rides.coach,
                "row": place["row"],
                "letter": pl.Series((None, *LETTERS[1:]), dtype=pl.String).gather(place["letter"]),
                "seat_no": place["seat_no"],
                "place": pl.Series(_PLACES).gather(_place_kinds(rides, place)),
                "role": pl.Series(ROLES).gather(rides.role),
                "board_seq": rides.board,
                "alight_seq": rides.alight,
                **_times(network, day, rides),
                "person_id": rides.person + 1,
                "record_id": (self.batch << ids.LINE_BITS) + first_line + np.arange(len(rides)),
                "part": np.zeros(len(rides), dtype=np.int16),
                "order_id": rides.order,
            }
        )
        blank = [pl.when(pl.col(name) > 0).then(name).alias(name) for name in ("row", "seat_no")]
        shared = pl.col("order_id").is_duplicated() & (pl.col("order_id") >= 0)
        frame = frame.with_columns(*blank, pl.when(shared).then("order_id"))
        return as_lake(RIDES, frame.with_columns(**_keys()))


def _times(network: Network, day: date, rides: Rides) -> dict[str, pl.Series]:
    return {
        "board_at": minutes_to_instant(day, network.depart[rides.service, rides.board]),
        "alight_at": minutes_to_instant(day, network.arrive[rides.service, rides.alight]),
    }


def _keys() -> dict[str, pl.Expr]:
    """``coach_key`` and ``seat_key`` (``terms.ride_keys``)."""
    days = pl.col("run_date").to_physical().cast(pl.Int64)
    place = pl.coalesce(pl.col("row"), keys.NOWHERE + pl.col("seat_no").cast(pl.Int32), pl.lit(keys.NOWHERE))
    return {
        "coach_key": keys.packed(days, pl.col("service_id"), pl.col("coach").cast(pl.Int64)),
        "seat_key": pl.when(pl.col("role") == "crew").then(keys.CREW).otherwise(place),
    }


def _place_kinds(rides: Rides, place: dict[str, I64]) -> I64:
    """Index into ``_PLACES``."""
    nowhere = np.where(rides.role == CREW, 3, 2)
    return np.where(rides.place < 0, nowhere, np.where(place["level"] > 0, 1, 0))


def as_lake(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the table's columns, order and types; missing columns are null."""
    empty = pl.from_arrow(table.schema.empty_table())
    assert isinstance(empty, pl.DataFrame)
    columns = [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in empty.schema.items()
    ]
    return frame.select(columns)
