"""Orders: split by division, done once however many cases ask, answered by whoever answers for the area."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from hypothesis import given
from hypothesis import strategies as st
from tests.desks.people import BY, SUZHOU, account, actor

from firebreak.ops.accounts import actions as accounts
from firebreak.ops.accounts.actors import actor_of
from firebreak.ops.base.actor import Actor
from firebreak.ops.base.policy import Refused
from firebreak.ops.base.scope import acting_as, everywhere
from firebreak.ops.ledger.models import Entry
from firebreak.ops.orders import actions, selectors
from firebreak.ops.orders.issuing import Contact, Issued, Source
from firebreak.ops.orders.models import Assignment, Order, Task
from firebreak.ops.orders.split import LEVELS, home_of, plain_code, split
from firebreak.ops.orders.tasks import look
from firebreak.terms.errors import FirebreakError
from firebreak.terms.offices import Office, ReachKind

LIANGXI, BINHU, GUSU = "320213", "320211", "320508"
GRID = "320213001001001"
WHY = "确诊病例 WX-1"


def contact(number: int, division: str = LIANGXI, grid: str = "", **more: Any) -> Contact:
    return Contact(number, division, grid, more.pop("level", "close"), **more)


def source(case: int = 1, desk: str = LIANGXI) -> Source:
    return Source(desk=desk, case_no=f"WX-{case}", case_id=case, simulated=True)


def issue(contacts: list[Contact], case: int = 1, by: Actor | None = None) -> Issued:
    done: Issued = actions.issue(source=source(case), contacts=contacts, reason=WHY, by=by or actor(Office.OFFICER))
    return done


def rows(model: Any, **where: Any) -> list[Any]:
    with acting_as(BY):
        found = everywhere(model, because="test").filter(**where).order_by("pk")
        return list(found.select_related("task") if model is Assignment else found)


def order(code: str, case: int = 1) -> Order:
    (found,) = rows(Order, code=code, case_id=case)
    return found


def task(subject: int) -> Task:
    (found,) = [one for one in rows(Task, subject_id=subject) if one.state != "withdrawn"]
    return found


def told(subject: int, move: str, by: Actor, **more: Any) -> Task:
    one = task(subject)
    done: Task = actions.report(task_id=one.pk, move=move, version=one.version, by=by, **more)
    return done


_digits = st.sampled_from(
    ["", "32", "3202", "320213", "320211", "320213001", "320213001001", GRID, "320213001001002", "320505002003004",
     "320000", "320200", "33", "330106", "330106001", "110000", "x", "3", "32021300100100"]
)  # fmt: skip


@given(st.lists(_digits, max_size=60), st.sampled_from(["320213", "3202", "32"]))
def test_each_contact_is_in_exactly_one_order_and_none_is_lost(homes: list[str], desk: str) -> None:
    people = list(enumerate(homes))
    nodes = {node.code: node for node in split(people, province="32", desk=desk)}
    placed = [subject for node in nodes.values() for subject in node.own]
    assert sorted(placed) == [subject for subject, _ in people]
    for node in nodes.values():
        below = [one for one in nodes.values() if one.parent == node.code]
        assert node.total == len(node.own) + sum(one.total for one in below)
        assert not node.parent or node.parent in nodes
        assert node.outside or node.code.startswith(node.parent)
        for subject in node.own:  # brute force: the longest prefix at a level, else the desk's own
            home = homes[subject]
            meant = plain_code(home) or plain_code(desk)
            assert node.code == (meant if meant.startswith("32") else meant[:2])
            assert node.outside == (not meant.startswith("32"))
    assert nodes["32"].total == len(people)


@given(st.text("0123456789", max_size=16))
def test_a_plain_code_is_a_prefix_at_a_level_that_names_something(code: str) -> None:
    found = plain_code(code)
    assert code.startswith(found)
    assert len(found) in (0, *LEVELS)
    assert not found or int(found[{2: 0, 4: 2, 6: 4, 9: 6, 15: 12}[len(found)] :])


def test_a_grid_counts_where_it_lies_in_the_division() -> None:
    assert home_of("320213", GRID) == GRID
    assert home_of("320505", GRID) == "320505"
    assert home_of("320213", "") == "320213"


def test_a_list_becomes_orders_from_the_province_to_the_grid() -> None:
    done = issue([contact(1, LIANGXI, GRID), contact(2), contact(3, GUSU), contact(4, "330106"), contact(5, "")])
    codes = {(one.code, one.outside): (one.own, one.total) for one in rows(Order)}
    assert codes == {
        ("32", False): (0, 5), ("3202", False): (0, 3), (LIANGXI, False): (2, 3), ("320213001", False): (0, 1),
        (GRID, False): (1, 1), ("3205", False): (0, 1), (GUSU, False): (1, 1), ("33", True): (1, 1),
    }  # fmt: skip
    assert (done.orders, done.contacts, done.outside, done.merged) == (8, 5, 1, 0)
    assert order("33").division_code == LIANGXI  # the case's desk hands it over
    assert {one.state for one in rows(Order)} == {"sent"}


def test_what_is_late_stands_first_among_the_orders_below() -> None:
    issue([contact(1), contact(2, GUSU)])
    with acting_as(BY):
        everywhere(Order, because="test").filter(code="3205").update(escalated_at=timezone.now())
    by = actor(Office.OFFICER, "32", value="32")
    with acting_as(by):
        assert [one.code for one in selectors.below(order=order("32"), by=by)] == ["3205", "3202"]


def test_each_desk_sees_its_own_orders_and_no_others() -> None:
    issue([contact(1, LIANGXI, GRID), contact(2, BINHU), contact(3, GUSU)])
    seen = {}
    for name, office, place in (("province", Office.OFFICER, "32"), ("wuxi", Office.OFFICER, "3202"),
                                ("suzhou", Office.COMMANDER, SUZHOU), ("binhu", Office.OFFICER, BINHU),
                                ("grid", Office.GRID_WORKER, GRID)):  # fmt: skip
        by = actor(office, place, value=place)
        with acting_as(by):
            seen[name] = {one.code for one in selectors.orders(by=by)}, selectors.tasks(by=by).count()
    wuxi = {"3202", LIANGXI, BINHU, "320213001", GRID}
    assert seen == {
        "province": ({"32", "3205", GUSU} | wuxi, 3), "wuxi": (wuxi, 2), "suzhou": ({"3205", GUSU}, 1),
        "binhu": ({BINHU}, 1), "grid": ({GRID}, 1),
    }  # fmt: skip


def test_an_office_of_elsewhere_does_not_count_for_a_move_here() -> None:
    issue([contact(1, LIANGXI, GRID)])
    told(1, "reach", actor(Office.GRID_WORKER, GRID, value=GRID))
    worker = account(Office.GRID_WORKER, GRID, value=GRID)
    accounts.grant(user_id=worker.pk, office=Office.OFFICER, kind=ReachKind.DIVISION, value=SUZHOU, by=BY)
    by = actor_of(worker, verified=True)
    with pytest.raises(Refused):  # only an officer or a commander of this area corrects a result
        told(1, "correct", by, reason="报错了人")
    assert task(1).state == "reached"
    told(1, "isolate", by)
    assert told(1, "correct", actor(Office.OFFICER), reason="报错了人").state == "open"


def test_who_lies_outside_cannot_be_reached_by_its_number_and_the_try_is_on_record() -> None:
    issue([contact(3, GUSU)])
    by, theirs, person = actor(Office.OFFICER), order(GUSU), task(3)
    for act in (
        lambda: actions.acknowledge(order_id=theirs.pk, version=theirs.version, by=by),
        lambda: actions.receive(order_id=theirs.pk, by=by),
        lambda: actions.report(task_id=person.pk, move="reach", version=person.version, by=by),
        lambda: actions.delegate(order_id=theirs.pk, task_ids=[person.pk], code=BINHU, version=1, reason=WHY, by=by),
        lambda: selectors.order(order_id=theirs.pk, by=by),
        lambda: selectors.task(task_id=person.pk, by=by),
    ):
        with acting_as(by), pytest.raises(Refused) as caught:
            act()
        assert caught.value.code == "FB-DESK-ABSENT"
    assert len(rows(Entry, event="access.refused", actor=by.name)) == 4  # a read is recorded by its page
    assert order(GUSU).state == "sent"


@pytest.mark.parametrize("office", [Office.CITIZEN, Office.STEWARD, Office.AUDITOR, Office.ADMINISTRATOR])
def test_other_offices_neither_see_nor_issue_orders(office: Office) -> None:
    by = actor(office)
    with pytest.raises(Refused):
        issue([contact(1)], by=by)
    with acting_as(by), pytest.raises(Refused):
        selectors.orders(by=by)


def test_results_count_up_to_the_province_and_finish_what_is_complete() -> None:
    issue([contact(1, LIANGXI, GRID), contact(2)])
    worker, officer = actor(Office.GRID_WORKER, value=GRID), actor(Office.OFFICER)
    told(1, "reach", worker)
    assert [(order(code).reached, order(code).closed) for code in (GRID, LIANGXI, "32")] == [(1, 0)] * 3
    told(1, "isolate", worker)
    assert order(GRID).state == "done"
    assert (order("32").closed, order("32").state) == (1, "sent")
    told(2, "lose", officer, reason="电话空号，门牌不存在")
    assert {one.state for one in rows(Order)} == {"done"}
    told(2, "correct", officer, reason="找到了")
    assert order("32").state == "acknowledged"
    assert order("32").closed == 1


def test_a_grid_worker_does_not_take_a_result_back() -> None:
    issue([contact(1, LIANGXI, GRID)])
    worker = actor(Office.GRID_WORKER, value=GRID)
    told(1, "isolate", worker)
    with pytest.raises(Refused):
        told(1, "correct", worker, reason="误填")


def test_two_officers_cannot_both_act_on_what_they_saw() -> None:
    issue([contact(1)])
    seen, first, second = order(LIANGXI), actor(Office.OFFICER), actor(Office.OFFICER)
    actions.acknowledge(order_id=seen.pk, version=seen.version, by=first)
    with pytest.raises(FirebreakError) as caught:
        actions.acknowledge(order_id=seen.pk, version=seen.version, by=second)
    assert caught.value.code == "FB-ORDERS-STALE"
    assert order(LIANGXI).acknowledged_by == first.name
    person = task(1)
    actions.report(task_id=person.pk, move="isolate", version=person.version, by=first)
    with pytest.raises(FirebreakError):
        actions.report(task_id=person.pk, move="lose", version=person.version, reason="没有", by=second)
    assert task(1).state == "isolated"


def test_two_cases_that_share_a_contact_make_one_visit() -> None:
    issue([contact(1, LIANGXI, GRID), contact(2)], case=1)
    done = issue([contact(1, LIANGXI, GRID), contact(3)], case=2)
    assert (done.contacts, done.merged) == (2, 1)
    assert (task(1).cases, len(rows(Task))) == (2, 3)
    told(1, "isolate", actor(Office.GRID_WORKER, value=GRID))
    assert [order("32", case).closed for case in (1, 2)] == [1, 1]
    third = issue([contact(1, LIANGXI, GRID)], case=3)  # isolated already: nobody goes again
    assert (third.merged, order("32", 3).state, order(GRID, 3).closed) == (1, "done", 1)


def test_an_excluded_case_withdraws_its_orders_and_leaves_the_other_case_what_it_asks_for() -> None:
    issue([contact(1), contact(2, GUSU)], case=1)
    issue([contact(1), contact(3)], case=2)
    freed = actions.withdraw(case_id=1, division=LIANGXI, reason="复核阴性", by=actor(Office.COMMANDER))
    assert freed == 1
    assert {one.state for one in rows(Order, case_id=1)} == {"withdrawn"}
    assert {one.state for one in rows(Order, case_id=2)} == {"sent"}
    assert (task(1).state, task(1).cases, order("32", 2).total) == ("open", 1, 2)
    assert [one.state for one in rows(Task, subject_id=2)] == ["withdrawn"]
    again = issue([contact(2, GUSU)], case=4)  # may be asked for anew
    assert (again.merged, task(2).state) == (0, "open")


def test_the_next_list_adds_whom_it_found_and_lets_go_whom_it_does_not_name() -> None:
    issue([contact(1), contact(2)])
    done = issue([contact(2), contact(3, GUSU)])
    assert (done.standing, done.contacts, done.withdrawn) == (1, 1, 1)
    assert [one.state for one in rows(Task, subject_id=1)] == ["withdrawn"]
    live = {one.task.subject_id for one in rows(Assignment, live=True)}
    assert live == {2, 3}


def test_persons_are_given_deeper_down_and_to_another_city() -> None:
    issue([contact(1), contact(2), contact(3)])
    by, here = actor(Office.OFFICER), order(LIANGXI)
    ids = {one.subject_id: one.pk for one in rows(Task)}
    count = actions.delegate(
        order_id=here.pk, task_ids=[ids[1]], code=GRID, version=here.version, reason="查到住址", by=by
    )
    assert count == 1
    assert (order(LIANGXI).own, order(LIANGXI).total, order(GRID).own, task(1).grid_code) == (2, 3, 1, GRID)
    here = order(LIANGXI)
    actions.delegate(
        order_id=here.pk, task_ids=[ids[2], ids[3]], code=GUSU, version=here.version, reason="人在苏州", by=by
    )
    assert (order(LIANGXI).own, order("3205").total, order("32").total) == (0, 2, 3)
    assert order(LIANGXI).state == "delegated"
    here = order(LIANGXI)
    with pytest.raises(FirebreakError) as caught:
        actions.delegate(order_id=here.pk, task_ids=[], code="32021", version=here.version, reason="错码", by=by)
    assert caught.value.code == "FB-ORDERS-CODE"


def test_late_orders_are_told_to_the_level_above_once() -> None:
    issue([contact(1, LIANGXI, GRID), contact(2)])
    assert DBTaskResult.objects.filter(task_path=look.module_path).count() == 2
    root = order("32")
    assert actions.escalate(root_id=root.pk, by=BY) == []
    here = order(LIANGXI)
    actions.acknowledge(order_id=here.pk, version=here.version, by=actor(Office.OFFICER))
    _later(timedelta(minutes=16))
    look.call(root.pk)
    late = {one.code for one in rows(Order) if one.escalated_at}
    assert late == {"32", "3202", "320213001", GRID}
    _later(timedelta(minutes=60))
    look.call(root.pk)
    assert {one.code for one in rows(Order) if one.escalated_at} == late | {LIANGXI}
    assert actions.escalate(root_id=root.pk, by=BY) == []


def _later(by: timedelta) -> None:
    with acting_as(BY):
        for one in everywhere(Order, because="time passes"):
            one.answer_by, one.deadline = one.answer_by - by, one.deadline - by
            one.save()


def test_an_order_is_received_when_its_own_desk_opens_it() -> None:
    issue([contact(1)])
    own = actor(Office.OFFICER, LIANGXI)
    actions.receive(order_id=order(LIANGXI).pk, by=own)
    assert (order(LIANGXI).state, order(LIANGXI).received_at is not None) == ("received", True)
    with pytest.raises(FirebreakError):
        actions.receive(order_id=order(LIANGXI).pk, by=own)


def test_every_write_is_in_the_ledger_with_its_reason() -> None:
    issue([contact(1)])
    here, by = order(LIANGXI), actor(Office.OFFICER)
    actions.acknowledge(order_id=here.pk, version=here.version, by=by)
    told(1, "lose", by, reason="查无此人")
    actions.withdraw(case_id=1, division=LIANGXI, reason="排除", by=by)
    entries = {one.event: one.reason for one in rows(Entry) if one.event.startswith("orders.")}
    assert entries == {
        "orders.issued": WHY, "orders.acknowledged": "", "orders.reported": "查无此人", "orders.withdrawn": "排除",
    }  # fmt: skip


def test_the_clock_of_a_case_is_told_without_telling_of_anybody() -> None:
    issue([contact(1), contact(2, GUSU)])
    by = actor(Office.OFFICER)
    told(1, "isolate", by)
    found = selectors.milestones(case_ids=[1], by=by)[1]
    assert (found.persons, found.reached, found.isolated) == (2, None, None)
    assert found.ordered is not None
    assert timezone.now() - found.ordered < timedelta(minutes=1)
    told(2, "isolate", actor(Office.OFFICER, SUZHOU))
    assert selectors.milestones(case_ids=[1], by=by)[1].isolated is not None
    shares = {one.level: (one.persons, one.closed) for one in selectors.shares(case_id=1, by=by)}
    assert shares == {2: (2, 2), 4: (2, 2), 6: (2, 2)}


def test_a_list_of_many_contacts_costs_few_queries(django_assert_max_num_queries: Any) -> None:
    many = [contact(n, LIANGXI, f"320213001{n % 9 + 1:03d}{n % 7 + 1:03d}") for n in range(1, 400)]
    by = actor(Office.OFFICER)
    with django_assert_max_num_queries(40):
        assert issue(many, by=by).contacts == 399
