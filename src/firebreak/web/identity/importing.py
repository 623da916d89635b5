"""The import report as page, table and workbook."""

from __future__ import annotations

import io
from typing import Any

import polars as pl
import xlsxwriter

from firebreak.bridge.import_report import COLUMNS, ImportReport
from firebreak.web.identity.page import as_json, plain, render, texts, words_of

_WORDED = {"row": "row", "person": "person", "rule": "rule"}
_WIDTHS = {"person_id": 22, "codes": 24, "lost": 24, "rule": 18, "person": 16}


def import_page(report: ImportReport, lang: str = "zh") -> str:
    """The page: counts, filters, two hundred rows at a time."""
    rows = report.rows.with_columns(pl.col("person_id").cast(pl.String)).rows()
    data = as_json({"rows": rows, "words": words_of("row", "person", "rule", "import")})
    return render("import", lang, "import.js", report.simulated, report=report, data=data, filters=_filters(report))


def _filters(report: ImportReport) -> list[tuple[str, int]]:
    rows = report.rows
    taken = rows.filter(pl.col("row") == "taken")
    return [
        ("all", rows.height),
        ("rejected", report.count(row="rejected")),
        ("lost", taken.filter(pl.col("lost") != "").height),
        ("joined", report.count(person="joined")),
        ("new", report.count(person="new")),
        ("review", rows.filter(pl.col("reviews") > 0).height),
        ("nobody", taken.filter(pl.col("person").is_in(["nobody", "unlinked"])).height),
    ]


def _table(report: ImportReport, lang: str) -> pl.DataFrame:
    """The rows as text in one language."""
    rows = report.rows
    for column, group in _WORDED.items():
        names = {name: plain(group, name, lang) for name in rows[column].drop_nulls().unique()}
        rows = rows.with_columns(pl.col(column).replace(names))
    shown = rows.with_columns(pl.col("confidence").round(3)).select(pl.col(COLUMNS).cast(pl.String).fill_null(""))
    marked = [pl.lit("演练 DRILL").alias("drill")] if report.simulated else []
    return shown.select(*marked, *COLUMNS)


def _headings(table: pl.DataFrame, lang: str) -> list[str]:
    return ["演练/DRILL" if name == "drill" else texts().text(f"import.{name}", lang) for name in table.columns]


def import_csv(report: ImportReport, lang: str = "zh") -> bytes:
    """UTF-8 with BOM; long numbers end in a tab, so that Excel keeps them as text."""
    table = _table(report, lang)
    ids = pl.when(pl.col("person_id") == "").then(pl.lit("")).otherwise(pl.col("person_id") + "\t")
    table = table.with_columns(ids.alias("person_id"))
    table.columns = _headings(table, lang)
    return b"\xef\xbb\xbf" + table.write_csv(line_terminator="\r\n").encode()


def import_xlsx(report: ImportReport, lang: str = "zh") -> bytes:
    """One sheet; every cell is text, so nothing in it is ever a formula."""
    table, out = _table(report, lang), io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(texts().text("import.line", lang))
    bold = book.add_format({"bold": True, "bg_color": "#e8edf2"})
    for at, (name, heading) in enumerate(zip(table.columns, _headings(table, lang), strict=True)):
        sheet.set_column(at, at, _WIDTHS.get(name, 12))
        sheet.write_string(0, at, heading, bold)
    _fill(sheet, table)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, table.height, table.width - 1)
    book.close()
    return out.getvalue()


def _fill(sheet: Any, table: pl.DataFrame) -> None:
    for line, row in enumerate(table.iter_rows(), start=1):
        for at, text in enumerate(row):
            if text:
                sheet.write_string(line, at, text)
