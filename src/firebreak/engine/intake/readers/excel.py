"""XLSX and XLS as the text a person sees: dates in ISO, numbers without exponent, long ids whole."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from itertools import islice
from typing import Any

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from firebreak.engine.intake.readers.errors import file_error
from firebreak.engine.intake.readers.found import TREE_ROWS, Chunk, Found, text_frame, unique_names
from firebreak.engine.intake.readers.limits import CELLS, check_unpacked, check_width
from firebreak.engine.intake.spec_model import SHEETS, ChannelSpec
from firebreak.terms.errors import FileError

_LAST_ROW = re.compile(rb'r="[A-Z]{0,3}(\d{1,7})"')
_FAR_COLUMN = re.compile(rb'r="([A-Z]{2,3})\d')


def read_excel(found: Found, spec: ChannelSpec) -> Iterator[Chunk]:
    """The rows of one sheet below its header. Rows without any value are blank. Raises FileError."""
    sheet = _sheet(found, spec)
    rows = sheet.iter_rows()
    names = _names(found, spec, sheet, rows)
    line = 1
    batch: list[list[str]] = []
    for row in rows:
        cells = [seen(value) for value in row[: len(names)]]
        if not any(cells):
            continue
        batch.append(cells)
        if len(batch) == TREE_ROWS:
            yield _chunk(names, batch, line)
            line, batch = line + len(batch), []
    if batch:
        yield _chunk(names, batch, line)
    elif line == 1:
        raise file_error("FB-F004", found.label, "a header without rows")


def first_rows(found: Found, spec: ChannelSpec, count: int) -> Chunk:
    """The columns and the first rows that are not blank. Raises FileError."""
    sheet = _sheet(found, spec)
    rows = sheet.iter_rows()
    names = _names(found, spec, sheet, rows)
    cells = ([seen(value) for value in row[: len(names)]] for row in rows)
    return _chunk(names, list(islice(filter(any, cells), count)), 1)


def _chunk(names: list[str], rows: list[list[str]], line: int) -> Chunk:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    frame: pl.DataFrame = text_frame({name: list(columns[at]) for at, name in enumerate(names)})
    return Chunk(frame, line)


def _sheet(found: Found, spec: ChannelSpec) -> Any:
    if found.size == 0:
        raise file_error("FB-F001", found.label)
    try:
        _check_package(found)
        with found.open() as stream:
            workbook = CalamineWorkbook.from_filelike(stream)  # takes all its bytes at once
        name = _choose(found, workbook.sheet_names, spec.file.sheet if spec.file.format in SHEETS else 1)
        return workbook.get_sheet_by_name(name)
    except PasswordError:
        raise file_error("FB-F005", found.label) from None
    except (CalamineError, OSError) as error:
        raise _damaged(found, str(error)) from None


def _damaged(found: Found, message: str) -> FileError:
    if "assword" in message:
        return file_error("FB-F005", found.label)
    return file_error("FB-F015", found.label, "not a workbook that can be read")


def _choose(found: Found, names: list[str], wanted: str | int) -> str:
    if isinstance(wanted, int):
        if wanted <= len(names):
            return names[wanted - 1]
    else:
        match = next((name for name in names if name == wanted or fnmatchcase(name, wanted)), None)
        if match is not None:
            return match
    raise file_error("FB-F013", found.label, f"sheet {wanted}; there are {len(names)} sheets")


def _names(found: Found, spec: ChannelSpec, sheet: Any, rows: Iterator[list[Any]]) -> list[str]:
    """The columns, with ``rows`` moved past the header. Rows above the first filled one count too."""
    header_row = spec.file.header_row
    if header_row == 0:
        width = max(int(sheet.total_width), 1)
        more = [f"#{at + 1}" for at in range(len(spec.file.columns), width)]
        return [*spec.file.columns, *more][:width]
    header: list[Any] | None = None
    for _ in range(header_row):
        header = next(rows, None)
    if header is None or not any(seen(cell) for cell in header):
        raise file_error("FB-F004", found.label, f"row {header_row} should hold the column names")
    names = unique_names([seen(cell) for cell in header])
    check_width(found.label, sum(1 for name in names if not name.startswith("#") and name), spec)
    return names


def seen(value: Any) -> str:
    """A cell as a person reads it.

    >>> seen(3.2021990010112e17), seen(36.5), seen(0.1 + 0.2), seen(datetime(2020, 1, 23)), seen(time(9, 5))
    ('320219900101120000', '36.5', '0.3', '2020-01-23', '09:05:00')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return _hours(value) if isinstance(value, timedelta) else "" if value is None else str(value)


def _number(value: float) -> str:
    """Excel keeps and shows 15 digits; more of them are noise. An 18-digit id kept as a number has lost three."""
    if value.is_integer():
        return str(int(value)) if abs(value) < 1e15 else str(int(Decimal(f"{value:.15g}")))
    text = f"{value:.15g}"
    return text if "e" not in text else f"{value:.20f}".rstrip("0").rstrip(".")


def _instant(value: datetime) -> str:
    """A serial number is a fraction of a day: to the second, and a bare date where that is midnight."""
    whole = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
    return whole.date().isoformat() if whole.time() == time(0) else whole.isoformat(sep=" ")


def _hours(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _check_package(found: Found) -> None:
    """Every part of an XLSX unpacks whole, within the limits, to a sheet that fits into memory."""
    with found.open() as stream:
        if stream.read(2) != b"PK":
            return
        stream.seek(0)
        try:
            with zipfile.ZipFile(stream) as package:
                for part in package.infolist():
                    _check_part(found, package, part)
        except (zipfile.BadZipFile, EOFError, ValueError):
            raise file_error("FB-F002", found.label) from None
        except RuntimeError:
            raise file_error("FB-F005", found.label) from None


def _check_part(found: Found, package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    is_sheet = part.filename.startswith("xl/worksheets/")
    unpacked, width, held = 0, 26, b""
    with package.open(part) as stream:
        while block := stream.read(1 << 20):
            unpacked += len(block)
            check_unpacked(found.label, part.compress_size, unpacked)
            held += block
            if is_sheet:
                width = max(width, *map(_column, _FAR_COLUMN.findall(held)), 0)
            held = held[-4096:]
    if is_sheet:
        rows = _LAST_ROW.findall(held)
        height = int(rows[-1]) if rows else 0
        if width * height > CELLS:
            raise file_error("FB-F006", found.label, f"a sheet of {width:,} × {height:,} cells")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
