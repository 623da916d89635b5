"""The real public lists go in whole: every row typed or rejected with a reason. No row of a patient is shown.

Known answers are those published with the data (``shared/data/README.md``). Where the engine finds more or other than
published, the test says why.
"""

from __future__ import annotations

import re

import polars as pl
import pytest
from tests.acceptance.typed_lists import AS_OF, FILES, rides, typed_list
from tests.shared_data import ROOT, shared

from firebreak.engine.intake.ingest import ingest
from firebreak.engine.intake.report import Outcome
from firebreak.engine.intake.spec import SHIPPED, load_specs
from firebreak.engine.intake.tally import table, tallies
from firebreak.lake import Lake

ROWS = {
    "trips-nosugar": (3092, {"board_at": 21, "alight_at": 7, "seat_memo": 18, "coach": 1}),
    "trips-sogou": (2531, {}),
    "hk-chp-flights": (181, {"seat": 4}),
    "hk-chp-cases": (411, {"onset_on": 32}),
    "hk-chp-buildings": (437, {}),
}
"""Rows of each list, and how many values of which field are rejected."""


@pytest.mark.parametrize("channel", ROWS)
def test_every_row_is_typed_or_rejected_with_a_reason(channel):
    rows, refused = ROWS[channel]
    whole = typed_list(channel)
    assert whole.rows == rows
    assert whole.rows == whole.kept + whole.rejected
    assert (whole.facts["record_id"] & 0xFFFFFFFF).n_unique() == whole.kept
    assert whole.rejects.filter(pl.any_horizontal(pl.col("code", "rule", "remedy").fill_null("") == "")).is_empty()
    assert dict(whole.rejects.group_by("field").len().iter_rows()) == refused


def test_modes_are_those_published():
    counts = dict(typed_list("trips-nosugar").cells["t_type"].value_counts().iter_rows())
    assert (counts["2"], counts["1"], counts["5"]) == (1268, 365, 343)
    first = rides("trips-nosugar").filter(pl.col("part") == 0)
    modes = dict(first["mode"].value_counts().iter_rows())
    assert (modes["train"], modes["flight"], modes["bus"]) == (1268, 365, 343)


def test_no_reject_shows_a_value():
    for channel in ROWS:
        shapes = typed_list(channel).rejects["value_class"].to_list()
        assert [shape for shape in shapes if re.search(r"[0-8B-Zb-z]", re.sub(r"\{\d+\}", "", shape))] == []


def test_the_lists_are_recognised_and_taken_into_a_lake_once(tmp_path):
    lake, specs = Lake.open(tmp_path / "lake", create=True), load_specs([SHIPPED])
    paths = [shared(FILES[channel]) for channel in ROWS]
    first = ingest(paths, lake, specs, AS_OF, "test")
    counted = {one.channel: (one.rows, one.kept, one.rejected) for one in tallies(first)}
    assert counted == {channel: (rows, rows, 0) for channel, (rows, _) in ROWS.items()}
    refused = {one.channel: sum(one.reasons.values()) for one in tallies(first)}
    assert refused == {channel: sum(fields.values()) for channel, (_, fields) in ROWS.items()}
    before = lake.batches()
    again = ingest(paths, lake, specs, AS_OF, "test")
    assert {file.outcome for file in again.files} == {Outcome.REPEATED}
    assert lake.batches() == before
    page = (ROOT / "docs/reference/public-lists.md").read_text("utf-8")
    shown = {" ".join(line.split()) for line in page.splitlines()}
    assert {" ".join(line.split()) for line in table(first).splitlines()} <= shown
