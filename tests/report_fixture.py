"""A made-up order for the report's tests: nobody in it exists, and it says 演练/DRILL."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from firebreak.bridge.report import (
    FIELDS,
    Case,
    ChannelName,
    CoachView,
    Completeness,
    Contact,
    Evidence,
    Exposure,
    Gap,
    Person,
    Ride,
    Sitting,
    Stop,
    Timing,
    TraceReport,
    Value,
)
from firebreak.terms.formations import formations

SHANGHAI = ZoneInfo("Asia/Shanghai")
_STATIONS = ("汉口", "麻城北", "金寨", "六安", "合肥南", "全椒", "南京南", "常州", "无锡")
_MINUTES = (0, 38, 81, 118, 152, 178, 214, 263, 287)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = ("伟", "芳", "娜", "秀英", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超")
_CHANNELS = (
    ChannelName("rail-sales-sh", "铁路售票记录（上海局）", "Rail ticket sales (Shanghai)", True),
    ChannelName("community-register", "社区住户登记", "Community register", True),
    ChannelName("telecom-realname", "电信实名登记", "Telecom real-name register", True),
    ChannelName("hukou", "户籍登记", "Household register", True),
)
_RUN = date(2020, 1, 23)
_LETTERS = "ABCDF"


def _at(index: int) -> datetime:
    return datetime(2020, 1, 23, 9, 6, tzinfo=SHANGHAI) + timedelta(minutes=_MINUTES[index])


def relation_of(case: tuple[int, str], seat: tuple[int, str], rows: int) -> str | None:
    """The seat rule in its plainest form, for made-up seats."""
    gap = abs(case[0] - seat[0])
    if gap > rows:
        return None
    if gap:
        return f"rows_{gap}"
    side = {"A": 0, "B": 1, "C": 2, "D": 4, "F": 5}
    return "adjacent" if abs(side[case[1]] - side[seat[1]]) == 1 else "same_row"


def _value(rng: random.Random, text: str, channel: int, record: int, completed: bool) -> Value:
    return Value(
        text, _CHANNELS[channel].channel, date(2020, 1, 1) + timedelta(rng.randrange(22)), 0.9 if completed else 0.99,
        rng.randrange(1, 4), record, 0, completed, rng.choice((0, 0, 0, 1)),
    )  # fmt: skip


def _person(rng: random.Random, number: int, name: str | None = None) -> Person:
    name = name or rng.choice(_SURNAMES) + rng.choice(_GIVEN)
    document = f"32029919{rng.randrange(50, 99)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}{number:04}"
    street = f"江苏省无锡市梁溪区演练街道{rng.randrange(1, 90)}号{rng.randrange(1, 20)}幢{rng.randrange(101, 999)}室"
    values = {
        "name": _value(rng, name, 0, number, False),
        "doc_number": _value(rng, document, 0, number, False),
        "phone": _value(rng, f"+86199{number:04}{rng.randrange(10000):04}", 2, 9000 + number, True),
        "address": _value(rng, street, rng.choice((1, 3)), 5000 + number, True),
        "grid_code": _value(rng, f"320213001001{number % 40:03}", 1, 5000 + number, True),
    }
    for field in ("phone", "address", "grid_code"):
        if rng.random() < 0.12:
            del values[field]
    return Person(number, values, rng.randrange(2, 9), rng.randrange(2, 5))


def _sittings(rng: random.Random) -> list[Sitting]:
    found = [Sitting(1, 5, 7, "A", None, "seat", "passenger", 0, 8, 1, 0, "case")]
    number = 2
    for row in range(1, 18):
        for letter in _LETTERS:
            if (row, letter) == (7, "A"):
                continue
            start = rng.choice((0, 0, 0, 1, 2, 4))
            while start < 8 and rng.random() < 0.82:
                end = rng.randrange(start + 1, 9) if rng.random() < 0.6 else 8
                relation = relation_of((7, "A"), (row, letter), 3)
                found.append(
                    Sitting(number, 5, row, letter, None, "seat", "passenger", start, end, number, 0, relation)
                )
                number, start = number + 1, end
    for _ in range(3):
        found.append(Sitting(number, 5, None, None, None, "standing", "passenger", 4, 7, number, 0, None))
        number += 1
    return found


def _exposure(sitting: Sitting) -> Exposure:
    return Exposure(
        0, "train-rows-3@2020-01", "seat", sitting.relation or "", 5, sitting.seat, abs((sitting.row or 0) - 7),
        sitting.board_seq, sitting.alight_seq, _at(sitting.board_seq), _at(sitting.alight_seq),
        _MINUTES[sitting.alight_seq] - _MINUTES[sitting.board_seq], 1, sitting.record_id, 0,
    )  # fmt: skip


def made_up_report(hostile: str | None = None, simulated: bool = True) -> TraceReport:
    """An order of the Wuxi kind. ``hostile`` takes the place of one contact's name."""
    rng = random.Random(7)
    sittings = _sittings(rng)
    order = {"adjacent": 0, "same_row": 1}
    near = [one for one in sittings if one.relation not in (None, "case")]
    near.sort(key=lambda one: (order.get(one.relation or "", 2), one.relation or "", one.alight_seq * -1))
    contacts = tuple(
        Contact(rank, _person(rng, one.person_id, hostile if rank == 1 else None), (_exposure(one),))
        for rank, one in enumerate(near, start=1)
    )
    stops = tuple(
        Stop(i, name, _at(i) - timedelta(minutes=2) if i else None, _at(i) if i < 8 else None)
        for i, name in enumerate(_STATIONS)
    )
    coach = formations()["crh380a-8"].coach(5)
    assert coach is not None
    ride = Ride(
        11,
        "D3008",
        "42000D30080H",
        "train",
        _RUN,
        "crh380a-8",
        stops,
        (CoachView(coach, False, tuple(sittings)),),
        0,
        8,
    )
    return TraceReport(
        Case("WX-0001", "suspected", date(2020, 1, 21), _RUN, _person(rng, 1, "演练甲")),
        ("train-rows-3@2020-01",), 3, _RUN, "tester", simulated, (ride,), contacts,
        tuple(_completeness(contacts)), _gaps(contacts), {channel.channel: channel for channel in _CHANNELS},
        tuple(Evidence(one.record_id, "rail-sales-sh", "sales.csv", one.record_id, 1) for one in near),
        (Timing("expose", 0.041), Timing("complete", 0.082), Timing("assemble", 0.03)),
    )  # fmt: skip


def _completeness(contacts: tuple[Contact, ...]) -> list[Completeness]:
    return [
        Completeness(
            field,
            sum(field in contact.person.values for contact in contacts),
            sum(field in contact.person.values and contact.person.values[field].completed for contact in contacts),
            len(contacts),
        )
        for field in FIELDS
    ]


def _gaps(contacts: tuple[Contact, ...]) -> tuple[Gap, ...]:
    gaps = [
        Gap("field", {"field": field}, tuple(c.rank for c in contacts if field not in c.person.values),
            ("community-register",), ("telecom-realname",))
        for field in ("phone", "address", "grid_code")
    ]  # fmt: skip
    gaps.append(Gap("standing", {"coach": "5", "count": "3"}, (), ("rail-sales-sh",)))
    gaps.append(Gap("empty", {"coach": "5", "count": "4", "places": "6B 8C 9D 10F"}, (), ("rail-sales-sh",)))
    return tuple(gaps)
