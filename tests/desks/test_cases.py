"""The case desk: cases by hand and from the channels, one press to a list, one confirmation to the orders."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.desks.people import BY, SUZHOU, WUXI, account, actor
from tests.report_lake import DAY, made_up_lake, rows_of

from firebreak.bridge.case_work import make_list, take_cases
from firebreak.bridge.orders import Order as CaseOrder
from firebreak.bridge.publish import publish
from firebreak.bridge.session import frame, session
from firebreak.bridge.trace import trace
from firebreak.lake.lake import Lake
from firebreak.ops.accounts import actions as accounts
from firebreak.ops.accounts.actors import actor_of
from firebreak.ops.base.actor import Actor
from firebreak.ops.base.policy import Refused
from firebreak.ops.base.scope import acting_as, everywhere
from firebreak.ops.cases import actions, selectors
from firebreak.ops.cases.models import Case, Contact, ContactList, Step
from firebreak.ops.ledger.models import Entry
from firebreak.ops.orders.models import Assignment, Order, Task
from firebreak.ops.persons.models import Person
from firebreak.ops.runs.models import Run
from firebreak.ops.runs.progress import Job
from firebreak.ops.runs.tasks import work
from firebreak.terms.errors import FirebreakError
from firebreak.terms.offices import Office, ReachKind

LIANGXI = "320213"
AS_OF = date(2020, 1, 24)
WHY = "实验室报告阳性"


def opened(by: Actor, number: str = "WX-1", **more: Any) -> Case:
    given = {"state": "suspected", "division": LIANGXI, "reason": WHY} | more
    found: Case = actions.open_case(case_no=number, by=by, **given)
    return found


def fresh(model: Any, **where: Any) -> Any:
    with acting_as(BY):
        return everywhere(model, because="test").get(**where)


def rows(model: Any, **where: Any) -> list[Any]:
    with acting_as(BY):
        return list(everywhere(model, because="test").filter(**where).order_by("pk"))


@pytest.fixture
def lake(tmp_path: Path, settings: Any) -> Lake:
    """One train, one suspected case, everybody in coach 5; the desks know them, in two counties and a grid."""
    made, _ = made_up_lake(tmp_path / "lake")
    with session(made) as read:
        people = frame(read, "persons").to_dicts()
    places = [{"division_code": "320213"}, {"division_code": "320508"}, {"division_code": "330106"}]
    rows_now = [one | {"grid_code": None} | places[n % 3] for n, one in enumerate(people)]
    made.replace("persons", rows_of("persons", rows_now))
    settings.FIREBREAK_LAKE = made.root
    settings.FIREBREAK_TODAY = AS_OF
    publish(made)
    return made


def pressed(case: Case, by: Actor, **more: Any) -> ContactList:
    """One press, and the worker's work."""
    case = fresh(Case, pk=case.pk)
    asked = actions.trace(case_id=case.pk, as_of=AS_OF, by=by, **more)
    work.call(asked.run_id)
    found: ContactList = fresh(ContactList, pk=asked.pk)
    return found


def of_the_lake(number: str = "WX-0001") -> Case:
    found: Case = fresh(Case, case_no=number)
    return found


def test_a_case_goes_its_way_step_by_step_with_who_and_why() -> None:
    officer = actor(Office.OFFICER)
    case = opened(officer, dates={"onset_on": date(2020, 1, 21)})
    case = actions.move_case(case_id=case.pk, move="confirm", version=case.version, reason="复核阳性", by=officer)
    case = actions.move_case(case_id=case.pk, move="recover", version=case.version, reason="出院", by=officer)
    steps = [(one.event, one.before, one.after, one.reason, one.by) for one in rows(Step)]
    assert steps == [
        ("opened", "", "suspected", WHY, officer.name), ("moved", "suspected", "confirmed", "复核阳性", officer.name),
        ("moved", "confirmed", "recovered", "出院", officer.name),
    ]  # fmt: skip
    entries = [(one.event, one.reason) for one in rows(Entry) if one.event.startswith("cases.")]
    assert entries == [("cases.opened", WHY), ("cases.moved", "复核阳性"), ("cases.moved", "出院")]


