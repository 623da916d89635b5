"""``generate``: the whole truth of a drill, day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from firebreak.world.draws import Draws
from firebreak.world.people import people_chunks, workplace_table
from firebreak.world.plan import Plan, make_plan
from firebreak.world.population import Population, draw_population
from firebreak.world.ride_table import ride_frame
from firebreak.world.rides import Rides, draw_rides
from firebreak.world.travellers import draw_pools
from firebreak.world.write import write_table

START = date(2020, 1, 10)
Progress = Callable[[str, int, int], None]


def _silent(stage: str, done: int, total: int) -> None:
    pass


def generate(
    people: int, days: int, seed: int, out: Path, start: date = START, *, rides_a_day: float = 0.05,
    perturb: dict[str, object] | None = None, progress: Progress = _silent,
) -> dict[str, int]:  # fmt: skip
    """Writes ``OUT/truth``; returns rows by table."""
    draws, truth = Draws(seed), out / "truth"
    world = draw_population(draws, people, start)
    plan = make_plan(draws, world, rides_a_day, days)
    rows = {
        "people": write_table(truth, "people", people_chunks(draws, world, plan.crew, None)),
        "workplaces": write_table(truth, "workplaces", [workplace_table(draws, world)]),
        "services": write_table(truth, "services", [service_frame(plan)]),
        "stops": write_table(truth, "stops", [stop_frame(plan)]),
        "rides": 0,
    }
    for number, (day, rides) in enumerate(days_of_rides(draws, world, plan, days)):
        rows["rides"] += write_table(truth, "rides", [ride_frame(plan.network, day, rides)], day)
        progress("rides", number + 1, days)
    return rows


def days_of_rides(draws: Draws, world: Population, plan: Plan, days: int) -> Iterator[tuple[date, Rides]]:
    """Each day's rides in turn."""
    first = (world.start - date(1970, 1, 1)).days
    for number in range(days):
        day = world.start + timedelta(days=number)
        running, load = plan.runs(draws, day)
        pools = draw_pools(draws, world, plan.crew, first + number)
        planted = plan.planted if day == plan.order_day else None
        yield day, draw_rides(draws, first + number, first, plan.network, running, load, pools, planted)


def service_frame(plan: Plan) -> pl.DataFrame:
    """The truth table ``services``."""
    names = ("key", "mode", "no", "formation", "operator")
    rows = [tuple(getattr(service, name) for name in names) for service in plan.network.services]
    return pl.DataFrame(rows, schema=["service_key", "mode", "service_no", "formation", "operator"], orient="row")


def stop_frame(plan: Plan) -> pl.DataFrame:
    """The truth table ``stops``: no arrival at the origin, no departure at the terminus."""
    rows = []
    for service in plan.network.services:
        last = len(service.stations) - 1
        for i, station in enumerate(service.stations):
            arrive, depart = service.arrive[i] if i else None, service.depart[i] if i < last else None
            rows.append((service.key, i, station, arrive, depart, service.mode))
    names = ["service_key", "stop_seq", "station", "arrive_min", "depart_min", "mode"]
    return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
