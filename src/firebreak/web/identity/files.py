"""Pages and tables as files in a folder, readable by their owner only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from firebreak.bridge.import_report import ImportReport
from firebreak.web.identity.importing import import_csv, import_page, import_xlsx
from firebreak.web.report.files import write_file

_UNSAFE = re.compile(r"[^\w.-]+")


def write_files(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write each file whole, in place of one of its name."""
    folder.mkdir(parents=True, exist_ok=True)
    return [write_file(folder / name, content) for name, content in contents.items()]


def write_import(report: ImportReport, folder: Path, lang: str) -> list[Path]:
    """``NAME-import`` as HTML, XLSX and CSV; DRILL in front where simulated."""
    name = _UNSAFE.sub("-", Path(report.batch.member or report.batch.file_name).stem)
    stem = f"{'DRILL_' if report.simulated else ''}{name}-{report.batch.batch_id}-import"
    contents = {
        f"{stem}.html": import_page(report, lang).encode(),
        f"{stem}.xlsx": import_xlsx(report, lang),
        f"{stem}.csv": import_csv(report, lang),
    }
    return write_files(folder, contents)
