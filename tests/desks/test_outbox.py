"""The outbox: what was decided reaches the lake exactly once, however often the work is killed in between."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from tests.desks.people import BY, actor
from tests.identity_lake import deliver, made_lake, people_of, person, table

from firebreak.bridge import outbox
from firebreak.bridge.linking import link_whole
from firebreak.lake.lake import Lake
from firebreak.ops.base.policy import Refused
from firebreak.ops.outbox import actions
from firebreak.ops.outbox.models import Event, Kind
from firebreak.ops.outbox.sending import send
from firebreak.ops.runs.models import Run
from firebreak.ops.runs.progress import Job
from firebreak.terms.errors import FirebreakError
from firebreak.terms.offices import Office


class KilledError(BaseException):
    """As if the process had ended here."""


def lake_with_three(folder: Path, settings: Any) -> tuple[Lake, list[int]]:
    lake = made_lake(folder)
    ids = deliver(lake, "one", [person("11", "王伟"), person("22", "李静"), person("33", "赵明")])
    link_whole(lake)
    settings.FIREBREAK_LAKE = folder
    return lake, ids


def decide(ids: list[int]) -> None:
    """Two are one; no, they are not; two others are one after all."""
    pairs = ((Kind.MUST, ids[0], ids[1]), (None, 0, 0), (Kind.MUST, ids[1], ids[2]))
    for kind, one, other in pairs:
        about = {"left": [one, 0], "right": [other, 0]} if kind else {"ruling": 1}
        with transaction.atomic():
            send(kind or Kind.WITHDRAW, about, reason="演练：电话核实", by=BY)


def carry() -> dict[str, Any]:
    return outbox.carry(Job(0, {}, BY))


def state(lake: Lake) -> tuple[Any, ...]:
    rulings = table(lake, "rulings").sort("ruling_id").select("ruling_id", "kind", "withdraws", "reason").rows()
    events = sorted(table(lake, "desk_events")["event_id"].to_list())
    return rulings, events, sorted(sorted(theirs) for theirs in people_of(lake).values())


@pytest.mark.parametrize("step", [1, 4, *(pytest.param(step, marks=pytest.mark.long) for step in (0, 2, 3, 5, 6))])
def test_work_killed_at_any_step_carries_each_decision_once(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    lake, ids = lake_with_three(tmp_path / "lake", settings)
    decide(ids)
    left = step

    def dies(function: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            if left == 0:
                raise KilledError
            left -= 1
            return function(*args, **kwargs)

        return call

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "_once", dies(outbox._once))
        patched.setattr(outbox, "_relink", dies(outbox._relink))
        patched.setattr(actions, "mark", dies(actions.mark))
        with pytest.raises(KilledError):
            carry()
    carry()
    assert Event.objects.filter(sent_at=None).count() == 0
    rulings, events, people = state(lake)
    assert [row[:3] for row in rulings] == [(1, "must", None), (2, "withdraw", 1), (3, "must", None)]
    assert events == sorted(Event.objects.values_list("event_id", flat=True))
    assert people == [[(ids[0], 0)], sorted([(ids[1], 0), (ids[2], 0)])]
    assert carry() == {"sent": 0, "refused": 0, "records": 0}


def test_what_the_lake_refuses_is_told_and_holds_nothing_up(tmp_path: Path, settings: Any) -> None:
    lake, ids = lake_with_three(tmp_path / "lake", settings)
    about = {"left": [ids[0], 0], "right": [ids[1], 0]}
    for kind in (Kind.MUST, Kind.CANNOT):
        with transaction.atomic():
            send(kind, about, reason="演练", by=BY)
    actions.adopt_list(number=3, reason="疾控会商", by=actor(Office.COMMANDER))
    assert carry() == {"sent": 2, "refused": 1, "records": 2}
    assert list(Event.objects.order_by("id").values_list("code", flat=True)) == ["", "FB-RULING-CONFLICT", ""]
    assert sorted(table(lake, "desk_events")["kind"].to_list()) == ["list.adopted", "ruling.must"]


def test_a_decision_and_its_event_are_both_there_or_neither() -> None:
    with transaction.atomic():
        send(Kind.LIST, {"list": 1}, reason="演练", by=BY)
        transaction.set_rollback(True)
    assert Event.objects.count() == 0
    assert Run.objects.count() == 0


def test_adopting_is_a_commanders_and_has_a_reason() -> None:
    commander = actor(Office.COMMANDER)
    actions.adopt_colours(day=date(2020, 1, 31), reason="会商决定", by=commander)
    actions.adopt_list(number=1, reason="会商决定", by=commander)
    assert Run.objects.filter(kind="outbox", state="waiting").count() == 1
    with pytest.raises(FirebreakError) as caught:
        actions.adopt_list(number=1, reason=" ", by=commander)
    assert caught.value.code == "FB-OUTBOX-REASON"
    for office in (Office.OFFICER, Office.STEWARD, Office.CITIZEN):
        with pytest.raises(Refused):
            actions.adopt_list(number=1, reason="会商决定", by=actor(office))
