"""The pages of cases and orders, pressed as their users press them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.desks.people import SUZHOU, account, browser
from tests.desks.test_cases import fresh, lake, of_the_lake, rows  # noqa: F401 - lake is a fixture

from firebreak.bridge.case_work import take_cases
from firebreak.ops.cases.models import Case, ContactList
from firebreak.ops.orders.models import Order, Task
from firebreak.ops.runs.tasks import work
from firebreak.terms.offices import Office

HX = {"HX-Request": "true"}


def said(answer: Any) -> str:
    assert answer.status_code == 200, answer.content[-800:]
    text: str = answer.content.decode()
    return text


def traced(client: Any, **more: Any) -> ContactList:
    case = of_the_lake()
    answer = client.post(f"/cases/{case.pk}/trace", more)
    assert answer.status_code == 302
    made: ContactList = fresh(ContactList, pk=int(answer.url.rpartition("/")[2]))
    waiting = said(client.get(answer.url))
    assert 'hx-trigger="every 1s"' in waiting
    work.call(made.run_id)
    over = client.get(answer.url, headers={**HX, "HX-Target": "tracing"})
    assert over.headers["HX-Redirect"] == answer.url
    return fresh(ContactList, pk=made.pk)  # type: ignore[no-any-return]


def confirmed(client: Any, made: ContactList) -> Any:
    version = fresh(Case, pk=made.case_id).version
    return client.post(f"/cases/lists/{made.pk}/confirm", {"version": version, "reason": "名单核对无误"}, follow=True)


def test_from_a_positive_test_to_orders_on_the_desks_concerned(lake: Any) -> None:  # noqa: F811
    client = browser(account(Office.OFFICER))
    assert client.post("/cases/take-in").status_code == 302
    take_cases(lake)
    assert "WX-0001" in said(client.get("/cases/"))
    made = traced(client, rule="jiangsu-first-list", other_rule="nhc")
    page = said(client.get(f"/cases/lists/{made.pk}"))
    assert page.count('class="coach"') == 2  # one coach, lying and standing
    assert 'class="stations"' in page
    assert "D3008" in page
    people = said(client.get(f"/cases/lists/{made.pk}/people"))
    assert "辖区外" in people
    assert "0 人不再列入，已撤回" in said(confirmed(client, made))
    live = said(client.get(f"/cases/{made.case_id}/live", headers=HX))
    assert 'hx-trigger="every 3s"' in live
    theirs = browser(account(Office.OFFICER, SUZHOU))
    assert re.findall(r"320508", said(theirs.get("/orders/")))
    assert theirs.get(f"/cases/{made.case_id}").status_code in (403, 404)


def test_an_order_is_opened_acknowledged_and_reported(lake: Any) -> None:  # noqa: F811
    take_cases(lake)
    confirmed_by = browser(account(Office.OFFICER))
    confirmed(confirmed_by, traced(confirmed_by))
    client = browser(account(Office.OFFICER, "320508", value="320508"))
    order = fresh(Order, code="320508")
    said(client.get(f"/orders/{order.pk}"))
    assert fresh(Order, pk=order.pk).state == "received"
    version = fresh(Order, pk=order.pk).version
    assert client.post(f"/orders/{order.pk}/acknowledge", {"version": version}).status_code == 302
    stale = client.post(f"/orders/{order.pk}/acknowledge", {"version": version})
    assert "FB-ORDERS-STALE" in stale.content.decode()
    for task in rows(Task, division_code="320508"):
        said(client.get(f"/orders/tasks/{task.pk}"))
        done = client.post(f"/orders/tasks/{task.pk}/report", {"move": "isolate", "version": task.version})
        assert done.status_code == 302
    assert fresh(Order, pk=order.pk).state == "done"
    assert "hx-trigger" not in said(client.get(f"/orders/{order.pk}", headers=HX))


def test_persons_are_given_to_another_area_on_the_page(lake: Any) -> None:  # noqa: F811
    take_cases(lake)
    client = browser(account(Office.OFFICER))
    confirmed(client, traced(client))
    order = fresh(Order, code="320213")
    task = rows(Task, code="320213")[0]
    given = {"task": [task.pk], "code": "320211", "reason": "查明住址", "version": order.version}
    assert "已转派 1 人" in said(client.post(f"/orders/{order.pk}/delegate", given, follow=True))
    assert fresh(Task, pk=task.pk).code == "320211"


@pytest.mark.parametrize("path", ["/cases/", "/cases/new", "/cases/clocks"])
@pytest.mark.parametrize("office", [Office.CITIZEN, Office.GRID_WORKER, Office.ENTERPRISE, Office.AUDITOR])
def test_who_may_not_is_told_so(path: str, office: Office) -> None:
    answer = browser(account(office)).get(path)
    assert answer.status_code == 403
    assert "FB-DESK-REFUSED" in answer.content.decode()


def test_nobodys_number_reaches_the_neighbours_case_order_or_task(lake: Any) -> None:  # noqa: F811
    take_cases(lake)
    owner = browser(account(Office.OFFICER))
    made = traced(owner)
    confirmed(owner, made)
    client = browser(account(Office.OFFICER, "3201", value="3201"))
    order, task = fresh(Order, code="320213"), rows(Task, code="320213")[0]
    for path in (f"/cases/{made.case_id}", f"/cases/{made.case_id}/live", f"/cases/{made.case_id}/change",
                 f"/cases/lists/{made.pk}", f"/cases/lists/{made.pk}/people", f"/orders/{order.pk}",
                 f"/orders/tasks/{task.pk}"):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert "FB-DESK-ABSENT" in answer.content.decode()
    for path in (f"/cases/{made.case_id}/move", f"/cases/{made.case_id}/trace", f"/cases/lists/{made.pk}/confirm",
                 f"/orders/{order.pk}/acknowledge", f"/orders/{order.pk}/delegate",
                 f"/orders/tasks/{task.pk}/report"):  # fmt: skip
        given = {"version": 1, "reason": "我想看看", "code": "3202", "move": "reach"}
        assert client.post(path, given).status_code == 404, path
    assert fresh(Task, pk=task.pk).state == "open"


def test_a_case_is_entered_changed_and_moved_by_hand(lake: Any) -> None:  # noqa: F811
    client = browser(account(Office.OFFICER))
    given = {"case_no": "HAND-1", "state": "suspected", "division_code": "320213", "reason": "发热门诊报告",
             "onset_on": "2020-01-21", "result_at": "2020-01-24T08:30"}  # fmt: skip
    said(client.post("/cases/new", given, follow=True))
    case = fresh(Case)
    assert case.result_at.isoformat() == "2020-01-24T00:30:00+00:00"
    page = said(client.get(f"/cases/{case.pk}"))
    assert "不能追踪" in page
    values = {"division_code": "320213", "onset_on": "2020-01-20", "person_id": "1", "reason": "家属更正", "version": 1}
    said(client.post(f"/cases/{case.pk}/change", values, follow=True))
    assert (fresh(Case).person_id, fresh(Case).version) == (1, 2)
    said(client.post(f"/cases/{case.pk}/move", {"move": "exclude", "version": 2, "reason": "两次阴性"}, follow=True))
    assert fresh(Case).state == "excluded"
    broken = client.post("/cases/new", {**given, "case_no": "", "onset_on": "yesterday"})
    assert broken.status_code == 200
    assert broken.content.decode().count("field-error") == 2
    assert "FB-CASES-KNOWN" in client.post("/cases/new", given).content.decode()


def test_lists_are_filtered_sorted_and_taken_along(lake: Any) -> None:  # noqa: F811
    take_cases(lake)
    client = browser(account(Office.OFFICER))
    made = traced(client, other_rule="nhc")
    for query in ("?state=suspected&sort=number", "?number=WX", "?division=3202", "?since=2020-01-01"):
        assert "WX-0001" in said(client.get(f"/cases/{query}"))
    assert "WX-0001" not in said(client.get("/cases/?state=died"))
    for query in ("?level=close", "?home=3202", "?change=added", "?only=other", "?sort=-home"):
        said(client.get(f"/cases/lists/{made.pk}/people{query}"))
    taken = client.post(f"/cases/lists/{made.pk}/people", {"format": "csv"})
    lines = b"".join(taken.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("演练/DRILL,")
    assert len(lines) - 1 == made.contacts + made.only_other
    confirmed(client, made)
    for query in ("?late=no", "?code=32", "?state=sent", "?case=WX-0001", "?sort=-code"):
        assert "WX-0001" in said(client.get(f"/orders/{query}"))
    assert "没有符合条件" in said(client.get("/orders/?late=yes"))
    said(client.get("/cases/clocks"))


def test_the_page_of_a_long_list_costs_no_more_queries_than_a_short_one(
    lake: Any, django_assert_max_num_queries: Any  # noqa: F811
) -> None:  # fmt: skip
    take_cases(lake)
    client = browser(account(Office.OFFICER))
    made = traced(client)
    with django_assert_max_num_queries(16):
        said(client.get(f"/cases/lists/{made.pk}/people"))
    confirmed(client, made)
    with django_assert_max_num_queries(16):
        said(client.get("/orders/tasks"))


@pytest.mark.parametrize("number", [2**63, 0, 320213199001011234])
def test_a_number_that_is_no_persons_is_refused_on_the_page_and_not_repeated_in_words(number: int) -> None:
    given = {"case_no": "WX-1", "state": "suspected", "division_code": "320213", "person_id": number, "reason": "报告"}
    answer = browser(account(Office.OFFICER)).post("/cases/new", given)
    assert answer.status_code in (200, 403, 404)
    assert rows(Case) == []
    assert answer.status_code == 200 or str(number) not in answer.content.decode()
