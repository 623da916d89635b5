"""Long lists: a page at a time by cursor, filtered, sorted, taken along as a file by those who may.

A cursor names the last row of a page, so a page costs the same wherever it lies, and rows that arrive meanwhile move
nothing. A list is declared once (``Listing``); ``listed`` answers its requests, whole or as the part that htmx swaps.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import FieldError, ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise

from firebreak.ops.base.exports import Export, exported
from firebreak.ops.base.page import DeskRequest
from firebreak.ops.base.policy import can
from firebreak.terms.errors import FirebreakError, value_class

SIZE = 50
Words = str | Promise
Narrow = Callable[[QuerySet[Any], str], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Column:
    """``value`` gives the cell of a row, in plain words. ``sort``: the field to sort by (never null); empty: none.

    ``template``: how the cell is drawn where plain words are not enough; it is given ``row`` and ``value``.
    ``narrow``: is it shown on a phone, too?
    """

    key: str
    label: Words
    value: Callable[[Any], object]
    sort: str = ""
    template: str = ""
    narrow: bool = True


@dataclass(frozen=True, slots=True)
class Filter:
    """``apply`` narrows the rows by what was typed or chosen. ``choices``: value and words; none: free text.

    ``kind``: ``text``, ``date`` or ``search`` for an input, where there are no choices.
    """

    key: str
    label: Words
    apply: Narrow
    choices: Callable[[], Sequence[tuple[str, Words]]] | None = None
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of one desk. ``sort``: the key of a column, ``-`` before it for the largest first.

    ``link``: the address of a row's own page. ``prepare``: what a page of rows needs beside them, fetched at once.
    """

    key: str
    title: Words
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    sort: str = ""
    link: Callable[[Any], str] | None = None
    empty: Words = ""
    export: Export | None = None
    size: int = SIZE
    prepare: Callable[[list[Any], DeskRequest], None] | None = None
    head: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as the template draws it."""

    column: Column
    value: object


@dataclass(frozen=True, slots=True)
class Line:
    """One row as the template draws it."""

    row: Any
    cells: tuple[Cell, ...]
    link: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows. ``before`` and ``after`` are cursors; empty where the list ends."""

    lines: tuple[Line, ...]
    sort: str
    before: str
    after: str


def listed(
    request: DeskRequest, listing: Listing, rows: QuerySet[Any], context: Mapping[str, Any] | None = None
) -> HttpResponseBase:
    """Answer a list's request: the page, the part of it that changed, or (by POST) the file."""
    asked = request.POST if request.method == "POST" else request.GET
    chosen = {one.key: asked.get(one.key, "").strip() for one in listing.filters}
    narrowed = _narrowed(rows, listing, chosen)
    if request.method == "POST":
        return exported(request, listing, ordered(narrowed, listing, asked.get("sort", "")), chosen)
    found = page_of(narrowed, listing, asked.get("sort", ""), asked.get("cursor", ""), request)
    return drawn(request, listing, found, chosen, context)


def drawn(
    request: DeskRequest,
    listing: Listing,
    found: Page,
    chosen: Mapping[str, str],
    context: Mapping[str, Any] | None = None,
) -> HttpResponseBase:
    """A page of rows as the list's page, or as the part of it that changed. Rows need not come from a table."""
    kept = {key: value for key, value in chosen.items() if value}
    shown = {
        "listing": listing, "page": found, "chosen": chosen, "filtered": bool(kept),
        "kept": urlencode(kept), "kept_sort": urlencode({**kept, "sort": found.sort}),
        "may_export": listing.export is not None and can(listing.export.policy, request.actor),
        "filters": [_drawn(one, chosen[one.key]) for one in listing.filters], **(context or {}),
    }  # fmt: skip
    part = request.htmx and request.htmx.target == "list"
    return render(request, "web/part_list.html" if part else "web/list.html", shown)


def page_of(rows: QuerySet[Any], listing: Listing, sort: str, cursor: str, request: DeskRequest) -> Page:
    """The page behind this cursor (empty: the first), in this order. Errors: FirebreakError for a broken cursor."""
    sort = _known_sort(listing, sort)
    field, down = _field(listing, sort)
    place = _read(cursor, rows.model, field) if cursor else None
    back = place is not None and place.back
    window = _ordered(rows, field, down != back)
    if place is not None:
        window = window.filter(_beyond(field, place, down != back))
    taken = list(window[: listing.size + 1])
    more, taken = len(taken) > listing.size, taken[: listing.size]
    if back:
        taken.reverse()
    if listing.prepare:
        listing.prepare(taken, request)
    earlier, later = (more, True) if back else (place is not None, more)
    return Page(
        tuple(line_of(row, listing) for row in taken),
        sort,
        _write(taken[0], field, True) if taken and earlier else "",
        _write(taken[-1], field, False) if taken and later else "",
    )


