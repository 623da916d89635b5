"""XLSX and XLS as the text a person sees: dates in ISO, numbers without exponent, long ids whole."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Hashable, Iterator
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


class Book:
    """A workbook whose package has been checked: of what size its parts are, and that they are whole."""

    def __init__(self, found: Found) -> None:
        """Raises FileError: damaged, cut off, password, unpacks too far."""
        self._found = found
        self._sheets: dict[str, Any] = {}
        self._heads: dict[str, list[list[Any]]] = {}
        try:
            _check_package(found)
            with found.open() as stream:
                self._workbook = CalamineWorkbook.from_filelike(stream)
        except (CalamineError, OSError) as error:
            raise self._damaged(error) from None

    def sheet(self, spec: ChannelSpec) -> Any:
        """The sheet the spec names, the first one for specs of other formats. Raises FB-F013, FB-F015."""
        name = self._name(spec)
        try:
            if name not in self._sheets:
                self._sheets[name] = self._workbook.get_sheet_by_name(name)
        except (CalamineError, OSError) as error:
            raise self._damaged(error) from None
        return self._sheets[name]

    def head(self, spec: ChannelSpec, count: int) -> list[list[Any]]:
        """The first ``count`` rows of the sheet, which is parsed once however often it is asked for."""
        name = self._name(spec)
        if name not in self._heads:
            self._heads[name] = list(islice(self.sheet(spec).iter_rows(), count))
        return self._heads[name]

    def _name(self, spec: ChannelSpec) -> str:
        wanted, names = spec.file.sheet if spec.file.format in SHEETS else 1, self._workbook.sheet_names
        if isinstance(wanted, int):
            match = names[wanted - 1] if wanted <= len(names) else None
        else:
            match = next((name for name in names if name == wanted or fnmatchcase(name, wanted)), None)
        if match is None:
            raise file_error("FB-F013", self._found.label, f"sheet {wanted}; there are {len(names)} sheets")
        return str(match)

    def _damaged(self, error: Exception) -> FileError:
        if isinstance(error, PasswordError) or "assword" in str(error):
            return file_error("FB-F005", self._found.label)
        return file_error("FB-F015", self._found.label, "not a workbook that can be read")


_last: list[tuple[Hashable, Book]] = []


def book_of(found: Found) -> Book:
    """The workbook, opened; the last one is kept, since it is classified and then read. Raises FileError."""
    key = (found.sha256, found.name, found.member)
    if not _last or not found.sha256 or _last[0][0] != key:
        _last.clear()
        _last.append((key, Book(found)))
    return _last[0][1]


def read_excel(found: Found, spec: ChannelSpec) -> Iterator[Chunk]:
    """The rows of one sheet below its header. Rows without any value are blank. Raises FileError."""
    rows = book_of(found).sheet(spec).iter_rows()
    names = _names(found, spec, rows)
    check_width(found.label, sum(1 for name in names if name and not name.startswith("#")), spec)
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


def first_rows(book: Book, found: Found, spec: ChannelSpec, count: int) -> Chunk:
    """The columns, and those of the first ``count`` rows that are not blank. Raises FileError."""
    rows = iter(book.head(spec, count))
    names = _names(found, spec, rows)
    cells = ([seen(value) for value in row[: len(names)]] for row in rows)
    return _chunk(names, list(filter(any, cells)), 1)


def _chunk(names: list[str], rows: list[list[str]], line: int) -> Chunk:
    columns = list(zip(*(_filled(row, len(names)) for row in rows), strict=True)) if rows else [()] * len(names)
    frame: pl.DataFrame = text_frame({name: list(columns[at]) for at, name in enumerate(names)})
    return Chunk(frame, line)


def _filled(row: list[str], width: int) -> list[str]:
    return row if len(row) == width else [*row, *[""] * (width - len(row))]


def _names(found: Found, spec: ChannelSpec, rows: Iterator[list[Any]]) -> list[str]:
    """The columns, with ``rows`` moved past the header. Rows above the first filled one count too."""
    if spec.file.columns:
        return list(spec.file.columns)
    header = next(islice(rows, max(spec.file.header_row, 1) - 1, None), None)
    names = unique_names([seen(cell) for cell in header or ()])
    if not any(names):
        raise file_error("FB-F004", found.label, f"row {spec.file.header_row} should hold the column names")
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
