"""From an order to its report on a small made-up lake: the list is that of plain counting over the made-up train."""

from datetime import date

import pytest
from click.testing import CliRunner
from tests.report_lake import made_up_lake

from firebreak.bridge.orders import Order
from firebreak.bridge.report import FIELDS
from firebreak.bridge.session import session
from firebreak.bridge.specs import specs_from
from firebreak.bridge.trace import trace
from firebreak.cli.language import use
from firebreak.cli.trace import command
from firebreak.terms.errors import OrderError

DAY = date(2020, 1, 23)
SEAT = Order(service_no="D3008", day=DAY, coach="5", seat="7A", from_place="汉口", to_place="无锡")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return made_up_lake(tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="module")
def report(made):
    with session(made[0]) as opened:
        return trace(opened, SEAT, as_of=DAY, by="tester", specs=[], rows=3)


def near(contacts):
    """Person and relation of those within the rows."""
    wide = ("coach", "crew", "same_order", "same_seat_later")
    found = ((one.person.person_id, one.nearest.relation) for one in contacts)
    return {(person, relation) for person, relation in found if relation not in wide}


def test_the_list_within_three_rows_is_that_of_plain_counting(made, report):
    assert near(report.contacts) == near(made[1].contacts)


def test_standing_passengers_are_at_coach_level_only(report):
    standing = {one.person_id for one in report.rides[0].coaches[0].sittings if one.place == "standing"}
    listed = {one.person.person_id: one.nearest.relation for one in report.contacts}
    assert {listed.get(person) for person in standing} <= {"coach", None}


def test_minutes_and_segments_are_those_of_the_overlap(made, report):
    expected = {one.person.person_id: one.nearest for one in made[1].contacts}
    for contact in report.contacts:
        if contact.person.person_id in expected:
            other = expected[contact.person.person_id]
            assert (contact.nearest.from_seq, contact.nearest.to_seq) == (other.from_seq, other.to_seq)
            assert abs(contact.nearest.minutes - other.minutes) <= 2  # the timetable's stop of two minutes


def test_the_nearest_come_first(report):
    order = [one.nearest.relation for one in report.contacts]
    assert order.index("adjacent") < order.index("same_row") < order.index("rows_1") < order.index("rows_3")
    assert [one.rank for one in report.contacts] == list(range(1, len(report.contacts) + 1))


def test_values_are_those_of_the_lake_with_their_sources(made, report):
    expected = {one.person.person_id: one.person for one in made[1].contacts}
    for contact in report.contacts:
        if contact.person.person_id not in expected:
            continue
        person = expected[contact.person.person_id]
        assert {field: value.text for field, value in contact.person.values.items()} == {
            field: value.text for field, value in person.values.items()
        }
        for field, value in contact.person.values.items():
            assert value.completed == person.values[field].completed
            assert value.rivals == min(person.values[field].rivals, 1)


def test_completeness_counts_each_field(report):
    for one in report.completeness:
        assert one.known == sum(one.field in contact.person.values for contact in report.contacts)
    assert {one.field for one in report.completeness} == set(FIELDS)


def test_the_coach_shows_everybody_known(made, report):
    def places(of):
        return {(one.person_id, one.seat, one.board_seq, one.alight_seq) for one in of.rides[0].coaches[0].sittings}

    assert places(report) == places(made[1])
    assert not report.rides[0].coaches[0].assumed


def test_seats_without_anybody_are_named_as_a_gap(report):
    gap = next(one for one in report.gaps if one.kind == "empty")
    sittings = report.rides[0].coaches[0].sittings
    for place in gap.values["places"].split():
        covered = set()
        for one in sittings:
            if one.seat == place:
                covered |= set(range(one.board_seq, one.alight_seq))
        assert covered < set(range(8))


@pytest.mark.parametrize("as_of", [date(2019, 1, 1), date(1900, 1, 1)], ids=str)
def test_an_empty_list_says_first_that_the_case_has_no_ride(made, as_of):
    with session(made[0]) as opened:
        empty = trace(opened, Order(case_no="WX-0001"), as_of=as_of, by="tester", specs=specs_from())
    assert (empty.rides, empty.contacts, empty.gaps[0].kind) == ((), (), "no_ride")
    assert empty.gaps[0].ask
    use("en")
    arguments = ["--lake", str(made[0].root), "--case", "WX-0001", "--as-of", as_of.isoformat(), "--quiet"]
    result = CliRunner().invoke(command, arguments, standalone_mode=False)
    use("zh")
    assert result.return_value == 1
    assert "No ride of the case" in result.output
    assert "Nothing is missing" not in result.output


def test_the_report_is_a_drill_s_and_names_its_evidence(report):
    assert report.simulated
    assert report.case.case_no == "WX-0001"
    records = {one.nearest.record_id for one in report.contacts}
    assert records <= {one.record_id for one in report.evidence}
    assert all(one.file for one in report.evidence)


def test_the_command_masks_names_and_writes_three_files(made, tmp_path):
    use("zh")
    arguments = ["--lake", str(made[0].root), "--train", "D3008", "--date", "2020-01-23", "--coach", "5", "--seat",
                 "7A", "--rows", "3", "--as-of", "2020-01-23", "--quiet"]  # fmt: skip
    result = CliRunner().invoke(command, [*arguments, "--out", str(tmp_path)])
    assert result.exception is None, result.output
    assert "演练" in result.output
    documents = [one.person.text("doc_number") for one in made[1].contacts]
    assert not any(document in result.output for document in documents)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".csv", ".html", ".xlsx"]
    assert all(path.name.startswith("DRILL_") for path in tmp_path.iterdir())
    page = next(tmp_path.glob("*.html")).read_text("utf-8")
    assert all(document in page for document in documents)


def test_the_command_says_what_an_order_lacks(made):
    result = CliRunner().invoke(command, ["--lake", str(made[0].root), "--train", "D3008", "--quiet"])
    assert isinstance(result.exception, OrderError)
    assert result.exception.code == "FB-ORDER-SEAT"
