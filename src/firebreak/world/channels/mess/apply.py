"""Make clean rows messy, column by column, and remember what was done to which row."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from firebreak.world.channels.mess.base import Mess
from firebreak.world.channels.mess.fields import CELLS, SWAPS, all_messes
from firebreak.world.draws import U64, Draws

DONE = "mess"
"""Column that holds what was done: bits in the order of ``all_messes()``, then of ``SWAPS``."""


def make_messy(frame: pl.DataFrame, channel: str, rates: Mapping[str, float], draws: Draws) -> pl.DataFrame:
    """The frame with messy cells and a column ``mess`` (Int64 bits). Needs ``row_id``."""
    ids = frame["row_id"].to_numpy()
    done = np.zeros(frame.height, dtype=np.int64)
    for column in [name for name in CELLS if name in frame.columns]:
        frame = frame.with_columns(_messy_cells(frame[column], column, channel, rates, draws, ids, done))
    for name, (first, second) in SWAPS.items():
        if first in frame.columns and second in frame.columns:
            frame = _swap(frame, name, channel, rates.get(f"swap.{name}", 0.0), draws, ids, done)
    return frame.with_columns(pl.Series(DONE, done))


def _messy_cells(
    cells: pl.Series,
    column: str,
    channel: str,
    rates: Mapping[str, float],
    draws: Draws,
    ids: U64,
    done: npt.NDArray[np.int64],
) -> pl.Series:
    """One draw a cell decides which mess it gets, if any; a second gives the mess its luck."""
    messes = [mess for mess in CELLS[column] if rates.get(f"{column}.{mess.name}", 0.0) > 0]
    if not messes:
        return cells
    edges = np.cumsum([rates[f"{column}.{mess.name}"] for mess in messes])
    chosen = np.searchsorted(edges, draws.uniform(f"{channel}/{column}", ids), side="right")
    hit = np.flatnonzero((chosen < len(messes)) & cells.is_not_null().to_numpy())
    luck = draws.bits(f"{channel}/{column}/how", ids[hit])
    return _rewrite(cells, column, messes, hit, chosen[hit], luck, done)


def _rewrite(
    cells: pl.Series,
    column: str,
    messes: list[Mess],
    hit: npt.NDArray[np.intp],
    chosen: npt.NDArray[np.intp],
    luck: U64,
    done: npt.NDArray[np.int64],
) -> pl.Series:
    before = cells.gather(hit).to_list()
    after = [messes[which].make(text, roll) for which, text, roll in zip(chosen, before, luck.tolist(), strict=True)]
    bits = np.array([1 << _bit(f"{column}.{mess.name}") for mess in messes], dtype=np.int64)
    changed = np.array([old != new for old, new in zip(before, after, strict=True)], dtype=bool)
    done[hit[changed]] |= bits[chosen[changed]]
    return cells.scatter(hit, pl.Series(after, dtype=pl.String)) if len(hit) else cells


def _swap(
    frame: pl.DataFrame,
    name: str,
    channel: str,
    rate: float,
    draws: Draws,
    ids: U64,
    done: npt.NDArray[np.int64],
) -> pl.DataFrame:
    hit = draws.uniform(f"{channel}/swap/{name}", ids) < rate
    done[hit] |= np.int64(1 << (len(all_messes()) + list(SWAPS).index(name)))
    first, second = SWAPS[name]
    swap = pl.lit(pl.Series(hit))
    return frame.with_columns(
        pl.when(swap).then(second).otherwise(first).alias(first),
        pl.when(swap).then(first).otherwise(second).alias(second),
    )


_BITS = {name: bit for bit, (name, _) in enumerate(all_messes())}


def _bit(name: str) -> int:
    return _BITS[name]


def mess_words(bits: pl.Series) -> pl.DataFrame:
    """``mess`` (names joined by +) and ``harm`` (the worst of none, notation, lost, wrong) of each row's bits."""
    names = [*all_messes(), *((f"swap.{name}", None) for name in SWAPS)]
    distinct = bits.unique()
    words = {value: _words(value, names) for value in distinct.to_list()}
    lookup = pl.DataFrame(
        {
            "bits": pl.Series(list(words), dtype=pl.Int64),
            "mess": [word for word, _ in words.values()],
            "harm": [harm for _, harm in words.values()],
        },
        schema_overrides={"mess": pl.String, "harm": pl.String},
    )
    return bits.alias("bits").to_frame().join(lookup, on="bits", how="left", maintain_order="left").drop("bits")


def _words(value: int, names: list[tuple[str, Mess | None]]) -> tuple[str, str]:
    """A swap puts both values in the wrong place, where a normaliser loses them."""
    found = [(name, mess.harm.value if mess else "lost") for bit, (name, mess) in enumerate(names) if value >> bit & 1]
    harms = [harm for _, harm in found]
    worst = next((harm for harm in ("wrong", "lost", "notation") if harm in harms), "none")
    return "+".join(name for name, _ in found), worst
