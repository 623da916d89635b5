"""XLSX workbooks: title rows above the header, a totals row, a second sheet with notes."""

from __future__ import annotations

import io
from datetime import datetime

import polars as pl
import xlsxwriter

from firebreak.world.channels.layout import Channel

_CREATED = datetime(2020, 1, 1)  # noqa: DTZ001  a fixed stamp: same seed, same bytes; the format has no zone


def write_xlsx(channel: Channel, cells: pl.DataFrame, titles: tuple[str, ...]) -> bytes:
    """All cells are texts, as in sheets that were exported or typed; the data sheet comes first."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    book.set_properties({"created": _CREATED, "title": f"演练/DRILL {channel.zh}"})
    sheet = book.add_worksheet(channel.sheet)
    rows: list[tuple[str | None, ...]] = [(title,) for title in titles]
    rows += [tuple(channel.headers), *cells.rows()]
    if channel.totals:
        rows.append((channel.totals, str(cells.height)))
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            if value:
                sheet.write_string(number, place, value)
    if channel.extra_sheet:
        _notes(book, *channel.extra_sheet)
    book.close()
    return buffer.getvalue()


def _notes(book: xlsxwriter.Workbook, name: str, lines: tuple[str, ...]) -> None:
    sheet = book.add_worksheet(name)
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, line)
