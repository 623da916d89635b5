"""A pair, and the review queue, as pages and tables."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import polars as pl
import xlsxwriter
from markupsafe import Markup

from firebreak.bridge.pairs import Pair, Side
from firebreak.engine.identity.compare.chinese import BY_NAME
from firebreak.terms.masking import mask, shown
from firebreak.web.identity.page import pair as in_both
from firebreak.web.identity.page import plain, render, texts
from firebreak.web.identity.waterfall import bars_of

_FIELD = {"document": "doc_number", "birth": "birth_date"}
_MOST = 3
_PAGE = 100


def value(name: str, text: str, names: bool) -> str:
    """One value as it may be seen: masked unless ``names``."""
    field = _FIELD.get(name, name)
    if names:
        return shown(field, text)
    if name == "birth":
        return f"{text[:4]}-**-**" if len(text) > 4 else text
    return text if name == "sex" else mask(field, text)


def values(side: Side, name: str, names: bool) -> list[str]:
    """The first values of a side, and how many more there are. Masked values that look alike stand once."""
    every = list(dict.fromkeys(value(name, text, names) for text in side.values[name]))
    return every[:_MOST] + ([f"+{len(every) - _MOST}"] if len(every) > _MOST else [])


def level(name: str, word: str) -> Markup:
    """A level of a comparison in both languages."""
    return in_both(level_word(name, word, "zh"), level_word(name, word, "en"))


def level_word(name: str, word: str, lang: str) -> str:
    """A level of a comparison in one language; the word itself where this version does not know it."""
    levels = BY_NAME[name].levels if name in BY_NAME else ()
    found = next((one for one in levels if one.word == word), None)
    return word if found is None else found.zh if lang == "zh" else found.en


def block(found: Pair, names: bool) -> dict[str, Any]:
    """What the template of a waterfall needs."""
    bars = bars_of(found)
    steps = [
        {
            "name": step.name,
            "level": level(step.name, step.level),
            "weight": step.weight,
            "adjustment": step.adjustment,
            "left": values(found.left, step.name, names),
            "right": values(found.right, step.name, names),
            "bar": bars[at] if bars else None,
        }
        for at, step in enumerate(found.steps, start=1)
    ]
    ends = {"first": bars[0], "last": bars[-1]} if bars else {"first": None, "last": None}
    return {"pair": found, "steps": steps, **ends}


def pair_page(found: Pair, lang: str, names: bool, by: str = "", reason: str = "") -> str:
    """The page of one pair."""
    return render("pair", lang, simulated=found.simulated, block=block(found, names), names=names, by=by, reason=reason)


def reviews_page(pairs: Sequence[Pair], waiting: int, lang: str, names: bool = False) -> str:
    """The page of the queue: a waterfall for each of the first pairs."""
    return render(
        "reviews", lang, simulated=any(one.simulated for one in pairs),
        blocks=[block(one, names) for one in pairs[:_PAGE]], waiting=waiting,
    )  # fmt: skip


def reviews_table(reviews: pl.DataFrame, lang: str, simulated: bool) -> pl.DataFrame:
    """The queue as rows of text: records, people, weight, and the level of each comparison; no value of a person."""
    names = list(_levels(reviews["gammas"][0])) if reviews.height else []
    rows = []
    for row in reviews.iter_rows(named=True):
        levels = _levels(row["gammas"])
        cells = ["演练 DRILL"] if simulated else []
        cells += [f"{row[f'{side}_record_id']}/{row[f'{side}_part']}" for side in ("left", "right")]
        cells += [f"{row[f'{side}_person_id']}" for side in ("left", "right")]
        cells += [f"{row['weight']:.2f}", f"{row['probability']:.4f}"]
        rows.append([*cells, *(levels.get(name, "") for name in names)])
    heads = ["演练/DRILL"] if simulated else []
    heads += [
        texts().text(f"review.{key}", lang) for key in ("left_record", "right_record", "left_person", "right_person")
    ]
    heads += [texts().text("pair.weight", lang), texts().text("pair.probability", lang)]
    heads += [plain("field", name, lang) for name in names]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")


def _levels(gammas: str) -> dict[str, str]:
    return {
        name: f"{row['level']} ({row['weight'] + row['adjustment']:+.1f})" for name, row in json.loads(gammas).items()
    }


def as_csv(table: pl.DataFrame) -> bytes:
    """UTF-8 with BOM, so that Excel opens it with its characters right."""
    long = [name for name in table.columns if table[name].str.contains(r"^\d{16,}$").any()]
    kept = table.with_columns(pl.col(long) + "\t") if long else table
    return b"\xef\xbb\xbf" + kept.write_csv(line_terminator="\r\n").encode()


def as_xlsx(table: pl.DataFrame, title: str) -> bytes:
    """One sheet of text; nothing in it is ever a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True, "bg_color": "#e8edf2"})
    for at, heading in enumerate(table.columns):
        sheet.set_column(at, at, 22 if at < 5 else 14)
        sheet.write_string(0, at, heading, bold)
    for line, row in enumerate(table.iter_rows(), start=1):
        for at, text in enumerate(row):
            sheet.write_string(line, at, text or "")
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()
