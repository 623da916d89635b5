"""The whole of identity on Spark: the same people, reviews and notes as on DuckDB."""

from __future__ import annotations

import pytest
from tests.executors import needs_spark
from tests.unit.identity.people import arrow, crowd, resolved
from tests.unit.identity.test_people import ROWS

from firebreak.engine.identity.compare.chinese import COMPARISONS
from firebreak.engine.identity.model.model import default
from firebreak.engine.identity.resolution import no_rulings
from firebreak.engine.identity.resolve import resolve
from firebreak.terms.tables import JOURNEYS, MENTIONS


@pytest.mark.long
@needs_spark
def test_people_reviews_and_notes_are_those_of_duckdb() -> None:
    from firebreak.engine.backends.spark import Spark

    rows = [*ROWS, *crowd(1000, 300)]
    with Spark() as spark:
        spark.put("mentions", arrow(MENTIONS, rows))
        spark.put("journeys", arrow(JOURNEYS, []))
        there = resolve(spark, default(COMPARISONS), no_rulings())
    here = resolved(rows)
    assert there.groups.equals(here.groups)
    assert there.reviews.equals(here.reviews)
    assert there.notes.equals(here.notes)
