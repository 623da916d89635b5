"""The list as CSV: UTF-8 with BOM, so that Excel opens it with its characters right."""

from __future__ import annotations

import csv
import io

from firebreak.bridge.report import TraceReport
from firebreak.terms.cells import kept_as_text
from firebreak.web.report import words
from firebreak.web.report.rows import contact_rows, headings


def render_csv(report: TraceReport, lang: str = "zh") -> bytes:
    """The whole file. A drill says so in a column of its own, so that no cut of the table loses the mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    mark = [words.texts().text("page.drill_short", lang)] if report.simulated else []
    writer.writerow([*mark, *headings(lang)])
    for row in contact_rows(report, lang):
        writer.writerow([*mark, *(kept_as_text(text) for text in row)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
