"""``generate``: the whole truth of a drill, day by day."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from firebreak.world.cases import case_frame, isolation_stays, test_frame
from firebreak.world.daily import Drill, Perturbation
from firebreak.world.disease import DAY
from firebreak.world.draws import I64, Draws
from firebreak.world.orders import write_orders
from firebreak.world.people import people_chunks, workplace_table
from firebreak.world.places import place_table
from firebreak.world.plan import make_plan
from firebreak.world.population import draw_population
from firebreak.world.ride_table import ride_frame
from firebreak.world.service_tables import service_frame, stop_frame
from firebreak.world.write import write_table

START = date(2020, 1, 10)
RIDES_A_DAY = 0.05
SEED_SHARE = 0.008
Progress = Callable[[str, int, int], None]
_README = """# 演练 / DRILL

这里的每一个人、每一张票、每一个病例都是程序虚构的，与任何真实人员无关。
Every person, ticket and case in this folder is invented by a program; none is a real person.

- 人口 people: {people}  天数 days: {days}  起始 start: {start}  种子 seed: {seed}
- `truth/`: 真值 what is really so (Parquet; columns in `firebreak.world.schema`)
- `truth/orders.json`: 紧急指令及其真实名单 the urgent order and its true list
- `channels/`: 各渠道送来的文件 the files the channels would deliver
"""


def _silent(stage: str, done: int, total: int) -> None:
    pass


def generate(
    people: int,
    days: int,
    seed: int,
    out: Path,
    start: date = START,
    *,
    rides_a_day: float = RIDES_A_DAY,
    seed_share: float = SEED_SHARE,
    perturb: Perturbation | None = None,
    progress: Progress = _silent,
) -> dict[str, int]:
    """Writes ``OUT/truth`` and ``OUT/README.md``; returns the rows of each table.

    ``rides_a_day``: tickets a person and day at the usual load; ``seed_share``: share of those leaving Wuhan on
    2020-01-23 who are infected (half as many six days earlier, and so on). ``perturb``: ``{"person": p, "action":
    "stays_home" | "moves"}`` changes one person; everybody else's draws stay as they were. Same arguments, same bytes.
    """
    draws, truth = Draws(seed), out / "truth"
    world = draw_population(draws, people, start)
    plan = make_plan(draws, world, rides_a_day, days)
    drill = Drill(draws, world, plan, days, seed_share, perturb or {})
    truth.mkdir(parents=True, exist_ok=True)
    rows = _standing_tables(drill, truth) | _daily_tables(drill, truth, progress)
    _describe(out, {"people": people, "days": days, "start": start.isoformat(), "seed": seed}, rows)
    return rows


def _standing_tables(drill: Drill, truth: Path) -> dict[str, int]:
    network, moved = drill.plan.network, drill.person_who("moves")
    return {
        "people": write_table(truth, "people", people_chunks(drill.draws, drill.world, drill.plan.crew, moved)),
        "workplaces": write_table(truth, "workplaces", [workplace_table(drill.draws, drill.world)]),
        "places": write_table(truth, "places", [place_table()]),
        "services": write_table(truth, "services", [service_frame(network)]),
        "stops": write_table(truth, "stops", [stop_frame(network)]),
    }


def _daily_tables(drill: Drill, truth: Path, progress: Progress) -> dict[str, int]:
    rows = {"rides": 0, "events": 0}
    clinic: list[I64] = []
    hotels: list[pl.DataFrame] = []
    for number, today in enumerate(drill.days()):
        rides = ride_frame(drill.plan.network, today.day, today.rides)
        rows["rides"] += write_table(truth, "rides", [rides], today.day)
        rows["events"] += write_table(truth, "events", today.events, today.day)
        clinic.append(today.clinic)
        hotels.append(today.hotels)
        progress("days", number + 1, drill.length)
    return rows | _outcomes(drill, truth, np.concatenate(clinic), hotels)


def _outcomes(drill: Drill, truth: Path, clinic: I64, hotels: list[pl.DataFrame]) -> dict[str, int]:
    infections = list(drill.epidemic.infections.values())
    end = (drill.first + drill.length) * DAY
    cases = case_frame(drill.draws, infections, end, drill.planted_person)
    tests = test_frame(drill.draws, drill.world, infections, clinic, end, drill.free_evening)
    stays = pl.concat([*hotels, isolation_stays(drill.world, infections, end)])
    rows = {"cases": write_table(truth, "cases", [cases])}
    for name, frame, column in (("tests", tests, "sampled_at"), ("stays", stays, "start_at")):
        local = frame[column].dt.convert_time_zone("Asia/Shanghai").dt.date()
        rows[name] = 0
        for day in sorted(set(local.to_list())):
            rows[name] += write_table(truth, name, [frame.filter(local == day)], day)
    planted = cases.filter(pl.col("person") == drill.planted_person)
    service = drill.plan.network.services[drill.plan.planted.service]
    case_no = planted["case_no"][0] if len(planted) else None
    write_orders(truth, drill.planted_person, case_no, service.key, drill.plan.order_day)
    return rows


def _describe(out: Path, parameters: dict[str, object], rows: dict[str, int]) -> None:
    text = {"simulated": "演练/DRILL", **parameters, "rows": rows}
    (out / "truth" / "drill.json").write_text(json.dumps(text, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (out / "README.md").write_text(_README.format(**parameters), encoding="utf-8")