def test_what_the_table_does_not_allow_is_refused_and_nothing_changes() -> None:
    officer = actor(Office.OFFICER)
    case = opened(officer)
    for move in ("recover", "relapse", "reopen", "annul", "no such move"):
        with pytest.raises(FirebreakError) as caught:
            actions.move_case(case_id=case.pk, move=move, version=case.version, reason=WHY, by=officer)
        assert caught.value.code == "FB-CASES-STATE"
    case = actions.move_case(case_id=case.pk, move="confirm", version=case.version, reason=WHY, by=officer)
    with pytest.raises(Refused):  # only a commander takes a confirmation back
        actions.move_case(case_id=case.pk, move="annul", version=case.version, reason=WHY, by=officer)
    commander = actor(Office.COMMANDER)
    case = actions.move_case(case_id=case.pk, move="annul", version=case.version, reason="样本错换", by=commander)
    assert case.state == "excluded"


def both(officer: str, commander: str) -> Actor:
    """Officer of one area, commander of another."""
    user = account(Office.OFFICER, officer, value=officer)
    accounts.grant(user_id=user.pk, office=Office.COMMANDER, kind=ReachKind.DIVISION, value=commander, by=BY)
    return actor_of(user, verified=True)


def test_a_commander_of_elsewhere_is_an_officer_here() -> None:
    by = both(WUXI, SUZHOU)
    case = opened(by)
    case = actions.move_case(case_id=case.pk, move="confirm", version=case.version, reason=WHY, by=by)
    with pytest.raises(Refused):
        actions.move_case(case_id=case.pk, move="annul", version=case.version, reason="样本错换", by=by)
    assert fresh(Case, pk=case.pk).state == "confirmed"
    theirs = both(SUZHOU, WUXI)
    case = actions.move_case(case_id=case.pk, move="annul", version=case.version, reason="样本错换", by=theirs)
    assert case.state == "excluded"


def test_two_officers_on_one_case_do_not_overwrite_each_other() -> None:
    first, second = actor(Office.OFFICER), actor(Office.OFFICER)
    case = opened(first)
    values = {"onset_on": date(2020, 1, 20)}
    actions.change_case(case_id=case.pk, version=case.version, values=values, reason="家属更正", by=first)
    for act in (
        lambda: actions.change_case(case_id=case.pk, version=case.version, values={"onset_on": date(2020, 1, 22)},
                                    reason="再更正", by=second),
        lambda: actions.move_case(case_id=case.pk, move="exclude", version=case.version, reason="阴性", by=second),
    ):  # fmt: skip
        with pytest.raises(FirebreakError) as caught:
            act()
        assert caught.value.code == "FB-CASES-STALE"
    assert (fresh(Case).onset_on, fresh(Case).state) == (date(2020, 1, 20), "suspected")


@pytest.mark.parametrize(
    ("given", "code"),
    [({"number": "  "}, "FB-CASES-NUMBER"), ({"number": "x" * 41}, "FB-CASES-NUMBER"),
     ({"state": "died"}, "FB-CASES-STATE"),
     ({"division": "32021"}, "FB-CASES-DIVISION"), ({"reason": " "}, "FB-CASES-REASON"),
     ({"dates": {"sampled_at": datetime(2020, 1, 22, tzinfo=UTC), "result_at": datetime(2020, 1, 20, tzinfo=UTC)}},
      "FB-CASES-DATES")],
)  # fmt: skip
def test_a_case_that_cannot_be_is_refused_with_what_to_do(given: dict[str, Any], code: str) -> None:
    with pytest.raises(FirebreakError) as caught:
        opened(actor(Office.OFFICER), **given)
    assert caught.value.code == code
    assert rows(Case) == []


