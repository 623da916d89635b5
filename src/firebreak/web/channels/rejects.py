"""Rejects: a batch's list, a row masked, in full for a reason, put right and delivered again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import polars as pl
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from firebreak.bridge import mending
from firebreak.bridge.channels import rejects_of
from firebreak.bridge.desk_lake import the_lake
from firebreak.ops.base.exports import exported
from firebreak.ops.base.lists import SIZE, Page, drawn, line_of
from firebreak.ops.base.page import DeskRequest, deed, form, page
from firebreak.ops.base.policy import can
from firebreak.ops.channels import actions, policies, selectors
from firebreak.ops.channels.models import Batch
from firebreak.terms.errors import FirebreakError, LakeError
from firebreak.web.api.pages import read, written
from firebreak.web.channels.lists import REJECTS
from firebreak.web.channels.views import shapes


@form(policies.READ)
def rejects(request: DeskRequest, batch_id: int) -> HttpResponseBase:
    """The rejects of a batch, by line; to be taken along as a file as well."""
    batch = selectors.batch(batch_id=batch_id, by=request.actor)
    asked = request.POST if request.method == "POST" else request.GET
    chosen = {key: asked.get(key, "").strip() for key in ("code", "scope")}
    rows = _Rows(batch, chosen, selectors.mended(batch_id=batch_id, by=request.actor))
    if request.method == "POST":
        return exported(request, REJECTS, rows, chosen)  # type: ignore[arg-type]
    listing = replace(REJECTS, title=f"{REJECTS.title} · {batch.file_name}")
    begin = read(asked["cursor"]) if asked.get("cursor") else 0
    lines = tuple(line_of(row, REJECTS) for row in rows.slice(begin, SIZE))
    before = written(max(begin - SIZE, 0)) if begin else ""
    after = written(begin + SIZE) if rows.count > begin + SIZE else ""
    return drawn(request, listing, Page(lines, "", before, after), chosen)


@page(policies.READ)
def row(request: DeskRequest, batch_id: int, line: int) -> HttpResponseBase:
    """One rejected row: why, and the shapes of its cells."""
    return _row(request, _batch(request, batch_id, line), line, {})


@deed(policies.SHOW)
def show(request: DeskRequest, batch_id: int, line: int) -> HttpResponseBase:
    """The same in full, for a reason, to be put right."""
    batch = _batch(request, batch_id, line)
    reason = request.POST.get("reason", "")
    actions.show(batch_id=batch_id, line=line, division=batch.division_code, reason=reason, by=request.actor)
    return _row(request, batch, line, mending.cells(batch, line))


@deed(policies.DELIVER)
def mend(request: DeskRequest, batch_id: int, line: int) -> HttpResponseBase:
    """Deliver the row again, put right. Cells come as pairs of fields: a file's column may be named anything."""
    batch = _batch(request, batch_id, line)
    cells = {
        str(request.POST[f"column-{name.removeprefix('cell-')}"]): str(text)
        for name, text in request.POST.items()
        if name.startswith("cell-") and f"column-{name.removeprefix('cell-')}" in request.POST
    }
    made = mending.mend(batch, line, cells, request.actor)
    return HttpResponseRedirect(reverse("channels:delivery", args=[made.receipt]))


def _batch(request: DeskRequest, batch_id: int, line: int) -> Batch:
    """The batch, if it can have such a line at all."""
    batch = selectors.batch(batch_id=batch_id, by=request.actor)
    if not 1 <= line <= batch.rows_in:
        raise FirebreakError("FB-CHANNEL-ROW", "no such row", "The row is one of the batch's.", "Look at its rejects.")
    return batch


def _row(request: DeskRequest, batch: Batch, line: int, shown: dict[str, str]) -> HttpResponseBase:
    issues = _Rows(batch, {}, {}).of_line(line)
    lost = any(one["scope"] == "row" for one in issues)
    mended = selectors.mended(batch_id=batch.batch_id, by=request.actor).get(line, "")
    return render(request, "channels/row.html", {
        "batch": batch, "line": line, "issues": issues, "lost": lost, "mended": mended,
        "shapes": [] if shown else _shapes(batch, line), "cells": list(shown.items()),
        "may_show": can(policies.SHOW, request.actor) and lost and not mended,
        "wrong": {one["column"] for one in issues if one["column"]},
    })  # fmt: skip


def _shapes(batch: Batch, line: int) -> list[tuple[str, str]]:
    """The shapes of the row's cells; none where retention has dropped the delivered bytes."""
    try:
        return shapes(mending.cells(batch, line))
    except LakeError:
        return []


class _Rows:
    """The rejects of a batch as the list and its file take them."""

    def __init__(self, batch: Batch, chosen: Mapping[str, str], mended: Mapping[int, str]) -> None:
        found = rejects_of(the_lake(), batch.batch_id)
        for key, value in chosen.items():
            found = found.filter(pl.col(key) == value) if value else found
        self.batch, self.frame, self.mended = batch, found, mended

    @property
    def count(self) -> int:
        return self.frame.height

    def slice(self, begin: int, size: int) -> list[dict[str, Any]]:
        return [self._told(row) for row in self.frame.slice(begin, size).iter_rows(named=True)]

    def iterator(self, size: int) -> Iterator[dict[str, Any]]:
        """All of them, as a query would give them."""
        for begin in range(0, self.count, size):
            yield from self.slice(begin, size)

    def of_line(self, line: int) -> list[dict[str, Any]]:
        return [self._told(row) for row in self.frame.filter(pl.col("line") == line).iter_rows(named=True)]

    def _told(self, row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "batch": self.batch.batch_id, "mended": self.mended.get(row["line"], "")}
