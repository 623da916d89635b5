"""The truth table ``rides``: a day's tickets with everything that is printed on them."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl

from firebreak.world.documents import scramble
from firebreak.world.draws import I64
from firebreak.world.network import Network
from firebreak.world.rides import Rides
from firebreak.world.seats import KINDS, LETTERS, LEVELS, places_of

STATES = ("valid", "refunded", "changed")
ROLES = ("passenger", "crew")
_MINUTE = 60 * 10**6
_CHINA = 8 * 60


def minutes_to_instant(day: date, minutes: I64) -> pl.Series:
    """UTC instants of minutes after 00:00 (Asia/Shanghai) of ``day``."""
    start = (day - date(1970, 1, 1)).days * 24 * 60 - _CHINA
    return pl.Series((start + minutes) * _MINUTE).cast(pl.Datetime("us", "UTC"))


def printed(network: Network, rides: Rides) -> dict[str, I64]:
    """Row, letter, seat number, level and kind of each ticket's place; 0 where there is none."""
    out = {
        name: np.zeros(len(rides), dtype=np.int64) for name in ("row", "letter", "seat_no", "level", "kind", "block")
    }
    formation = np.array([service.formation for service in network.services])
    names, which = np.unique(formation, return_inverse=True)
    for index, name in enumerate(names):
        mine = np.flatnonzero((which[rides.service] == index) & (rides.place >= 0))
        places = places_of(str(name))
        for column, values in out.items():
            values[mine] = getattr(places, column)[rides.place[mine]]
    return out


def _word(words: tuple[str, ...] | list[str], index: I64) -> pl.Series:
    return pl.Series(words, dtype=pl.String).gather(index)


def _code(prefix: str, number: I64) -> pl.Expr:
    text = prefix + pl.Series(scramble(np.maximum(number, 0), 10**10)).cast(pl.String).str.zfill(10)
    return pl.when(pl.Series(number >= 0)).then(text)


def ride_frame(network: Network, day: date, rides: Rides) -> pl.DataFrame:
    """One row a ticket, in the columns of ``schema.SCHEMAS["rides"]``."""
    place = printed(network, rides)
    services = network.services
    at: dict[str, Any] = {
        "board_at": network.depart[rides.service, rides.board],
        "alight_at": network.arrive[rides.service, rides.alight],
    }
    frame = pl.DataFrame(
        {
            "person": rides.person,
            "run_date": pl.Series([day]).new_from_index(0, len(rides)),
            "service_key": _word([s.key for s in services], rides.service),
            "service_no": _word([s.no for s in services], rides.service),
            "mode": _word([s.mode for s in services], rides.service),
            "coach": rides.coach,
            **{name: place[name] for name in ("row", "seat_no")},
            "letter": _word(LETTERS, place["letter"]),
            "berth_level": _word(LEVELS, place["level"]),
            "seat_class": _word(KINDS, place["kind"]),
            "role": _word(ROLES, rides.role),
            "board_seq": rides.board,
            "alight_seq": rides.alight,
            "from_station": _word(network.stations, network.station[rides.service, rides.board]),
            "to_station": _word(network.stations, network.station[rides.service, rides.alight]),
            **{name: minutes_to_instant(day, minutes) for name, minutes in at.items()},
            "ticket_state": _word(STATES, rides.state),
            "leg": rides.leg,
        }
    )
    return _blanks(frame).with_columns(
        order_no=_code("EA", rides.order),
        ticket_no=_code("T", rides.ticket),
        changed_from=_code("T", rides.changed_from),
    )


def _blanks(frame: pl.DataFrame) -> pl.DataFrame:
    """Nothing instead of 0 and '', and what kind of place it is."""
    standing = (pl.col("row") == 0) & (pl.col("seat_no") == 0)
    frame = frame.with_columns(
        place=pl.when(standing & (pl.col("role") == "crew"))
        .then(pl.lit("unknown"))
        .when(standing)
        .then(pl.lit("standing"))
        .when(pl.col("berth_level") != "")
        .then(pl.lit("berth"))
        .otherwise(pl.lit("seat")),
    )
    numbers = [pl.when(pl.col(name) != 0).then(name).alias(name) for name in ("row", "seat_no")]
    texts = [pl.when(pl.col(name) != "").then(name).alias(name) for name in ("letter", "berth_level", "seat_class")]
    return frame.with_columns(*numbers, *texts)
