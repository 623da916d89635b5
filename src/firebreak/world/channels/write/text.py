"""Delimited, fixed-width and XML files."""

from __future__ import annotations

import polars as pl

from firebreak.world.channels.layout import Channel

_BLANK = " " * 200


def encoded(text: str, encoding: str) -> bytes:
    """The text in the channel's encoding; what it has no code for becomes ``?``, as in the systems of the time."""
    return text.encode(encoding, "replace")


def write_delimited(channel: Channel, cells: pl.DataFrame, separator: str) -> bytes:
    """CSV or TSV with a header, CRLF where the encoding is a Windows one, and the totals row at the end."""
    ending = "\r\n" if channel.encoding.startswith("gb") else "\n"
    text = cells.write_csv(separator=separator, line_terminator=ending)
    if channel.totals:
        text += separator.join((channel.totals, str(cells.height), *[""] * (cells.width - 2))) + ending
    return encoded(text, channel.encoding)


def write_fixed(channel: Channel, cells: pl.DataFrame) -> bytes:
    """Columns of a fixed number of bytes (GBK: a Han character takes two), padded with blanks; no header."""
    padded = [_padded(pl.col(column.header).fill_null(""), column.width) for column in channel.columns]
    lines = cells.select(pl.concat_str(padded).alias("line"))["line"]
    return encoded("".join(f"{line}\r\n" for line in lines.to_list()), channel.encoding)


def _padded(cell: pl.Expr, width: int) -> pl.Expr:
    fitting = pl.when(_gbk_bytes(cell) > width).then(cell.str.slice(0, width // 2)).otherwise(cell)
    return fitting + pl.lit(_BLANK).str.slice(0, width - _gbk_bytes(fitting))


def _gbk_bytes(cell: pl.Expr) -> pl.Expr:
    """Bytes in GBK: one for ASCII, two for everything else (three in UTF-8)."""
    characters = cell.str.len_chars().cast(pl.Int64)
    return characters + (cell.str.len_bytes().cast(pl.Int64) - characters) // 2


def write_xml(channel: Channel, cells: pl.DataFrame) -> bytes:
    """One element a row under ``record_path``; empty cells are empty elements."""
    *outer, record = channel.record_path.split("/")
    fields = [pl.format(f"<{header}>{{}}</{header}>", _escaped(header)) for header in channel.headers]
    rows = cells.select(pl.concat_str(fields).alias("row"))["row"].to_list()
    head = f'<?xml version="1.0" encoding="{channel.encoding.upper()}"?>\n<!-- 演练/DRILL: {channel.zh} -->\n'
    body = "".join(f"  <{record}>{row}</{record}>\n" for row in rows)
    return encoded(
        head + "".join(f"<{name}>\n" for name in outer) + body + "".join(f"</{name}>\n" for name in reversed(outer)),
        channel.encoding,
    )


def _escaped(header: str) -> pl.Expr:
    text = pl.col(header).fill_null("")
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.str.replace_all(character, entity, literal=True)
    return text
