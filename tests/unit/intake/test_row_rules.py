"""The rules over several columns, by their table, and by a second, plain implementation."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firebreak.engine.intake.rules import CABIN_CASES, JOURNEY_CASES, MODE_CASES, apply_rules
from firebreak.terms.enums import Category

SHANGHAI = ZoneInfo("Asia/Shanghai")
SCHEMA = {"board_date": pl.Date, "board_at": pl.Datetime("us", "UTC"), "alight_at": pl.Datetime("us", "UTC")}


def _utc(local: datetime | None) -> datetime | None:
    return local.replace(tzinfo=SHANGHAI).astimezone(UTC) if local else None


def _frame(rows) -> pl.DataFrame:
    return pl.DataFrame([(day, _utc(start), _utc(end)) for day, start, end in rows], schema=SCHEMA, orient="row")


@pytest.mark.parametrize(
    ("before", "after", "code"), [case[1:] for case in JOURNEY_CASES], ids=[c[0] for c in JOURNEY_CASES]
)
def test_every_row_of_the_table_holds(before, after, code):
    ruled = apply_rules(Category.JOURNEY, _frame([before]))
    assert ruled.frame.select(*SCHEMA).rows() == _frame([after]).rows()
    assert ruled.issues["code"].to_list() == ([code] if code else [])


def _plainly(day, start, end):
    """One row at a time, in local time, step by step as the manual tells it."""
    issues = []
    if start and end and start.time() == time(0) and (end.time() == time(23, 59, 59) or end == start):
        start = end = None
    if end and end.time() == time(23, 59, 59):
        end = None
    if day and start and start.date() != day:
        issues.append("board_at")
        start = end = None
    if start and end and end < start:
        if end.date() == start.date():
            end += timedelta(days=1)
        else:
            issues.append("alight_at")
            end = None
    return (day or (start.date() if start else None), start, end), issues


_days = st.sampled_from([date(2020, 1, 22), date(2020, 1, 23), date(2020, 1, 24)])
_clocks = st.sampled_from([time(0), time(0, 19), time(7, 59), time(8), time(12), time(22, 58), time(23, 59, 59)])
_moments = st.one_of(st.none(), st.builds(datetime.combine, _days, _clocks))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.one_of(st.none(), _days), _moments, _moments), max_size=30))
def test_the_rules_equal_the_plain_telling(rows):
    ruled = apply_rules(Category.JOURNEY, _frame(rows))
    told = [_plainly(*row) for row in rows]
    assert ruled.frame.select(*SCHEMA).rows() == _frame([row for row, _ in told]).rows()
    expected = [(index, field) for index, (_, issues) in enumerate(told) for field in sorted(issues)]
    assert ruled.issues.select("index", "field").rows() == expected


def test_other_categories_pass_unchanged():
    frame = pl.DataFrame({"place_name": ["x"]})
    ruled = apply_rules(Category.STAY, frame)
    assert ruled.frame.equals(frame)
    assert ruled.issues.is_empty()


def test_columns_that_a_channel_lacks_are_not_invented():
    ruled = apply_rules(Category.JOURNEY, pl.DataFrame({"service_no": ["G1"], "board_date": [date(2020, 1, 23)]}))
    assert ruled.frame.columns == ["service_no", "board_date", "mode", "coach"]


@pytest.mark.parametrize(("number", "before", "after"), MODE_CASES)
def test_the_number_says_the_mode_where_the_form_was_filled_in_wrongly(number, before, after):
    frame = pl.DataFrame(
        {"service_no": [number], "mode": [before]}, schema={"service_no": pl.String, "mode": pl.String}
    )
    assert apply_rules(Category.JOURNEY, frame).frame["mode"].to_list() == [after]


@pytest.mark.parametrize(("mode", "before", "row", "after"), CABIN_CASES)
def test_a_seat_in_an_aircraft_or_a_bus_is_in_its_one_cabin(mode, before, row, after):
    schema = {"mode": pl.String, "coach": pl.Int16, "row": pl.Int16}
    frame = pl.DataFrame([(mode, before, row)], schema=schema, orient="row")
    assert apply_rules(Category.JOURNEY, frame).frame["coach"].to_list() == [after]
