"""What people do besides travelling: fever clinics, pharmacies, toll gates, gates of estates, hotels, declarations.

Nobody does any of it while on a train: acts fall on people who are not travelling that day nor arrived from the day
before, or, for declarations, border checks and hotels, after leaving the train.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from firebreak.world.disease import DAY
from firebreak.world.documents import plates
from firebreak.world.draws import I64, Draws
from firebreak.world.geography import counties
from firebreak.world.network import Network
from firebreak.world.places import at_places, county_of_station
from firebreak.world.population import Population
from firebreak.world.ride_table import minutes_to_instant
from firebreak.world.rides import PASSENGER, VALID, Rides

CLINIC_A_DAY, PHARMACY_A_DAY, TOLL_A_DAY, GATE_A_DAY = 0.0006, 0.002, 0.012, 0.006
HOTEL_SHARE, DECLARING = 0.15, {"wuhan": 0.6, "other": 0.08}
GATES_FROM = date(2020, 1, 27)
_SYMPTOMS = ("发热", "咳嗽", "乏力", "发热、咳嗽", "咽痛", "鼻塞流涕")
_DRUGS = ("布洛芬缓释胶囊", "连花清瘟胶囊", "对乙酰氨基酚片", "复方氨酚烷胺片", "板蓝根颗粒", "维生素C片")
Bools = np.ndarray[Any, np.dtype[np.bool_]]


def background(draws: Draws, world: Population, day: date, busy: Bools) -> list[pl.DataFrame]:
    """The day's acts of people who are at home; ``busy``: who is travelling."""
    number = (day - date(1970, 1, 1)).days
    kinds = {"clinic": CLINIC_A_DAY, "pharmacy": PHARMACY_A_DAY, "toll": TOLL_A_DAY, "gate": GATE_A_DAY}
    if day < GATES_FROM:
        del kinds["gate"]
    frames = []
    for kind, share in kinds.items():
        person = np.flatnonzero((draws.uniform(f"act/{kind}", number, np.arange(world.people)) < share) & ~busy)
        if kind == "toll":
            person = world.first[world.household[person]]
            person = np.unique(person[(draws.uniform("car", world.household[person]) < 0.45) & ~busy[person]])
        frames.append(acts(draws, world, kind, day, person))
    return frames