def ordered(rows: QuerySet[Any], listing: Listing, sort: str) -> QuerySet[Any]:
    """All rows in the asked order."""
    field, down = _field(listing, _known_sort(listing, sort))
    return _ordered(rows, field, down)


def _ordered(rows: QuerySet[Any], field: str, down: bool) -> QuerySet[Any]:
    sign = "-" if down else ""
    return rows.order_by(f"{sign}{field}") if field == "pk" else rows.order_by(f"{sign}{field}", f"{sign}pk")


def _narrowed(rows: QuerySet[Any], listing: Listing, chosen: Mapping[str, str]) -> QuerySet[Any]:
    for one in listing.filters:
        if chosen[one.key]:
            try:
                if "\0" in chosen[one.key]:  # PostgreSQL has no such character
                    raise ValueError
                rows = one.apply(rows, chosen[one.key])
            except (ValueError, ValidationError, FieldError):
                raise FirebreakError(
                    "FB-DESK-FILTER", f"{one.key}: {value_class(chosen[one.key])}",
                    "A filter takes what its field holds: a word of the list, a date, a number.",
                    "Correct or clear it.",
                ) from None  # fmt: skip
    return rows


def _known_sort(listing: Listing, sort: str) -> str:
    return (
        sort
        if any(column.sort and column.key == sort.removeprefix("-") for column in listing.columns)
        else listing.sort
    )


def _field(listing: Listing, sort: str) -> tuple[str, bool]:
    key = sort.removeprefix("-")
    field = next((column.sort for column in listing.columns if column.key == key), "") or "pk"
    return field, sort.startswith("-") or not sort


@dataclass(frozen=True, slots=True)
class _Place:
    value: Any
    pk: Any
    back: bool


def _beyond(field: str, place: _Place, down: bool) -> Q:
    way = "lt" if down else "gt"
    if field == "pk":
        return Q(**{f"pk__{way}": place.pk})
    # The first condition alone would do for the second; an index is used for it.
    return Q(**{f"{field}__{way}e": place.value}) & (
        Q(**{f"{field}__{way}": place.value}) | Q(**{f"pk__{way}": place.pk})
    )


def _write(row: Any, field: str, back: bool) -> str:
    value = row.pk if field == "pk" else _attribute(row, field)
    text = json.dumps([value, row.pk, back], default=str, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _attribute(row: Any, field: str) -> Any:
    for part in field.split("__"):
        row = getattr(row, part)
    return row


def _read(cursor: str, model: type[Model], field: str) -> _Place:
    try:
        value, pk, back = told = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        column = model._meta.pk if field == "pk" else _column(model, field)
        assert column is not None
        if any(isinstance(one, str) and not _storable(one) for one in told):
            raise ValueError
        return _Place(column.to_python(value), model._meta.pk.to_python(pk), bool(back))
    except (ValueError, TypeError, ValidationError, AssertionError):
        raise FirebreakError(
            "FB-DESK-CURSOR",
            value_class(cursor[:20]),
            "A page's address is made by the list.",
            "Begin at its first page.",
        ) from None


def _storable(text: str) -> bool:
    """Can a database hold it? Not a NUL (PostgreSQL), nor half of a surrogate pair, which JSON may hold."""
    return "\0" not in text and not any("\ud800" <= one <= "\udfff" for one in text)


def _column(model: Any, field: str) -> Any:
    *through, last = field.split("__")
    for part in through:
        model = model._meta.get_field(part).related_model
    return model._meta.get_field(last)


def line_of(row: Any, listing: Listing) -> Line:
    """A row as the template draws it."""
    cells = tuple(Cell(column, column.value(row)) for column in listing.columns)
    return Line(row, cells, listing.link(row) if listing.link else "")


def _drawn(one: Filter, value: str) -> dict[str, Any]:
    return {"key": one.key, "label": one.label, "value": value, "kind": one.kind,
            "choices": list(one.choices()) if one.choices else []}  # fmt: skip