def test_a_number_is_one_cases_even_where_the_other_lies_elsewhere() -> None:
    opened(actor(Office.OFFICER, SUZHOU), division=SUZHOU)
    with pytest.raises(FirebreakError) as caught:
        opened(actor(Office.OFFICER))
    assert caught.value.code == "FB-CASES-KNOWN"


def test_the_neighbours_case_is_refused_and_the_try_is_on_record(lake: Lake) -> None:
    take_cases(lake)
    case = of_the_lake()
    theirs = pressed(case, actor(Office.OFFICER))
    by = actor(Office.OFFICER, SUZHOU)
    for act in (
        lambda: actions.move_case(case_id=case.pk, move="confirm", version=1, reason=WHY, by=by),
        lambda: actions.change_case(case_id=case.pk, version=1, values={}, reason=WHY, by=by),
        lambda: actions.trace(case_id=case.pk, as_of=AS_OF, by=by),
        lambda: actions.confirm_list(list_id=theirs.pk, version=1, reason=WHY, by=by),
        lambda: opened(by, "WX-9"),
        lambda: selectors.case(case_id=case.pk, by=by),
        lambda: selectors.contact_list(list_id=theirs.pk, by=by),
    ):
        with acting_as(by), pytest.raises(Refused):
            act()
    with acting_as(by):
        assert not selectors.cases(by=by).exists()
        assert not selectors.contacts(list_id=theirs.pk, by=by).exists()
        assert selectors.steps(case_id=case.pk, by=by) == []
    assert len(rows(Entry, event="access.refused", actor=by.name)) == 5


@pytest.mark.parametrize("office", [Office.CITIZEN, Office.GRID_WORKER, Office.STEWARD, Office.AUDITOR])
def test_other_offices_see_no_case(office: Office) -> None:
    by = actor(office)
    with acting_as(by), pytest.raises(Refused):
        selectors.cases(by=by)


def test_cases_come_from_the_channels_once_and_follow_what_is_told(lake: Lake) -> None:
    assert take_cases(lake) == {"opened": 1, "changed": 0, "same": 0}
    case = of_the_lake()
    assert (case.state, case.onset_on, case.reported_on, case.person_id) == ("suspected", date(2020, 1, 21), DAY, 1)
    assert case.division_code == LIANGXI
    assert take_cases(lake) == {"opened": 0, "changed": 0, "same": 1}
    _tell(lake, state="confirmed", reported_on=date(2020, 1, 24))
    assert take_cases(lake)["changed"] == 1
    assert of_the_lake().state == "confirmed"
    _tell(lake, state="excluded", reported_on=date(2020, 1, 25))  # a channel's word does not annul
    take_cases(lake)
    assert (of_the_lake().state, of_the_lake().told_state) == ("confirmed", "excluded")


def _tell(lake: Lake, **more: Any) -> None:
    """The channels say this of the case now."""
    with session(lake) as read:
        told = frame(read, "cases").to_dicts()
    lake.replace("cases", rows_of("cases", [one | more for one in told]))


def test_what_an_officer_wrote_is_not_overwritten_by_a_channel(lake: Lake) -> None:
    take_cases(lake)
    officer, case = actor(Office.OFFICER), of_the_lake()
    actions.change_case(case_id=case.pk, version=case.version, values={"onset_on": date(2020, 1, 18)}, reason="流调",
                        by=officer)  # fmt: skip
    _tell(lake, onset_on=date(2020, 1, 22))
    take_cases(lake)
    assert of_the_lake().onset_on == date(2020, 1, 18)


def test_one_press_makes_the_list_that_the_engine_makes(lake: Lake) -> None:
    take_cases(lake)
    made = pressed(of_the_lake(), actor(Office.OFFICER))
    assert (made.state, made.code) == ("made", "")
    with session(lake) as read:
        report = trace(read, CaseOrder(case_no="WX-0001"), as_of=AS_OF, by="x", specs=[])
    expected = {
        one.person.person_id: (one.nearest.relation, one.nearest.setting, one.nearest.rule, one.nearest.record_id)
        for one in report.contacts
    }
    listed = {one.person_id: (one.relation, one.setting, one.rule, one.record_id) for one in rows(Contact, list=made)}
    assert listed == expected
    assert len(listed) > 5
    assert made.contacts == len(listed)
    homes = {one.person_id: one.home_code for one in rows(Contact, list=made)}
    assert set(homes.values()) == {"", "320213", "320508", "330106"}
    assert made.told["completeness"][0]["total"] == len(report.contacts)
    assert Run.objects.get(pk=made.run_id).state == "done"


