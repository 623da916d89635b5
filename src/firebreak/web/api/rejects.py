"""Rejects of some batches a page at a time, straight from the lake's files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from firebreak.bridge.channels import rejects_of
from firebreak.bridge.desk_lake import the_lake
from firebreak.web.api.pages import read, written

_COLUMNS = ("line", "scope", "field", "column", "value_class", "code", "rule", "remedy")


def page(batches: Sequence[int], cursor: str, size: int) -> tuple[list[dict[str, Any]], str | None]:
    """The next rejects of these batches, in the order of the batches, lines and fields."""
    begin = read(cursor) if cursor else 0
    lake, items, seen = the_lake(), list[dict[str, Any]](), 0
    for batch in batches:
        found = rejects_of(lake, batch)
        wanted = found.slice(max(begin - seen, 0), size + 1 - len(items)) if begin < seen + found.height else found[:0]
        items += [{"batch": batch, **row} for row in wanted.select(_COLUMNS).fill_null("").to_dicts()]
        seen += found.height
        if len(items) > size:
            return items[:size], written(begin + size)
    return items, None
