"""The services that run: those of ``data/timetable.toml``, repeated under generated numbers until all find room."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from firebreak.terms.formations import formations

DAY_MINUTES = 24 * 60
_FIRST_START, _SPAN = 5 * 60 + 30, 16 * 60  # copies start between 05:30 and 21:30
_OPERATORS = {"train": "铁路", "flight": "航空", "coach": "公路客运"}


@dataclass(frozen=True, slots=True)
class Service:
    """``arrive``/``depart``: minutes after 00:00 of the run date, one a stop (equal at origin and terminus)."""

    key: str
    mode: str
    no: str
    formation: str
    stations: tuple[str, ...]
    arrive: tuple[int, ...]
    depart: tuple[int, ...]
    border: bool = False

    @property
    def places(self) -> int:
        return sum(coach.places for coach in formations()[self.formation].coaches)

    @property
    def operator(self) -> str:
        return _OPERATORS[self.mode]


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _running(entry: dict[str, Any], lines: dict[str, Any]) -> list[int]:
    """Minutes of pure running from the first stop to each stop."""
    if "minutes" in entry:
        return list(entry["minutes"])
    at = dict(lines[entry["line"]]["stations"])
    pace = entry.get("pace", 1.0)
    origin = at[entry["stops"][0]]
    return [round(abs(at[stop] - origin) * pace) for stop in entry["stops"]]


def _key(entry: dict[str, Any]) -> str:
    """12306's train_no (12 characters); where an operator has none, the public number."""
    first = entry["no"].split("/")[-1] if entry.get("suffix") else entry["no"]
    return f"{entry['bureau']}{first:0>8}{entry['suffix']}" if "bureau" in entry else first


def base_services() -> list[Service]:
    """The services as written in the file."""
    raw = tomllib.loads(files("firebreak.world.data").joinpath("timetable.toml").read_text("utf-8"))
    return [_service(entry, raw["lines"]) for entry in raw["services"]]


def _service(entry: dict[str, Any], lines: dict[str, Any]) -> Service:
    running, dwell, start = _running(entry, lines), entry.get("dwell", 2), _minutes(entry["depart"])
    arrive = [start + minutes + dwell * max(0, i - 1) for i, minutes in enumerate(running)]
    depart = [start, *(at + dwell for at in arrive[1:-1]), arrive[-1]]
    return Service(
        _key(entry),
        entry.get("mode", "train"),
        entry["no"],
        entry["formation"],
        tuple(entry["stops"]),
        tuple(arrive),
        tuple(depart),
        entry.get("border", False),
    )


def repeated(base: list[Service], copies: int) -> list[Service]:
    """``base`` and ``copies`` - 1 later runs of each, shifted in time, with free numbers of the same letters."""
    out = list(base)
    free = {letters: _free_numbers(base, letters) for letters in {_letters(service) for service in base}}
    for copy in range(1, copies):
        out.extend(_copy(service, copy, f"{_letters(service)}{next(free[_letters(service)])}") for service in base)
    return out


def _letters(service: Service) -> str:
    return "".join(c for c in service.no.split("/")[0] if not c.isdigit())


def _free_numbers(base: list[Service], letters: str) -> Iterator[int]:
    """From 9999 down, leaving out what the timetable uses. Raises ValueError when four digits are used up."""
    used = {number for service in base for number in service.no.split("/")}
    yield from (number for number in range(9999, 1000, -1) if f"{letters}{number}" not in used)
    raise ValueError("no train numbers of four digits are left: fewer people or fewer rides a day")


def _copy(service: Service, copy: int, number: str) -> Service:
    shift = (service.depart[0] - _FIRST_START + 37 * copy) % _SPAN + _FIRST_START - service.depart[0]
    return Service(
        f"55{number:0>8}{copy % 36:02d}" if service.mode == "train" else number,
        service.mode,
        number,
        service.formation,
        service.stations,
        tuple(at + shift for at in service.arrive),
        tuple(at + shift for at in service.depart),
        service.border,
    )
