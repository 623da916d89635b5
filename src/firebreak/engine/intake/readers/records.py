"""Where the records of a delimited text begin and end, and how many cells each has: on whole blocks at once.

A line end or delimiter counts where an even number of quotes stands before it (a doubled quote toggles twice). That is
RFC 4180 as long as every quote opens at the start of a cell and closes at its end; ``cut`` says where it does not hold,
and ``loose`` then reads the block line by line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

NEWLINE, RETURN = 10, 13
Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Records:
    """Records of one block: byte offsets ``starts`` and ``ends`` (one past the line end), delimiters in each.

    ``rest`` is the offset of the record that the block does not finish. ``regular`` is false where quotes stand
    inside cells, and nothing else then holds.
    """

    starts: Positions
    ends: Positions
    delimiters: Positions
    blank: npt.NDArray[np.bool_]
    rest: int
    regular: bool = True


def cut(block: bytes, delimiter: int, quote: int | None, *, final: bool) -> Records:
    """The records of ``block``, which starts at the start of a record. ``final``: the last one may lack a line end."""
    cells = np.frombuffer(block, np.uint8)
    newlines = np.flatnonzero(cells == NEWLINE)
    delimiters = np.flatnonzero(cells == delimiter)
    if quote is not None:
        quotes = np.flatnonzero(cells == quote)
        if quotes.size:
            if not _quotes_hold(cells, quotes, delimiter):
                return _irregular()
            newlines = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
            delimiters = delimiters[np.searchsorted(quotes, delimiters) % 2 == 0]
            if final and quotes.size % 2:
                return _irregular()
    ends = newlines + 1
    if final and (not ends.size or ends[-1] < cells.size) and cells.size:
        ends = np.append(ends, cells.size)
    starts = np.concatenate(([0], ends[:-1])) if ends.size else ends
    counts = np.diff(np.searchsorted(delimiters, ends), prepend=0) if ends.size else ends
    return Records(starts, ends, counts, _blank(cells, starts, ends), int(ends[-1]) if ends.size else 0)


def _blank(cells: npt.NDArray[np.uint8], starts: Positions, ends: Positions) -> npt.NDArray[np.bool_]:
    """Records without a character: a line end, or return and line end, alone."""
    length = ends - starts
    first, last = cells[starts], cells[ends - 1]
    alone = (length == 1) & ((first == NEWLINE) | (first == RETURN))
    return np.asarray(alone | ((length == 2) & (first == RETURN) & (last == NEWLINE)))


def _irregular() -> Records:
    none = np.empty(0, np.int64)
    return Records(none, none, none, none.astype(bool), 0, regular=False)


def _quotes_hold(cells: npt.NDArray[np.uint8], quotes: Positions, delimiter: int) -> bool:
    """Every opening quote follows a delimiter or line end, every closing one precedes one; or both are doubled."""
    opening, closing = quotes[::2], quotes[1::2]
    before = cells[np.maximum(opening - 1, 0)]
    opens = (opening == 0) | (before == delimiter) | (before == NEWLINE)
    opens[1:] |= closing[: opening.size - 1] == opening[1:] - 1
    after = cells[np.minimum(closing + 1, cells.size - 1)]
    closes = (closing == cells.size - 1) | (after == delimiter) | (after == NEWLINE) | (after == RETURN)
    following = opening[1 : closing.size + 1]
    closes[: following.size] |= following == closing[: following.size] + 1
    return bool(opens.all() and closes.all())