def test_no_name_or_number_of_anybody_is_kept_with_a_list(lake: Lake) -> None:
    take_cases(lake)
    made = pressed(of_the_lake(), actor(Office.OFFICER), other_rule="nhc-v2")
    with session(lake) as read:
        values = {row["value"].rpartition("|")[2] for row in read.rows("person_fields") if row["field"] != "grid_code"}
    kept = str([vars(one) for one in (made, *rows(Contact, list=made))])
    assert [value for value in values if len(value) > 1 and value in kept] == []


def test_a_second_rule_stands_beside_the_first(lake: Lake) -> None:
    take_cases(lake)
    made = pressed(of_the_lake(), actor(Office.OFFICER), rule="jiangsu-first-list", other_rule="nhc-v2")
    people = rows(Contact, list=made)
    assert made.other_rule == "nhc@2"
    assert made.only_other == sum(one.rank == 0 for one in people) > 0  # the whole coach, against three rows
    assert all(one.other for one in people if one.rank == 0)


def test_the_next_list_says_what_changed(lake: Lake) -> None:
    take_cases(lake)
    officer, case = actor(Office.OFFICER), of_the_lake()
    first = pressed(case, officer)
    with session(lake) as read:
        rides = frame(read, "rides")
    gone = rows(Contact, list=first)[0].person_id
    lake.replace("rides", rides.filter(rides["person_id"] != gone), days=[DAY])
    second = pressed(case, officer)
    assert (second.number, second.removed, second.added) == (2, 1, 0)
    lake.replace("rides", rides, days=[DAY])
    third = pressed(case, officer)
    assert (third.added, [one.person_id for one in rows(Contact, list=third, change="added")]) == (1, [gone])


def test_who_presses_while_a_trace_runs_joins_it(lake: Lake) -> None:
    take_cases(lake)
    by, case = actor(Office.OFFICER), of_the_lake()
    first = actions.trace(case_id=case.pk, as_of=AS_OF, by=by)
    assert actions.trace(case_id=case.pk, as_of=AS_OF, by=by).pk == first.pk


def test_a_case_entered_by_hand_is_traced_by_what_the_desk_knows(lake: Lake) -> None:
    by = actor(Office.OFFICER)
    case = opened(by, "HAND-7", person_id=1, dates={"onset_on": date(2020, 1, 21), "reported_on": DAY})
    assert pressed(case, by).contacts > 5
    late = opened(by, "HAND-8", person_id=1, dates={"onset_on": date(2020, 1, 29), "reported_on": DAY})
    assert pressed(late, by).contacts == 0  # not infectious yet on that ride


def test_what_cannot_be_traced_says_why(lake: Lake) -> None:
    by = actor(Office.OFFICER)
    with pytest.raises(FirebreakError) as caught:
        pressed(opened(by, "HAND-1"), by)
    assert caught.value.code == "FB-CASES-PERSON"
    case = opened(by, "HAND-2", person_id=1)
    with acting_as(BY):
        everywhere(Case, because="test").filter(pk=case.pk).update(person_id=987654321)
    failed = pressed(case, by)
    assert (failed.state, failed.code) == ("failed", "FB-CASES-NOBODY")
    assert Run.objects.get(pk=failed.run_id).state == "failed"
    case = opened(by, "HAND-3", person_id=1)
    case = actions.move_case(case_id=case.pk, move="exclude", version=1, reason="阴性", by=by)
    with pytest.raises(FirebreakError) as caught:
        pressed(case, by)
    assert caught.value.code == "FB-CASES-TRACE"


