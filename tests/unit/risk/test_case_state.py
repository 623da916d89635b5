"""Of one day's words about a case the last that was delivered holds."""

from __future__ import annotations

from datetime import date

import pytest

from firebreak.engine.risk.person import Told, row_of
from firebreak.engine.risk.vocabulary import Kind

DAY = date(2020, 2, 1)
LATER = date(2020, 2, 3)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ([Told(Kind.EXCLUDED, DAY, DAY), Told(Kind.CONFIRMED, DAY, LATER)], "confirmed"),
        ([Told(Kind.EXCLUDED, DAY, LATER), Told(Kind.CONFIRMED, DAY, DAY)], "excluded"),
        ([Told(Kind.EXCLUDED, DAY, DAY), Told(Kind.CONFIRMED, DAY, DAY)], "excluded"),
        ([Told(Kind.RECOVERED, LATER, LATER), Told(Kind.CONFIRMED, DAY, date(2020, 2, 9))], "recovered"),
    ],
)
def test_a_case_is_what_was_delivered_last_of_its_newest_day(facts: list[Told], state: str) -> None:
    assert row_of(facts, date(2020, 2, 10))["case_state"] == state
    assert row_of(facts[::-1], date(2020, 2, 10))["case_state"] == state
