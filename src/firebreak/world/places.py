"""The institutions people meet: hotels, clinics, laboratories, pharmacies, toll stations, isolation points."""

from __future__ import annotations

import numpy as np
import polars as pl

from firebreak.world.draws import I64
from firebreak.world.geography import counties, words

_BORDER = ("南京禄口国际机场口岸", "320115")
_PER_COUNTY = {
    "hotel": 4,
    "clinic": 1,
    "laboratory": 1,
    "pharmacy": 5,
    "toll": 2,
    "isolation": 1,
    "hospital": 1,
}
_CODES = dict(zip((*_PER_COUNTY, "border"), "HFLPTIYB", strict=True))


def place_name(kind: str, county: int, number: int) -> str:
    """What the ``number``-th place of a kind in a county is called."""
    name = counties()[county].county
    return {
        "hotel": f"{name}{words()['hotels'][(county + number * 3) % len(words()['hotels'])]}酒店",
        "clinic": f"{name}人民医院发热门诊",
        "laboratory": f"{name}疾控中心实验室",
        "pharmacy": f"{name}{words()['firms'][(county * 7 + number * 3) % len(words()['firms'])]}大药房{number + 1}店",
        "toll": f"{name}{'东西'[number % 2]}收费站",
        "isolation": f"{name}集中隔离点",
        "hospital": f"{name}人民医院",
    }[kind]


def place_code(kind: str, county: int, number: int) -> str:
    """The institution's code in its own register."""
    return f"{_CODES[kind]}{counties()[county].code}{number + 1:02d}"


def place_table() -> pl.DataFrame:
    """The truth table ``places``."""
    rows = [
        (
            kind,
            place_name(kind, c, n),
            place_code(kind, c, n),
            county.code,
            f"{county.city}{county.county}人民路{n * 12 + 8}号",
        )
        for c, county in enumerate(counties())
        for kind, count in _PER_COUNTY.items()
        for n in range(count)
    ]
    rows.append(("border", _BORDER[0], "B32011501", _BORDER[1], "南京市江宁区禄口街道"))
    return pl.DataFrame(rows, schema=["kind", "name", "code", "division_code", "address"], orient="row")


def at_places(kind: str, county: I64, u: I64) -> dict[str, pl.Series]:
    """Name, code and division of one of the county's places of a kind; ``u`` chooses among them."""
    count = _PER_COUNTY[kind]
    names, codes = (
        pl.Series([make(kind, c, n) for c in range(len(counties())) for n in range(count)])
        for make in (place_name, place_code)
    )
    at = county * count + u % count
    divisions = pl.Series([c.code for c in counties()]).gather(county)
    return {"place": names.gather(at), "place_code": codes.gather(at), "division_code": divisions}


def county_of_station(stations: list[str]) -> I64:
    """The county whose hotels serve a station, by the longest common name; -1 where none is in the drill."""
    return np.array([_county_of(station) for station in stations], dtype=np.int64)


def _county_of(station: str) -> int:
    short = station.rstrip("东西南北")
    for index, county in enumerate(counties()):
        if county.county[:2] == short[:2] and len(county.county) > 2:
            return index
    for index, county in enumerate(counties()):
        if county.city[:2] == short[:2]:
            return index
    return -1
