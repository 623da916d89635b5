"""Waterfalls, the queue and the model on the terminal."""

from __future__ import annotations

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from firebreak.bridge.pairs import Pair
from firebreak.cli.language import language, say
from firebreak.engine.identity.model.model import Model
from firebreak.web.identity.modelling import charts
from firebreak.web.identity.page import plain, texts
from firebreak.web.identity.pairing import level_word, reviews_table, values
from firebreak.web.identity.waterfall import WIDTH, Bar, bars_of

_CELLS = 28
_STYLE = {"for": "cyan4", "against": "dark_orange3", "sumbar": "default"}


def print_pair(found: Pair, names: bool) -> None:
    """The waterfall: one line a comparison, values of both sides, level, bar, bits."""
    console, lang = Console(), language()
    if found.simulated:
        console.print(Text(f" {texts().text('page.drill', lang)} ", style="bold black on yellow"))
    table = Table(title_justify="left", title=f"{found.left.label} – {found.right.label}")
    for key in ("field", "left", "right", "level"):
        table.add_column(texts().text(f"pair.{key}", lang), overflow="fold")
    table.add_column("")
    table.add_column(texts().text("pair.bits", lang), justify="right")
    drawn: list[Bar | None] = list(bars_of(found))
    bars = drawn or [None] * (len(found.steps) + 2)
    if found.prior is not None:
        table.add_row(texts().text("pair.start", lang), "", "", "", _bar(bars[0]), f"{found.prior:+.1f}")
    for step, bar in zip(found.steps, bars[1:], strict=False):
        sides = [Text(" · ".join(values(side, step.name, names)) or "—") for side in (found.left, found.right)]
        bits = "" if step.weight is None else f"{step.weight:+.1f}"
        table.add_row(plain("field", step.name, lang), *sides, level_word(step.name, step.level, lang), _bar(bar), bits)
    if found.weight is not None:
        share = f"{texts().text('pair.probability', lang)} {found.probability:.4f}"
        table.add_row(texts().text("pair.total", lang), "", "", share, _bar(bars[-1]), f"{found.weight:+.1f}")
    console.print(table)
    _rest(console, found, lang)


def _rest(console: Console, found: Pair, lang: str) -> None:
    if found.together:
        console.print(texts().text("pair.together", lang, person=found.left.person_id))
    else:
        people = {"left": found.left.person_id, "right": found.right.person_id}
        console.print(texts().text("pair.apart", lang, **people))
    for rule, one, other in found.tied:
        console.print(Text(f"  {plain('rule', rule, lang)}: {one} – {other}"))
    for number, kind in found.rulings:
        console.print(Text(f"  {texts().text('review.decide', lang)} {number}: {plain('kind', kind, lang)}"))


def _bar(bar: Bar | None) -> Text:
    """A bar of characters on the same scale as the drawn one."""
    if bar is None:
        return Text("")
    first, last = (round(at / WIDTH * _CELLS) for at in (bar.x, bar.x + bar.width))
    last = max(last, first + 1)
    return Text(" " * first).append("█" * (last - first), style=_STYLE[bar.kind]).append(" " * (_CELLS - last))


def print_reviews(reviews: pl.DataFrame, simulated: bool) -> None:
    """The first of the queue."""
    console = Console()
    shown = reviews_table(reviews.head(20), language(), simulated)
    table = Table(title=texts().text("review.queue", language(), n=reviews.height), title_justify="left")
    for name in shown.columns:
        table.add_column(name, overflow="fold")
    for row in shown.iter_rows():
        table.add_row(*(Text(cell) for cell in row))
    console.print(table if reviews.height else texts().text("review.empty", language()))
    if reviews.height > shown.height:
        console.print(Text(say("link.more", n=reviews.height - shown.height), style="bright_black"))


def print_model(model: Model) -> None:
    """Every level with its weight, as a bar."""
    lang = language()
    table = Table(title=f"{texts().text('model.title', lang)} {model.version} · {model.made_of}", title_justify="left")
    for key in ("level", "weight", "m", "u"):
        table.add_column(texts().text(f"model.{key}", lang), justify="left" if key == "level" else "right")
    for chart in charts(model):
        table.add_section()
        table.add_row(Text(plain("field", chart.name, lang), style="bold"))
        for one in chart.levels:
            weight = f"{one.weight:+.1f}{'*' if one.adjusted else ''}"
            table.add_row(Text(f"  {level_word(chart.name, one.word, lang)}"), weight, f"{one.m:.2e}", f"{one.u:.2e}")
    Console().print(table)
