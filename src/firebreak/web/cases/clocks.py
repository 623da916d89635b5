"""The clocks of all cases within reach: how long each step took, by area and week, as a table and drawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from statistics import quantiles
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as __

from firebreak.ops.base.page import DeskRequest, page
from firebreak.ops.cases import policies, selectors
from firebreak.ops.cases.models import Case
from firebreak.ops.orders import selectors as orders

MOST = 5000
WIDTH, ROW, LEFT = 900, 34, 190
"""Of the drawing, in SVG units."""


@page(policies.READ)
def clocks(request: DeskRequest) -> HttpResponseBase:
    """Median and middle half of each step, over all cases and by county and week of report."""
    rows = list(selectors.cases(by=request.actor).order_by("-opened_at")[:MOST])
    told = orders.milestones(case_ids=[row.pk for row in rows], by=request.actor)
    spans: dict[tuple[str, str], list[list[float | None]]] = defaultdict(list)
    for row in rows:
        spans[row.division_code[:6], week_of(row)].append(hours_of(row, told.get(row.pk)))
    everybody = [one for group in spans.values() for one in group]
    groups = [
        {"division": division, "week": week, "cases": len(group), "steps": _cells(group)}
        for (division, week), group in sorted(spans.items(), key=lambda one: (one[0][1], one[0][0]), reverse=True)
    ]
    return render(request, "cases/clocks.html", {
        "steps": steps(), "groups": groups, "cases": len(rows), "most": len(rows) == MOST,
        "chart": chart(everybody), "width": WIDTH, "height": ROW * len(steps()) + 30,
    })  # fmt: skip


def steps() -> list[str]:
    """The steps between two moments, in words."""
    return [
        __("发病→采样"),
        __("采样→结果"),
        __("结果→成单"),
        __("成单→下达"),
        __("下达→全部联系上"),
        __("联系上→落实"),
    ]


def week_of(row: Case) -> str:
    """The ISO week of the report, as ``2020-W04``."""
    day = row.reported_on or timezone.localtime(row.opened_at).date()
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def hours_of(row: Case, told: Any) -> list[float | None]:
    """Hours of each step; None where one of its ends is not known, or they are the wrong way round.

    An onset is a day: it counts from noon.
    """
    onset = timezone.make_aware(datetime.combine(row.onset_on, time(12))) if isinstance(row.onset_on, date) else None
    moments = [onset, row.sampled_at, row.result_at, row.traced_at, row.ordered_at,
               told.reached if told else None, told.isolated if told else None]  # fmt: skip
    found = []
    for before, after in pairwise(moments):
        gap = after - before if before and after else None
        found.append(gap.total_seconds() / 3600 if gap is not None and gap >= timedelta(0) else None)
    return found


def _cells(group: Sequence[Sequence[float | None]]) -> list[dict[str, Any] | None]:
    return [middle([one[nth] for one in group if one[nth] is not None]) for nth in range(len(steps()))]


def middle(hours: Sequence[float | None]) -> dict[str, Any] | None:
    """Median and quartiles (inclusive method), and how many; None of none.

    >>> middle([1.0, 2.0, 3.0, 4.0, 5.0])
    {'n': 5, 'low': 2.0, 'median': 3.0, 'high': 4.0}
    """
    known = sorted(one for one in hours if one is not None)
    if not known:
        return None
    low, median, high = quantiles(known, n=4, method="inclusive") if len(known) > 1 else known * 3
    return {"n": len(known), "low": round(low, 1), "median": round(median, 1), "high": round(high, 1)}


def chart(everybody: Sequence[Sequence[float | None]]) -> list[dict[str, Any]]:
    """Each step as a bar from the lower to the upper quartile with its median, one scale for all."""
    cells = _cells(everybody)
    most = max((one["high"] for one in cells if one), default=0) or 1.0
    scale = (WIDTH - LEFT - 110) / most
    rows = []
    for nth, (name, one) in enumerate(zip(steps(), cells, strict=True)):
        drawn: dict[str, Any] = {"name": name, "y": 10 + ROW * nth, "text_y": 10 + ROW * nth + 17, "cell": one}
        if one:
            drawn |= {"x": round(LEFT + one["low"] * scale), "w": max(round((one["high"] - one["low"]) * scale), 3),
                      "mid": round(LEFT + one["median"] * scale),
                      "end": round(LEFT + one["high"] * scale) + 8}  # fmt: skip
        rows.append(drawn)
    return rows