def acts(draws: Draws, world: Population, kind: str, day: date, person: I64, fever: bool = False) -> pl.DataFrame:
    """One row an act of a kind on ``day``, at a place in the person's own county. ``fever``: of the sick."""
    number = (day - date(1970, 1, 1)).days
    u = draws.below(1 << 20, f"act/{kind}/which", number, person)
    county = world.home_county[world.household[person]]
    sick = fever or kind == "clinic"
    warm = (37.4 if sick else 36.1) + draws.uniform(f"act/{kind}/warm", number, person) * (1.9 if sick else 0.9)
    minute = 7 * 60 + draws.below(15 * 60, f"act/{kind}/at", number, person)
    where = _gates(world, person) if kind == "gate" else at_places(kind, county, u)
    frame = pl.DataFrame(
        {
            "person": person,
            "kind": pl.Series([kind]).new_from_index(0, len(person)),
            **where,
            "at": minutes_to_instant(day, minute),
            "direction": pl.Series(("in", "out")).gather(u % 2),
            "temperature": np.round(warm, 1),
            "symptoms": pl.Series(_SYMPTOMS).gather(u % len(_SYMPTOMS)),
            "item": pl.Series(_DRUGS).gather(u // 7 % len(_DRUGS)),
            "plate": plates(
                pl.Series([c.plate for c in counties()]).gather(county), world.household[person].astype(np.int64)
            ),
        }
    )
    return frame.drop([name for name, kinds in _USED_BY.items() if kind not in kinds])


_USED_BY = {
    "direction": ("toll", "gate"),
    "temperature": ("clinic", "gate", "pharmacy", "toll"),
    "symptoms": ("clinic",),
    "item": ("pharmacy",),
    "plate": ("toll",),
}


def _gates(world: Population, person: I64) -> dict[str, pl.Series]:
    """The gate of one's own estate; ``people.community`` names it."""
    division = pl.Series([c.code for c in counties()]).gather(world.home_county[world.household[person]])
    return {
        "place": pl.Series(["小区出入口"]).new_from_index(0, len(person)),
        "place_code": division,
        "division_code": division,
    }


def arrivals(draws: Draws, network: Network, day: date, rides: Rides) -> list[pl.DataFrame]:
    """Declarations and border checks of people who left a train or aircraft."""
    last_leg = _last_legs(rides)
    number = (day - date(1970, 1, 1)).days
    from_wuhan = np.isin(network.station[rides.service, rides.board], _wuhan(network))
    share = np.where(from_wuhan, DECLARING["wuhan"], DECLARING["other"])
    declares = last_leg & (draws.uniform("declares", number, rides.person) < share)
    border = np.array([service.border for service in network.services])[rides.service] & last_leg
    return [
        _arrival(draws, network, day, rides.where(declares), "declaration", 60),
        _arrival(draws, network, day, rides.where(border), "border", 25),
    ]


def _wuhan(network: Network) -> I64:
    return np.array(
        [i for i, name in enumerate(network.stations) if name in ("汉口", "武昌") or name.startswith("武汉")]
    )


def _last_legs(rides: Rides) -> Bools:
    """Valid passenger rides after which the holder does not travel on that day."""
    valid = (rides.state == VALID) & (rides.role == PASSENGER)
    order = np.lexsort((rides.board, rides.leg, rides.person))
    order = order[valid[order]]
    person = rides.person[order]
    last = np.zeros(len(rides), dtype=bool)
    last[order[np.r_[person[1:] != person[:-1], True][: len(order)]]] = True
    return last


def _arrival(draws: Draws, network: Network, day: date, rides: Rides, kind: str, later: int) -> pl.DataFrame:
    number = (day - date(1970, 1, 1)).days
    alight = network.arrive[rides.service, rides.alight]
    minute = alight + later + draws.below(90, f"{kind}/later", number, rides.person)
    county = np.maximum(0, county_of_station(network.stations))[network.station[rides.service, rides.alight]]
    frame = pl.DataFrame(
        {
            "person": rides.person,
            "kind": pl.Series([kind]).new_from_index(0, len(rides)),
            "place": pl.Series(network.stations).gather(network.station[rides.service, rides.alight]),
            "division_code": pl.Series([c.code for c in counties()]).gather(county),
            "at": minutes_to_instant(day, minute),
            "temperature": np.round(36.0 + draws.uniform(f"{kind}/warm", number, rides.person), 1),
            "from_place": pl.Series(network.stations).gather(network.station[rides.service, rides.board]),
            "service_no": pl.Series([s.no for s in network.services]).gather(rides.service),
        }
    )
    arrived = pl.Series((alight // DAY + number).astype(np.int32)).cast(pl.Date)
    return frame.with_columns(arrived_on=arrived)


def hotel_stays(draws: Draws, world: Population, network: Network, day: date, rides: Rides) -> pl.DataFrame:
    """Guests who arrived before midnight away from home; they leave at noon, long before they may travel again."""
    number = (day - date(1970, 1, 1)).days
    county = county_of_station(network.stations)[network.station[rides.service, rides.alight]]
    alight = network.arrive[rides.service, rides.alight]
    home = world.home_county[world.household[rides.person]]
    guest = _last_legs(rides) & (county >= 0) & (county != home) & (alight < 22 * 60)
    guest &= draws.uniform("hotel", number, rides.person) < HOTEL_SHARE
    person, county, alight = rides.person[guest], county[guest], alight[guest]
    which = draws.below(1 << 20, "hotel/which", number, person)
    room = (
        (draws.below(12, "hotel/floor", number, person) + 2) * 100 + draws.below(20, "hotel/room", number, person) + 1
    )
    where = at_places("hotel", county, which)
    end = minutes_to_instant(day + timedelta(days=1), 8 * 60 + draws.below(4 * 60, "hotel/end", number, person))
    return pl.DataFrame(
        {
            "person": person,
            "place_kind": pl.Series(["hotel"]).new_from_index(0, len(person)),
            "place_name": where["place"],
            "place_code": where["place_code"],
            "division_code": where["division_code"],
            "cell": pl.Series(room).cast(pl.String),
            "start_at": minutes_to_instant(day, alight + 60),
            "end_at": end,
        }
    )
