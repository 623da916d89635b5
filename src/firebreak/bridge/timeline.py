"""Everything any record says of each person, sorted by person: what a file is read from, without looking for it."""

from __future__ import annotations

import ibis

from firebreak.bridge.engines import DUCKDB
from firebreak.bridge.session import session
from firebreak.engine.backends.base import Executor, Expr
from firebreak.lake.lake import Lake
from firebreak.terms.tables import FACTS, TIMELINE

_KEY = ("record_id", "part")
_MOMENT = {
    "journey": ("board_date", "board_at", "alight_at"),
    "stay": ("", "start_at", "end_at"),
    "check": ("", "at", ""),
    "test": ("", "sampled_at", "result_at"),
    "registration": ("", "at", ""),
    "residence": ("valid_from", "", ""),
    "declaration": ("arrived_on", "at", ""),
    "roster": ("returned_on", "", ""),
    "case": ("reported_on", "", "isolated_at"),
}
"""The day, the moment and the end of each category's facts."""
_TOLD = {
    "journey": ("mode", "service_no", "from_place", "to_place", "coach_seat", "ticket_state"),
    "stay": ("place_kind", "place_name", "", "", "cell", ""),
    "check": ("post_kind", "post", "from_place", "", "", "direction"),
    "test": ("method", "laboratory", "", "", "", "result"),
    "registration": ("kind", "place_name", "", "", "", ""),
    "residence": ("kind", "", "", "", "", ""),
    "declaration": ("", "service_no", "from_place", "", "", ""),
    "roster": ("", "organisation", "", "", "job", ""),
    "case": ("", "place_name", "", "", "case_no", "state"),
}
"""What kind, what, from, to, where in it, with what result."""
_COLUMNS = ("kind", "what", "from_place", "to_place", "within", "result")


def make_timeline(lake: Lake, engine: str = DUCKDB) -> None:
    """Replace the table ``timeline`` from the facts of every category and the links."""
    with lake.writer(), session(lake, engine) as opened, lake.scratch() as folder:
        path = folder / "timeline.parquet"
        opened.executor.write(timeline(opened.executor), path, TIMELINE.sort, "timeline")
        lake.replace("timeline", path)


def timeline(run: Executor) -> Expr:
    """The rows of ``timeline``."""
    links = run.table("links").select(*_KEY, "person_id")
    told = [_told(run.table(FACTS[category].name), category) for category in _TOLD]
    return ibis.union(*told, distinct=False).join(links, list(_KEY)).select(*TIMELINE.names)


def _told(facts: Expr, category: str) -> Expr:
    """The facts of a category in the columns of ``timeline``."""
    day, at, until = _MOMENT[category]
    named = dict(zip(_COLUMNS, _TOLD[category], strict=True))
    columns = {name: _text(facts, column) for name, column in named.items()}
    return facts.select(
        *_KEY,
        category=ibis.literal(category),
        on_day=facts[day] if day else ibis.null("date"),
        at=facts[at] if at else ibis.null("timestamp('UTC', 6)"),
        until=facts[until] if until else ibis.null("timestamp('UTC', 6)"),
        temperature=facts.temperature if "temperature" in facts.columns else ibis.null("float32"),
        **columns,
    )


def _text(facts: Expr, column: str) -> Expr:
    if column == "coach_seat":
        coach = facts.coach.cast("string").fill_null(facts.coach_label)
        row = facts.row.fill_null(facts.seat_no).cast("string")
        seat = row + facts.letter.fill_null("")
        return ibis.ifelse(seat.notnull(), coach.fill_null("") + "-" + seat, coach)
    return facts[column].cast("string") if column else ibis.null("string")
