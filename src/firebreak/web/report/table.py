"""The list as CSV: UTF-8 with BOM, so that Excel opens it with its characters right."""

from __future__ import annotations

import csv
import io

from firebreak.bridge.report import TraceReport
from firebreak.web.report import words
from firebreak.web.report.rows import contact_rows, headings, safe

_EXACT = 15
"""Excel keeps 15 digits of a number; longer ones would lose their end."""


def render_csv(report: TraceReport, lang: str = "zh") -> bytes:
    """The whole file. A drill says so in a column of its own, so that no cut of the table loses the mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    mark = [words.texts().text("page.drill_short", lang)] if report.simulated else []
    writer.writerow([*mark, *headings(lang)])
    for row in contact_rows(report, lang):
        writer.writerow([*mark, *(_cell(text) for text in row)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cell(text: str) -> str:
    """Long numbers end in a tab, which makes Excel keep them as text; readers that strip cells lose nothing."""
    if text.isdigit() and (len(text) > _EXACT or text.startswith("0")):
        return f"{text}\t"
    return safe(text)
