"""The reason given for a rule's verdict never says the opposite of what the engine found, on generated rides."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generative.travel import Row, rides, services

from firebreak.bridge.compare import key_of
from firebreak.engine.tracing import oracle
from firebreak.engine.tracing.rules import RulePack, shipped_rules
from firebreak.engine.tracing.why import everybody, verdict

PACKS = [pack for versions in shipped_rules().values() for pack in versions]
LISTS = {"companion", "crew_coach", "crew_set", "crew_vehicle", "later", "rest", "whole_coach", "whole_set",
         "whole_vehicle", "unplaced", "bays", "compartment", "metres", "seats", "rows"}  # fmt: skip
LEAVES_OUT = {"companion_not", "crew_not", "no_setting", "later_not", "passengers_not", "other_coach", "rows_beyond",
              "metres_beyond", "bays_beyond", "seats_beyond", "short", "unplaced_not"}  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(travelled=rides(), timetable=services(), pack=st.sampled_from(PACKS))
def test_a_reason_lists_whom_the_rule_lists_and_nobody_else(
    travelled: list[Row], timetable: list[Row], pack: RulePack
) -> None:
    own = [ride for ride in travelled if ride["person_id"] == 1]
    found = {key_of(row): row["contact_level"] for row in oracle.contacts(travelled, own, timetable, pack)}
    for row in oracle.contacts(travelled, own, timetable, everybody()):
        said = verdict(row, pack, found.pop(key_of(row), None))
        assert said.reason in (LISTS if said.level else LEAVES_OUT), (said, pack.cite)
        rule = pack.on(row["setting"])
        assert said.reason != "seats_beyond" or rule.seats is not None
        assert said.reason != "short" or row["minutes"] < (rule.minutes or rule.cumulative_minutes)
    assert not found  # whoever a rule lists is among everybody on board
