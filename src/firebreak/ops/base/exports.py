"""Lists as files: CSV and XLSX, on record before they are handed over, with no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import IO, Any

import xlsxwriter
from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from firebreak.ops.base.page import DeskRequest
from firebreak.ops.base.policy import Policy, check
from firebreak.terms.cells import kept_as_text
from firebreak.terms.errors import FirebreakError

MOST = 100_000
CHUNK = 2000
_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@dataclass(frozen=True, slots=True)
class Export:
    """Who may take a list along, and the action that records it: ``count=``, ``filters=``, ``form=``, ``by=``."""

    policy: Policy
    record: Callable[..., Any]


def exported(request: DeskRequest, listing: Any, rows: QuerySet[Any], chosen: Mapping[str, str]) -> HttpResponseBase:
    """The list as a file. It is written first, then recorded, then handed over: nothing leaves unrecorded."""
    form = request.POST.get("format", "")
    if listing.export is None or form not in _TYPES:
        raise FirebreakError("FB-DESK-FORMAT", form[:10], "A list is exported as csv or xlsx.", "Choose one of them.")
    check(listing.export.policy, request.actor)
    heads = [*(["演练/DRILL"] if settings.FIREBREAK_DRILL else []), *(str(column.label) for column in listing.columns)]
    counted = _Counted(_cells(rows, listing, request))
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=8 * 1024 * 1024)  # noqa: SIM115 - the response closes it
    (_csv if form == "csv" else _xlsx)(file, heads, counted)
    listing.export.record(
        count=counted.count, filters=sorted(key for key, value in chosen.items() if value), form=form, by=request.actor
    )
    file.seek(0)
    name = f"{listing.key}-{timezone.localtime():%Y%m%d-%H%M}.{form}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=_TYPES[form])


def _cells(rows: QuerySet[Any], listing: Any, request: DeskRequest) -> Iterator[list[str]]:
    mark = ["DRILL"] if settings.FIREBREAK_DRILL else []
    for number, row in enumerate(_prepared(rows.iterator(CHUNK), listing, request)):
        if number >= MOST:
            raise FirebreakError(
                "FB-DESK-EXPORT-SIZE", f"> {MOST:,}", f"At most {MOST:,} rows a file.", "Filter the list."
            )
        yield [*mark, *(plain(column.value(row)) for column in listing.columns)]


def _prepared(rows: Iterator[Any], listing: Any, request: DeskRequest) -> Iterator[Any]:
    """The rows, with what a list fetches beside them (masked names) fetched a chunk at a time."""
    while chunk := list(islice(rows, CHUNK)):
        if listing.prepare:
            listing.prepare(chunk, request)
        yield from chunk


class _Counted:
    """Rows that are counted as they pass."""

    def __init__(self, rows: Iterable[Sequence[str]]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Sequence[str]]:
        for row in self.rows:
            self.count += 1
            yield row


def plain(value: object) -> str:
    """A cell's value as text: times in Shanghai's time, lists with semicolons, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, list | tuple):
        return "；".join(plain(one) for one in value)
    return str(value)


def _csv(file: IO[bytes], heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    file.write(b"\xef\xbb\xbf")  # Excel reads UTF-8 only with this mark
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([kept_as_text(cell) for cell in row] for row in rows)
    text.detach()


def _xlsx(file: IO[bytes], heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
    for at, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            sheet.write_string(at, column, cell[:32_767])
    sheet.freeze_panes(1, 0)
    book.close()
