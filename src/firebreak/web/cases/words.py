"""States, moves and reasons in the reader's language, and the clock of a case as it stands now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as __

from firebreak.bridge.report import Gap
from firebreak.ops.cases.models import Case
from firebreak.terms.machines import machine
from firebreak.web.persons.words import lang, word
from firebreak.web.report import words as report

_COLOURS = {
    "suspected": "yellow", "confirmed": "red", "asymptomatic": "orange", "excluded": "secondary", "recovered": "green",
    "died": "secondary", "sent": "yellow", "received": "yellow", "acknowledged": "blue", "delegated": "blue",
    "done": "green", "withdrawn": "secondary", "open": "yellow", "reached": "blue", "isolated": "green",
    "informed": "green", "unreachable": "orange",
}  # fmt: skip
MACHINES = ("case", "order", "task")


def state(name: str, key: str) -> str:
    """A state of the machine ``name`` in words."""
    try:
        found = machine(name, timezone.localdate()).state(key)
    except KeyError:
        return key
    return found.zh if lang() == "zh" else found.en


def colour(key: str) -> str:
    """The colour of a state's badge; what it means is said in words."""
    return _COLOURS.get(key, "secondary")


def states(name: str) -> list[tuple[str, str]]:
    """Every state of a machine, for a filter."""
    return [(one.key, state(name, one.key)) for one in machine(name, timezone.localdate()).states]


def move(name: str, key: str) -> str:
    """A move of a machine in words."""
    found = machine(name, timezone.localdate()).move(key)
    return key if found is None else (found.zh if lang() == "zh" else found.en)


def relation(name: str) -> str:
    """A relation between two people in words."""
    return report.relation(name, lang()) if name else ""


def gaps(told: dict[str, Any]) -> list[dict[str, str]]:
    """What a list could not find, with what would find it."""
    rows = []
    for one in told.get("gaps", ()):
        gap = Gap(one["kind"], one["values"], tuple(range(one["count"])), tuple(one["searched"]), tuple(one["ask"]))
        ask = [channel(told, key) for key in one["ask"]]
        rows.append({"text": report.gap_line(gap, lang()), "remedy": report.remedy_line(gap, lang()),
                     "ask": "、".join(ask)})  # fmt: skip
    return rows


def channel(told: dict[str, Any], key: str) -> str:
    """A channel's name as the list knew it."""
    return str(told.get("channels", {}).get(key, [key, key])[0 if lang() == "zh" else 1])


def completeness(told: dict[str, Any]) -> list[dict[str, Any]]:
    """How many of the list have each field."""
    return [one | {"name": word("field", one["field"])} for one in told.get("completeness", ())]


def timings(told: dict[str, Any]) -> list[tuple[str, float]]:
    """Seconds of each stage."""
    return [(report.stage_line(key, lang()), seconds) for key, seconds in told.get("timings", ())]


@dataclass(frozen=True, slots=True)
class Clock:
    """``words``: what is due; ``due``: until when, None where nothing is; ``late``: is it past?"""

    words: str
    due: datetime | None
    late: bool


def clock(case: Case) -> Clock:
    """The clock of the state a case is in; the one of a confirmed case stops when its orders are out."""
    one = machine("case", timezone.localdate()).state(case.state)
    said = one.clock_zh if lang() == "zh" else one.clock_en
    if one.minutes is None or (case.state in ("confirmed", "asymptomatic") and case.ordered_at is not None):
        return Clock(said, None, False)
    due = case.since + timedelta(minutes=one.minutes)
    return Clock(said, due, due < timezone.now())


EVENTS = ("opened", "changed", "moved", "traced", "confirmed", "told")


def event(key: str) -> str:
    """What was done about a case, in words."""
    said = {
        "opened": __("登记"), "changed": __("修改"), "moved": __("状态变更"), "traced": __("一键追踪"),
        "confirmed": __("确认名单，下达指令"), "told": __("渠道更新"),
    }  # fmt: skip
    return said.get(key, key)


def field(key: str) -> str:
    """A column of a case in words."""
    said = {
        "onset_on": __("发病日期"), "sampled_at": __("采样时间"), "result_at": __("结果时间"),
        "reported_on": __("报告日期"), "isolated_at": __("隔离时间"), "person_id": __("人员编号"),
        "division_code": __("负责区划"), "record_id": __("记录"),
    }  # fmt: skip
    return said.get(key, f"#{key}" if key.isdigit() else key)


def level(digits: int) -> str:
    """The level of an order, by the digits of its code; 99: other provinces."""
    said = {2: __("省"), 4: __("市"), 6: __("县（区）"), 9: __("乡镇街道"), 15: __("网格"), 99: __("外省移交")}
    return said.get(digits, str(digits))
