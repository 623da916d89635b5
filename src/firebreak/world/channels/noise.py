"""How much mess: the noise file (``world/data/noise.toml``), read and checked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from firebreak.terms.errors import SpecError
from firebreak.world.channels.mess.base import Harm
from firebreak.world.channels.mess.fields import CELLS, FILES, ROWS, SWAPS, all_messes

Rates = Mapping[str, float]

LEVELS = ("light", "medium", "heavy")
_COUNTS = ("empty", "truncated", "unknown")


@dataclass(frozen=True, slots=True)
class Noise:
    """``profiles`` and ``channels`` map a mess (``document.old15``) to the share of rows it happens to."""

    profiles: Mapping[str, Rates]
    channels: Mapping[str, Rates]
    files: Rates
    levels: Rates = field(default_factory=dict)

    def at(self, level: str) -> Noise:
        """The same mess at a level of dirt: what loses or falsifies a value happens that much more often."""
        factor, most = self.levels.get(level, 1.0), self.levels.get("most", 1.0)
        profiles = {name: _dirtier(rates, factor, most) for name, rates in self.profiles.items()}
        channels = {name: _dirtier(rates, factor, most) for name, rates in self.channels.items()}
        return Noise(profiles, channels, self.files, self.levels)

    def rates(self, channel: str, profile: str) -> dict[str, float]:
        """The profile's rates with the channel's own on top."""
        return {**self.profiles.get(profile, {}), **self.channels.get(channel, {})}


def load_noise(path: Path | None = None) -> Noise:
    """Read a noise file; without a path the shipped one. Raises SpecError for an unknown key or a rate outside 0–1."""
    where = path.name if path else "noise.toml"
    shipped = files("firebreak.world").joinpath("data", "noise.toml")
    try:
        raw = tomllib.loads((path or shipped).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpecError("FB-NOISE-READ", f"{where}: {error}", "A noise file is TOML in UTF-8.", "Mend it.") from error
    _only(where, raw, ("profiles", "channels", "files", "levels"))
    return Noise(
        {name: _rates(where, f"profiles.{name}", entry) for name, entry in raw.get("profiles", {}).items()},
        {name: _rates(where, f"channels.{name}", entry) for name, entry in raw.get("channels", {}).items()},
        _file_rates(where, raw.get("files", {})),
        _levels(where, raw.get("levels", {})),
    )


def quiet() -> Noise:
    """No mess at all."""
    return Noise({}, {}, {})


def _dirtier(rates: Rates, factor: float, most: float) -> dict[str, float]:
    """Harmful rates times ``factor``; where a column would then be hit more often than ``most``, in proportion."""
    harmful = {name for name, mess in all_messes() if mess.harm is not Harm.NOTATION} | {
        f"swap.{name}" for name in SWAPS
    }
    raised = {name: rate * factor if name in harmful else rate for name, rate in rates.items()}
    totals: dict[str, float] = {}
    for name, rate in raised.items():
        column = name.partition(".")[0]
        totals[column] = totals.get(column, 0.0) + rate
    return {name: rate * min(1.0, most / max(totals[name.partition(".")[0]], most)) for name, rate in raised.items()}


def _levels(where: str, entry: Mapping[str, Any]) -> dict[str, float]:
    _only(where, entry, (*LEVELS, "most"), "levels")
    for name, value in entry.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0 or (name == "most" and value > 1):
            rule = "A level is a factor from 0; most is a share from 0 to 1."
            raise SpecError("FB-NOISE-RATE", f"{where}: levels.{name}", rule, "Mend it.")
    return {name: float(value) for name, value in entry.items()}


def _known() -> set[str]:
    cells = {f"{column}.{mess.name}" for column, messes in CELLS.items() for mess in messes}
    return cells | {f"swap.{name}" for name in SWAPS} | {f"row.{name}" for name in ROWS}


def _rates(where: str, path: str, entry: Mapping[str, Any]) -> dict[str, float]:
    rates = {f"{group}.{name}": rate for group, inner in entry.items() for name, rate in _table(where, path, inner)}
    _only(where, rates, sorted(_known()), path)
    for name, rate in rates.items():
        _check_rate(where, f"{path}.{name}", rate)
    return rates


def _file_rates(where: str, entry: Mapping[str, Any]) -> dict[str, float]:
    _only(where, entry, FILES, "files")
    for name, rate in entry.items():
        if name not in _COUNTS:
            _check_rate(where, f"files.{name}", rate)
    return dict(entry)


def _table(where: str, path: str, inner: Any) -> list[tuple[str, Any]]:
    if not isinstance(inner, Mapping):
        raise SpecError("FB-NOISE-KEY", f"{where}: {path}", "A rate is named GROUP.MESS.", "E.g. name.gap = 0.01.")
    return list(inner.items())


def _only(where: str, entry: Mapping[str, Any], known: tuple[str, ...] | list[str], path: str = "the file") -> None:
    unknown = sorted(set(entry) - set(known))
    if unknown:
        raise SpecError(
            "FB-NOISE-KEY", f"{where}: {path} has {unknown[0]}", "That is no known mess.", f"Known: {', '.join(known)}."
        )


def _check_rate(where: str, path: str, rate: Any) -> None:
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
        raise SpecError("FB-NOISE-RATE", f"{where}: {path}", "A rate is a number from 0 to 1.", "Mend it.")
