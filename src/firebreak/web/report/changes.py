"""What changed since the last list, as a page and as CSV. Ids only: nothing to mask."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from firebreak.bridge.changes import ChangeList
from firebreak.terms.cells import kept_as_text
from firebreak.web.report import words
from firebreak.web.report.files import write_file

HEADINGS = ("list", "case", "change", "person", "before", "now", "why", "rule", "record")


def change_rows(found: ChangeList, lang: str) -> Iterator[tuple[str, ...]]:
    """One row a change, in the order of ``HEADINGS``."""
    for row in found.rows:
        yield (
            str(row["list_no"]),
            _case(found, row["case_person_id"]),
            words.texts().text(f"change.{row['change']}", lang),
            str(row["person_id"]),
            _relation(row["relation_before"], lang),
            _relation(row["relation"], lang),
            words.texts().text(f"change_why.{row['why']}", lang),
            row["rule"],
            str(row["record_id"] or ""),
        )


def _case(found: ChangeList, person: int) -> str:
    number = found.case_numbers.get(person, "")
    return f"{number} ({person})" if number else str(person)


def _relation(name: str | None, lang: str) -> str:
    return words.relation(name, lang) if name else "—"


def render_csv(found: ChangeList, lang: str = "zh") -> bytes:
    """UTF-8 with BOM. A drill says so in a column of its own."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    mark = [words.texts().text("page.drill_short", lang)] if found.simulated else []
    writer.writerow([*mark, *(words.texts().text(f"changes.{key}", lang) for key in HEADINGS)])
    for row in change_rows(found, lang):
        writer.writerow([*mark, *(kept_as_text(text) for text in row)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def render_page(found: ChangeList, lang: str = "zh") -> str:
    """One page without script or network, in one language."""
    environment = Environment(
        loader=PackageLoader("firebreak.web.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )

    def text(key: str, **values: object) -> str:
        return words.texts().text(key, lang, **values)

    rows = list(zip(change_rows(found, lang), (row["change"] for row in found.rows), strict=True))
    return environment.get_template("changes.html").render(
        t=text, lang="zh-CN" if lang == "zh" else "en", found=found, rows=rows, headings=HEADINGS
    )


def write_changes(found: ChangeList, folder: Path, lang: str = "zh") -> list[Path]:
    """``changes-N.html`` and ``.csv``, readable by their owner only."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{'DRILL_' if found.simulated else ''}changes-{found.last}"
    contents = {f"{stem}.html": render_page(found, lang).encode(), f"{stem}.csv": render_csv(found, lang)}
    return [write_file(folder / name, content) for name, content in contents.items()]