def test_a_work_done_twice_makes_one_list(lake: Lake) -> None:
    take_cases(lake)
    made = pressed(of_the_lake(), actor(Office.OFFICER))
    people = len(rows(Contact))
    Run.objects.filter(pk=made.run_id).update(state="waiting")
    work.call(made.run_id)
    assert len(rows(Contact)) == people
    assert len(rows(ContactList)) == 1


def test_confirming_the_list_puts_each_contact_on_exactly_one_order(lake: Lake) -> None:
    take_cases(lake)
    by, case = actor(Office.OFFICER), of_the_lake()
    made = pressed(case, by)
    issued = actions.confirm_list(
        list_id=made.pk, version=fresh(Case, pk=case.pk).version, reason="名单核对无误", by=by
    )
    assert issued.contacts == made.contacts == len(rows(Task)) == len(rows(Assignment))
    assert {one.subject_id for one in rows(Task)} == {one.person_id for one in rows(Contact, list=made, rank__gt=0)}
    codes = {(one.code, one.outside) for one in rows(Order)}
    assert codes == {
        ("32", False),
        ("3202", False),
        ("320213", False),
        ("3205", False),
        ("320508", False),
        ("33", True),
    }
    assert fresh(ContactList, pk=made.pk).state == "confirmed"
    for version in (case.version, fresh(Case, pk=case.pk).version):
        with pytest.raises(FirebreakError):
            actions.confirm_list(list_id=made.pk, version=version, reason="再确认一次", by=by)
    assert len(rows(Task)) == made.contacts


def test_excluding_a_case_after_orders_went_out_withdraws_them(lake: Lake) -> None:
    take_cases(lake)
    by, case = actor(Office.OFFICER), of_the_lake()
    made = pressed(case, by)
    actions.confirm_list(list_id=made.pk, version=fresh(Case, pk=case.pk).version, reason="核对无误", by=by)
    actions.move_case(
        case_id=case.pk, move="exclude", version=fresh(Case, pk=case.pk).version, reason="两次阴性", by=by
    )
    assert {one.state for one in rows(Task)} == {"withdrawn"}
    assert {one.state for one in rows(Order)} == {"withdrawn"}
    (entry,) = rows(Entry, event="orders.withdrawn")
    assert (entry.reason, entry.details["freed"]) == ("两次阴性", made.contacts)


def test_a_late_ticket_after_the_orders_adds_one_person_to_them(lake: Lake) -> None:
    take_cases(lake)
    by, case = actor(Office.OFFICER), of_the_lake()
    with session(lake) as read:
        rides = frame(read, "rides")
    first = pressed(case, by)
    late = rows(Contact, list=first)[0].person_id
    lake.replace("rides", rides.filter(rides["person_id"] != late), days=[DAY])
    made = pressed(case, by)
    actions.confirm_list(list_id=made.pk, version=fresh(Case, pk=case.pk).version, reason="核对无误", by=by)
    lake.replace("rides", rides, days=[DAY])
    again = pressed(case, by)
    done = actions.confirm_list(list_id=again.pk, version=fresh(Case, pk=case.pk).version, reason="迟到车票", by=by)
    assert (done.contacts, done.standing, done.withdrawn) == (1, made.contacts, 0)
    assert fresh(Task, subject_id=late).state == "open"


