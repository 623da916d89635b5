"""One order under several rules on a small made-up lake: the lists are those of each rule alone, the reasons agree."""

from __future__ import annotations

import csv
import io
import json
import stat
from datetime import date

import pytest
from click.testing import CliRunner
from tests.report_lake import made_up_lake

from firebreak.bridge.compare import compare, rules_named
from firebreak.bridge.orders import Order
from firebreak.bridge.paths import path_between
from firebreak.bridge.session import session
from firebreak.bridge.trace import trace
from firebreak.cli import explain
from firebreak.cli.language import use
from firebreak.cli.trace import command
from firebreak.engine.tracing.rules import shipped_rules
from firebreak.terms.errors import OrderError
from firebreak.web.report.compare_files import render_csv, render_page, render_xlsx
from firebreak.web.report.path_page import render_path, step_lines

DAY = date(2020, 1, 23)
SEAT = Order(service_no="D3008", day=DAY, coach="5", seat="7A", from_place="汉口", to_place="无锡")
PAIR = ("jiangsu-first-list", "nhc-v5")


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    return made_up_lake(tmp_path_factory.mktemp("lake"))[0]


@pytest.fixture
def opened(lake):
    with session(lake) as found:
        yield found


@pytest.fixture
def found(opened):
    return compare(opened, SEAT, PAIR, as_of=DAY, by="tester")


def _listed(comparison, at):
    return {line.person.person_id for line in comparison.lines if line.verdicts[at].level}


def test_each_column_lists_whom_the_rule_alone_lists(opened, found):
    for at, name in enumerate(PAIR):
        alone = trace(opened, SEAT, as_of=DAY, by="tester", specs=[], rule=name)
        near = {one.person.person_id for one in alone.contacts if one.exposures}
        assert _listed(found, at) == near


def test_three_rows_are_part_of_the_whole_coach_and_the_difference_is_named(found):
    first, coach = _listed(found, 0), _listed(found, 1)
    assert first < coach
    only = found.only(1)
    assert {line.person.person_id for line in only} == coach - first
    assert {line.verdicts[0].reason for line in only} == {"rows_beyond"}
    assert {line.verdicts[1].reason for line in only} == {"whole_coach"}
    assert all(line.row_gap > 3 for line in only)


def test_groups_hold_every_line_once_and_agree_in_every_verdict(found):
    assert sorted(line.record_id for group in found.groups for line in group.lines) == sorted(
        line.record_id for line in found.lines
    )
    for group in found.groups:
        assert all(
            [one.reason for one in line.verdicts] == [one.reason for one in group.verdicts] for line in group.lines
        )


def test_a_version_named_out_of_its_time_is_told(opened, found):
    assert [column.in_force for column in found.columns] == [True, False]
    report = trace(opened, SEAT, as_of=DAY, by="tester", specs=[], rule="nhc-v5")
    assert not report.in_force
    assert trace(opened, SEAT, as_of=DAY, by="tester", specs=[], rule="nhc").rules == ("nhc@2",)


def test_all_means_every_version_of_every_rule_once():
    every = [pack.cite for versions in shipped_rules().values() for pack in versions]
    assert list(rules_named(["all", "nhc@5"])) == every
    assert rules_named(["nhc, who", "nhc"]) == ("nhc", "who")


def test_the_files_say_drill_and_hold_masked_names_only(found):
    full = {line.person.text("name") for line in found.lines if len(line.person.text("name")) > 1}
    rows = list(csv.reader(io.StringIO(render_csv(found).decode("utf-8-sig"))))
    listed = [line for line in found.lines if any(one.level for one in line.verdicts)]
    assert len(rows) == 1 + len(listed)
    assert {row[0] for row in rows[1:]} == {"演练"}
    page = render_page(found)
    assert "DRILL" in page
    assert not any(name in page for name in full)
    assert not any(cell in full for row in rows for cell in row)
    assert render_xlsx(found, "en")[:2] == b"PK"


def test_the_command_sets_two_rules_side_by_side_and_writes_files_for_their_owner_only(lake, tmp_path):
    use("zh")
    asked = ["--lake", str(lake.root), "--train", "D3008", "--date", "2020-01-23", "--coach", "5", "--seat", "7A",
             "--rules", ",".join(PAIR), "--as-of", "2020-01-23", "--quiet"]  # fmt: skip
    result = CliRunner().invoke(command, [*asked, "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "整节车厢" in result.output
    assert "超出前后 3 排" in result.output
    written = sorted(tmp_path.iterdir())
    assert [path.suffix for path in written] == [".csv", ".html", ".xlsx"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}
    plain = json.loads(CliRunner().invoke(command, [*asked, "--json"]).output)
    assert [column["cite"] for column in plain["columns"]] == ["jiangsu-first-list@1", "nhc@5"]
    assert all("values" not in line for line in plain["lines"])


def test_a_path_leads_from_the_case_over_the_ride_and_the_rule_to_the_contact(opened):
    report = trace(opened, SEAT, as_of=DAY, by="tester", specs=[])
    first = report.contacts[0]
    path = path_between(opened, SEAT, first.person.person_id, rule="", as_of=DAY)
    step = path.steps[0]
    assert {step.contact.source.record_id for step in path.steps} <= {one.record_id for one in first.exposures}
    lines = step_lines(path, step, "zh")
    assert len(lines) == 5
    assert str(step.case.source.record_id) in lines[1]
    assert path.cite in lines[2]
    assert str(step.contact.source.record_id) in lines[4]
    page = render_path(path)
    assert "<svg" in page
    assert "DRILL" in page
    assert not any(value.text in page for value in first.person.values.values() if len(value.text) > 3)


def test_no_path_leads_to_somebody_the_rule_does_not_list(opened):
    with pytest.raises(OrderError) as refused:
        path_between(opened, SEAT, 10**12, rule="", as_of=DAY)
    assert refused.value.code == "FB-EXPLAIN-PATH"


def test_the_command_draws_the_path_of_a_case(lake, opened, tmp_path):
    use("en")
    case = Order(case_no=opened.rows("cases")[0]["case_no"])
    person = trace(opened, case, as_of=DAY, by="tester", specs=[]).contacts[0].person.person_id
    what = f"{case.case_no}/person:{person}"
    asked = [what, "--lake", str(lake.root), "--as-of", "2020-01-23", "--out", str(tmp_path)]
    result = CliRunner().invoke(explain.command, asked)
    use("zh")
    assert result.exit_code == 0, result.output
    assert "Path of an exposure" in result.output
    assert [path.suffix for path in tmp_path.iterdir()] == [".html"]
