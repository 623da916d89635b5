"""Names by plausible frequency: surnames by share, given names by sex and birth year."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl

from firebreak.world.draws import I64, Draws

Bools = np.ndarray[Any, np.dtype[np.bool_]]

_RARE = 0.35  # per cent


@cache
def _surnames() -> tuple[pl.Series, np.ndarray[Any, np.dtype[np.float64]]]:
    """Surnames with their shares; the rare ones of the file stand for all rare ones, so that the whole is 100 %."""
    text = files("firebreak.world.data").joinpath("surnames.csv").read_text("utf-8")
    rows = [line.split(",") for line in text.splitlines() if line and not line.startswith("#")]
    shares = np.array([float(row[1]) for row in rows])
    rare = shares < _RARE
    shares[rare] *= (100.0 - shares[~rare].sum()) / shares[rare].sum()
    return pl.Series([row[0] for row in rows]), shares


@cache
def _given_groups() -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = tomllib.loads(
        files("firebreak.world.data").joinpath("given.toml").read_text("utf-8")
    )["group"]
    return groups


def draw_surnames(draws: Draws, purpose: str, ids: I64) -> I64:
    """Index of a surname for each id."""
    return draws.pick(_surnames()[1], f"surname/{purpose}", ids)


def full_names(draws: Draws, person: I64, surname: I64, male: Bools, year: I64) -> pl.Series:
    """Surname and given name; the commoner characters of the group come first in its list."""
    given = np.full(len(person), "", dtype="<U2")
    for index, group in enumerate(_given_groups()):
        after = (
            _given_groups()[index - 1]["until"] if index and _given_groups()[index - 1]["sex"] == group["sex"] else 0
        )
        mine = (male == (group["sex"] == "male")) & (year > after) & (year <= group["until"])
        given[mine] = _given(draws, group, person[mine])
    return _surnames()[0].gather(surname) + pl.Series(given)


def _given(draws: Draws, group: dict[str, Any], person: I64) -> np.ndarray[Any, Any]:
    characters = np.array(list(group["characters"]))
    weights = 1.0 / (np.arange(len(characters)) + 4.0)
    first = characters[draws.pick(weights, "given/1", person)]
    second = characters[draws.pick(weights, "given/2", person)]
    single = draws.uniform("given/single", person) < group["single"]
    out: np.ndarray[Any, Any] = np.char.add(first, np.where(single, "", second))
    return out