def test_a_case_names_only_a_person_within_reach_unless_a_commander_does(lake: Lake) -> None:
    officer, commander = actor(Office.OFFICER), actor(Office.COMMANDER)
    with acting_as(BY):
        away = everywhere(Person, because="test").filter(division_code="330106").first().person_id
    case = opened(officer)
    for person in (away, 987654321):
        with pytest.raises(Refused) as caught:
            opened(officer, "WX-2", person_id=person)
        assert caught.value.code == "FB-DESK-OUTSIDE"
        assert str(person) not in str(caught.value)
        with pytest.raises(Refused):
            actions.change_case(case_id=case.pk, version=1, values={"person_id": person}, reason=WHY, by=officer)
    with pytest.raises(Refused):
        opened(commander, "WX-2", person_id=987654321)
    case = actions.change_case(case_id=case.pk, version=1, values={"person_id": away}, reason=WHY, by=commander)
    assert (case.person_id, rows(Entry, event="cases.changed")[0].details["person"]) == (away, away)
    actions.trace(case_id=case.pk, as_of=AS_OF, by=officer)
    (entry,) = rows(Entry, event="cases.person-traced")
    assert (entry.subject_kind, entry.subject_id, entry.division_code) == ("person", str(away), "330106")


def test_a_trace_of_facts_that_were_corrected_meanwhile_is_not_confirmed(lake: Lake) -> None:
    take_cases(lake)
    by, case = actor(Office.OFFICER), of_the_lake()
    asked = actions.trace(case_id=case.pk, as_of=AS_OF, by=by)
    with acting_as(BY):
        wanted = selectors.contact_list(list_id=asked.pk, by=BY)
        job = Job(asked.run_id, {"list": asked.pk}, BY)
        traced = make_list(lake, wanted, job)
        near = everywhere(Person, because="test").filter(division_code=LIANGXI).exclude(person_id=1).first().person_id
    actions.change_case(case_id=case.pk, version=case.version, values={"person_id": near}, reason="认错了人", by=by)
    actions.store_list(list_id=asked.pk, traced=traced, by=BY)
    case = fresh(Case, pk=case.pk)
    assert case.person_id == near
    with pytest.raises(FirebreakError) as caught:
        actions.confirm_list(list_id=asked.pk, version=case.version, reason=WHY, by=by)
    assert caught.value.code == "FB-CASES-FACTS"
    assert rows(Task) == []


def test_a_list_whose_run_died_does_not_keep_the_case_from_being_traced(lake: Lake) -> None:
    take_cases(lake)
    by, case = actor(Office.OFFICER), of_the_lake()
    dead = actions.trace(case_id=case.pk, as_of=AS_OF, by=by)
    Run.objects.filter(pk=dead.run_id).update(state="failed", code="FB-RUN-ATTEMPTS")
    again = pressed(case, by)
    assert (again.number, again.state) == (dead.number + 1, "made")
    dead = fresh(ContactList, pk=dead.pk)
    assert (dead.state, dead.code) == ("failed", "FB-RUN-ATTEMPTS")


def test_a_case_that_moves_takes_its_lists_people_and_steps_along(lake: Lake) -> None:
    take_cases(lake)
    by, case = actor(Office.OFFICER), of_the_lake()
    pressed(case, by)
    case = fresh(Case, pk=case.pk)
    with pytest.raises(FirebreakError) as caught:
        actions.change_case(case_id=case.pk, version=case.version, values={"division_code": "32021"}, reason=WHY, by=by)
    assert caught.value.code == "FB-CASES-DIVISION"
    actions.change_case(case_id=case.pk, version=case.version, values={"division_code": "320211"}, reason=WHY, by=by)
    where = {one.division_code for model in (Case, Step, ContactList, Contact) for one in rows(model)}
    assert where == {"320211"}


def test_days_are_compared_as_they_are_in_china() -> None:
    sampled = datetime(2020, 1, 22, 15, 0, tzinfo=UTC)  # 23:00 in China; the result comes an hour later
    dates = {"onset_on": date(2020, 1, 22), "sampled_at": sampled, "result_at": datetime(2020, 1, 22, 17, tzinfo=UTC)}
    assert opened(actor(Office.OFFICER), dates=dates).sampled_at == sampled
    late = {"sampled_at": datetime(2020, 1, 22, 17, tzinfo=UTC), "result_at": sampled}  # the 23rd, before it the 22nd
    with pytest.raises(FirebreakError) as caught:
        opened(actor(Office.OFFICER), "WX-2", dates=late)
    assert caught.value.code == "FB-CASES-DATES"
