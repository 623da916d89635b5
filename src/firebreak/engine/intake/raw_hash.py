"""The hash of a row as it was read: what proves later that a record's line is still the line it came from."""

from __future__ import annotations

import numpy as np
import polars as pl

from firebreak.engine.intake.kernels.texts import bytes_of
from firebreak.engine.intake.kernels.xxh3 import hashes

_SEPARATOR = "\x1f"


def raw_hash(frame: pl.DataFrame) -> pl.Series:
    """XXH3-64 of each row's cells joined by U+001F, as signed int64; missing cells are empty, lists are JSON."""
    cells = [_text(frame[name]) for name in frame.columns]
    joined = frame.select(pl.concat_str([pl.lit(cell) for cell in cells], separator=_SEPARATOR)).to_series()
    data, offsets = bytes_of(joined)
    return pl.Series("raw_hash", hashes(data, offsets[:-1], offsets[1:]).view(np.int64))


def _text(cells: pl.Series) -> pl.Series:
    if cells.dtype.is_nested():
        wrapped = pl.DataFrame({"cells": cells}).select(pl.struct("cells").struct.json_encode())
        return wrapped.to_series().alias(cells.name)
    return cells.cast(pl.String).fill_null("")
