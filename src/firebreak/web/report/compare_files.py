"""A comparison of rules as files: page, workbook, table."""

from __future__ import annotations

import csv
import io
from importlib.resources import files
from pathlib import Path

import xlsxwriter
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from firebreak.bridge.compare import Comparison, Group
from firebreak.terms.cells import kept_as_text
from firebreak.web.report import compare_words, words
from firebreak.web.report.files import UNSAFE, write_file
from firebreak.web.report.page import policy
from firebreak.web.report.workbook import sheet_name


def write_comparison(comparison: Comparison, folder: Path, lang: str = "zh") -> list[Path]:
    """Write the three files, readable by their owner only. Existing ones are replaced whole."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = _stem(comparison)
    contents = {
        f"{stem}.html": render_page(comparison).encode(),
        f"{stem}.xlsx": render_xlsx(comparison, lang),
        f"{stem}.csv": render_csv(comparison, lang),
    }
    return [write_file(folder / name, content) for name, content in contents.items()]


def _stem(comparison: Comparison) -> str:
    ride = comparison.rides[0] if comparison.rides else None
    marked = comparison.simulated and not comparison.case.case_no.startswith("DRILL")
    parts = ["DRILL" if marked else "", comparison.case.case_no]
    parts += [ride.service_no.split("/")[0], ride.run_date.isoformat()] if ride else []
    return UNSAFE.sub("-", "_".join(part for part in (*parts, "rules") if part))


def render_csv(comparison: Comparison, lang: str = "zh") -> bytes:
    """The lines, one a person and ride; a drill says so in a column of its own."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    mark = [words.texts().text("page.drill_short", lang)] if comparison.simulated else []
    writer.writerow([*mark, *compare_words.headings(comparison, lang)])
    for row in compare_words.rows(comparison, lang):
        writer.writerow([*mark, *(kept_as_text(text) for text in row)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def render_xlsx(comparison: Comparison, lang: str = "zh") -> bytes:
    """Three sheets: the rules, the groups with their reasons, the lines."""
    out, text = io.BytesIO(), words.texts().text
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    title = text("compare.title", lang) + " " + comparison.case.case_no
    title = f"{text('page.drill', lang)} · {title}" if comparison.simulated else title
    sheets = (
        (text("compare.rules", lang), rule_headings(lang), rule_rows(comparison, lang)),
        (text("compare.groups", lang), group_headings(comparison, lang), group_rows(comparison, lang)),
        (
            text("people.title", lang),
            compare_words.headings(comparison, lang),
            list(compare_words.rows(comparison, lang)),
        ),
    )
    for name, heads, rows in sheets:
        sheet = book.add_worksheet(sheet_name(name, book.sheetnames))
        sheet.write_string(0, 0, title, bold)
        for at, row in enumerate([heads, *rows], start=2):
            for column, value in enumerate(row):
                sheet.write_string(at, column, value, bold if at == 2 else wrap)
        sheet.set_column(0, len(heads), 18)
        sheet.freeze_panes(3, 0)
    book.close()
    return out.getvalue()


def rule_headings(lang: str) -> list[str]:
    """The names of the columns of ``rule_rows``."""
    keys = ("compare.rule", "compare.name", "compare.in_force", "compare.window", "compare.rides", "compare.close",
            "compare.general", "compare.only", "compare.met")  # fmt: skip
    return [words.texts().text(key, lang) for key in keys]


def rule_rows(comparison: Comparison, lang: str) -> list[list[str]]:
    """One row a rule: how it stood that day, and how many it lists."""
    text = words.texts().text
    return [
        [
            column.cite,
            column.pack.zh if lang == "zh" else column.pack.en,
            text("compare.yes" if column.in_force else "compare.not_in_force", lang),
            compare_words.window_line(column, lang),
            f"{len(column.runs)}/{len(comparison.rides)}",
            str(column.close),
            str(column.general),
            str(len(comparison.only(at))),
            str(comparison.met_by(at)),
        ]
        for at, column in enumerate(comparison.columns)
    ]


def group_headings(comparison: Comparison, lang: str) -> list[str]:
    """The names of the columns of ``group_rows``."""
    text = words.texts().text
    own = [text("summary.train", lang), text("people.relation", lang), text("compare.people", lang)]
    return [*own, *(column.cite for column in comparison.columns), text("compare.why", lang)]


def group_rows(comparison: Comparison, lang: str) -> list[list[str]]:
    """One row a group of people whom every rule judges alike: a sign a rule, and the reasons."""
    return [_group_row(comparison, group, lang) for group in comparison.groups]


def _group_row(comparison: Comparison, group: Group, lang: str) -> list[str]:
    ride = comparison.rides[group.lines[0].ride]
    why = "\n".join(f"{mark} {rules}: {said}" for mark, rules, said in compare_words.reasons(comparison, group, lang))
    own = [f"{ride.service_no} {ride.run_date}", compare_words.relations(group, lang), str(len(group.lines))]
    return [*own, *(compare_words.sign(verdict) for verdict in group.verdicts), why]


def render_page(comparison: Comparison) -> str:
    """The whole page as HTML text, in both languages: no network, no inline handlers."""
    folder = files("firebreak.web.report").joinpath("templates")
    css = folder.joinpath("compare.css").read_text("utf-8")
    js = folder.joinpath("compare.js").read_text("utf-8")
    environment = Environment(
        loader=PackageLoader("firebreak.web.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(t=words.both, pair=words.pair, sign=compare_words.sign, zip=zip)
    rules = zip(rule_rows(comparison, "zh"), rule_rows(comparison, "en"), comparison.columns, strict=True)
    return environment.get_template("compare.html").render(
        comparison=comparison,
        rules=list(rules),
        groups=[_group(comparison, group) for group in comparison.groups],
        heads=[words.pair(*two) for two in zip(rule_headings("zh"), rule_headings("en"), strict=True)],
        rides=[
            words.pair(*(compare_words.ride_line(ride, lang) for lang in ("zh", "en"))) for ride in comparison.rides
        ],
        lines=[
            list(zip(zh, en, strict=True))
            for zh, en in zip(compare_words.rows(comparison, "zh"), compare_words.rows(comparison, "en"), strict=True)
        ],
        line_heads=list(
            zip(compare_words.headings(comparison, "zh"), compare_words.headings(comparison, "en"), strict=True)
        ),
        css=Markup(css),
        js=Markup(js),
        policy=policy(css, js),
    )


def _group(comparison: Comparison, group: Group) -> dict[str, object]:
    both = [compare_words.reasons(comparison, group, lang) for lang in ("zh", "en")]
    ride = comparison.rides[group.lines[0].ride]
    return {
        "ride": f"{ride.service_no} {ride.run_date}",
        "relations": words.pair(*(compare_words.relations(group, lang) for lang in ("zh", "en"))),
        "people": len(group.lines),
        "verdicts": group.verdicts,
        "reasons": [(zh[0], zh[1], words.pair(zh[2], en[2])) for zh, en in zip(*both, strict=True)],
    }
