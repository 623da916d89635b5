"""Areas of elevated risk as dated data: which division had which level on which days."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow as pa

from firebreak.engine.risk.shapes import mistyped
from firebreak.engine.risk.vocabulary import CODES, Kind
from firebreak.terms.errors import SpecError
from firebreak.terms.tables import DAY, I8, I16, TEXT

LEVELS = (Kind.KEY_AREA, Kind.HIGH_AREA, Kind.MEDIUM_AREA)
AREAS = pa.schema([("division", TEXT), ("length", I16), ("kind", I8), ("first", DAY), ("last", DAY)])
"""One row an area: presence from ``first`` to ``last`` counts; ``length`` of the code, for prefix joins."""

_NEEDED = {"division", "level", "valid_from", "source"}
_KNOWN = _NEEDED | {"valid_to", "before_days", "zh", "en"}
_TYPES: dict[str, type] = {
    **dict.fromkeys(("division", "level", "source", "zh", "en"), str),
    **dict.fromkeys(("valid_from", "valid_to"), date),
    "before_days": int,
}


@dataclass(frozen=True, slots=True)
class Area:
    """A division (prefix of a GB/T 2260 code) at a level, from ``valid_from`` to ``valid_to`` (None: still)."""

    division: str
    level: Kind
    valid_from: date
    valid_to: date | None
    before_days: int
    source: str
    zh: str = ""
    en: str = ""


def load_areas(path: Path) -> tuple[Area, ...]:
    """The areas of one TOML file. Raises SpecError that names file, area, key and remedy."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpecError("FB-AREA-FILE", f"{path.name}: {error}", "Areas are one TOML file.", "Mend the file.") from None
    listed = raw.get("area", [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise SpecError("FB-AREA-FILE", path.name, "Each area is a table [[area]].", "Mend the file.")
    return tuple(_area(one, f"{path.name}: area {number}") for number, one in enumerate(listed, start=1))


def _area(raw: dict[str, Any], where: str) -> Area:
    if wrong := sorted(({*raw} - _KNOWN) | (_NEEDED - {*raw})):
        what = f"{where}: {', '.join(wrong)}"
        raise SpecError("FB-AREA-KEY", what, "An area has the documented keys.", "Add or remove the key.")
    if raw["level"] not in [str(level) for level in LEVELS]:
        remedy = f"Use one of: {', '.join(LEVELS)}."
        raise SpecError("FB-AREA-LEVEL", where, "An area's level is one of its list.", remedy)
    if wrong := mistyped(raw, _TYPES):
        said = "Codes and texts stand in quotes, days and numbers do not."
        raise SpecError("FB-AREA-TYPE", f"{where}: {'; '.join(wrong)}", said, "Mend the value.")
    if not (raw["division"].isdigit() and len(raw["division"]) in (2, 4, 6)):
        raise SpecError("FB-AREA-CODE", where, "A division is 2, 4 or 6 digits of GB/T 2260.", "Mend the code.")
    return Area(
        raw["division"],
        Kind(raw["level"]),
        raw["valid_from"],
        raw.get("valid_to"),
        raw.get("before_days", 0),
        raw["source"],
        raw.get("zh", ""),
        raw.get("en", ""),
    )


@cache
def shipped_areas() -> tuple[Area, ...]:
    """The areas that come with the project."""
    return load_areas(Path(str(files("firebreak.engine.risk.data").joinpath("areas.toml"))))


def area_table(areas: Iterable[Area], as_of: date) -> pa.Table:
    """The areas whose level was in force by ``as_of``, in the columns of ``AREAS``."""
    rows = [
        {
            "division": area.division,
            "length": len(area.division),
            "kind": CODES[area.level],
            "first": area.valid_from - timedelta(days=area.before_days),
            "last": min(area.valid_to or as_of, as_of),
        }
        for area in areas
        if area.valid_from <= as_of
    ]
    return pa.Table.from_pylist(rows, schema=AREAS)


@cache
def fever_celsius() -> float:
    """The body temperature from which a measurement is a fever, °C."""
    return float(_thresholds()["fever"]["celsius"])


@cache
def no_symptoms() -> tuple[str, ...]:
    """Words, in small letters, with which a form says that there are no symptoms."""
    return tuple(_thresholds()["symptoms"]["none"])


def _thresholds() -> dict[str, Any]:
    return tomllib.loads(files("firebreak.engine.risk.data").joinpath("thresholds.toml").read_text("utf-8"))
