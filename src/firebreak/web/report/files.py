"""A report as files in a folder: page, workbook, table."""

from __future__ import annotations

import os
import re
from pathlib import Path

from firebreak.bridge.report import TraceReport
from firebreak.web.report.page import render_page
from firebreak.web.report.table import render_csv
from firebreak.web.report.workbook import render_xlsx

UNSAFE = re.compile(r"[^\w.-]+")
"""What no file name holds."""


def stem_of(report: TraceReport) -> str:
    """The files' name: case, train and date; DRILL in front where simulated."""
    ride = report.rides[0] if report.rides else None
    marked = report.simulated and not report.case.case_no.startswith("DRILL")
    parts = ["DRILL" if marked else "", report.case.case_no]
    parts += [ride.service_no.split("/")[0], ride.run_date.isoformat()] if ride else []
    return UNSAFE.sub("-", "_".join(part for part in parts if part)) or "report"


def write_report(report: TraceReport, folder: Path, lang: str = "zh") -> list[Path]:
    """Write the three files, readable by their owner only: they hold names. Existing ones are replaced whole."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = stem_of(report)
    contents = {
        f"{stem}.html": render_page(report).encode(),
        f"{stem}.xlsx": render_xlsx(report, lang),
        f"{stem}.csv": render_csv(report, lang),
    }
    return [write_file(folder / name, content) for name, content in contents.items()]


def write_file(path: Path, content: bytes) -> Path:
    """Write one file, readable by its owner only; one that is there is replaced whole."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
    part.replace(path)
    return path
