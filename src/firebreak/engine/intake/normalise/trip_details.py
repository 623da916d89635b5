"""One column, four meanings: coach, seat, clock time, kind of vehicle. The cell is classified, not the column.

A channel spec may combine the day with the cell (``2020-01-23 10:00左右``): a clock time then becomes an instant.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from firebreak.engine.intake.normalise import coaches, modes
from firebreak.engine.intake.normalise.base import CannotTypeError, Context, Normaliser, Values
from firebreak.engine.intake.normalise.journey_text import fold, straight_dashes
from firebreak.engine.intake.normalise.places import parts, scan_places
from firebreak.engine.intake.normalise.seats import refuse_open

INSTANT = pl.Datetime("us", "UTC")
OUTPUTS: dict[str, pl.DataType | type[pl.DataType]] = {
    **coaches.OUTPUTS,
    "mode": pl.String,
    "board_at": INSTANT,
    "alight_at": INSTANT,
}
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:\s+(.*))?", re.DOTALL)
_TIME = r"(\d{1,2})(?:[:.点时](\d{2})?分?)"
_CLOCK = re.compile(rf"{_TIME}(?:-{_TIME})?(左右|许|前|后|之前|之后)?")


def _split_day(text: str) -> tuple[date | None, str]:
    match = _DAY.fullmatch(text.strip())
    if match is None:
        return None, text
    try:
        return date(int(match[1]), int(match[2]), int(match[3])), match[4] or ""
    except ValueError:
        raise CannotTypeError("detail.day", "The day is no day of the calendar.", "Check the date.") from None


def _instant(day: date, hour: str, minute: str | None) -> datetime:
    try:
        clock = time(int(hour), int(minute or 0))
    except ValueError:
        raise CannotTypeError("detail.clock", "A clock time is 00:00–23:59.", "Check the time.") from None
    return datetime.combine(day, clock, _SHANGHAI).astimezone(UTC)


def _read_clock(match: re.Match[str], day: date | None) -> Values:
    """``10:00左右`` is boarding; ``21:20前`` bounds the end of the ride, ``20:00后`` its start; a range gives both."""
    if day is None:
        raise CannotTypeError(
            "detail.day", "A clock time needs its day.", "Combine the day with this column in the spec."
        )
    first = _instant(day, match[1], match[2])
    if match[3]:
        last = _instant(day, match[3], match[4])
        return {"board_at": first, "alight_at": last if last >= first else last + timedelta(days=1)}
    return {"alight_at": first} if match[5] in ("前", "之前") else {"board_at": first}


def read_detail(text: str, context: Context) -> Values | list[Values]:
    """Classify one cell and type it. Raises CannotTypeError where it is none of the four."""
    day, cell = _split_day(text)
    folded = straight_dashes(fold(cell))
    if not folded:
        return {}
    clock = _CLOCK.fullmatch(folded)
    if clock:
        return _read_clock(clock, day)
    if folded in modes.KNOWN:
        return {"mode": modes.KNOWN[folded]}
    scan = scan_places(folded, labelled=True)
    if "车厢" not in folded and parts(scan) and not scan.rest:
        refuse_open(scan)
        found = parts(scan)
        return found if len(found) > 1 else found[0]
    return coaches.read_coach(cell, context)


def _at(**values: int | str) -> Values:
    return {**values, "place": "seat"}


def _utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc,arg-type]


NORMALISERS = (
    Normaliser(
        "trip_detail",
        OUTPUTS,
        read_detail,
        "Classifies a cell that may hold a coach, a seat, a clock time or a kind of vehicle. A day before it makes the "
        "clock an instant (Asia/Shanghai): boarding; 前 bounds the end of the ride, 后 its start.",
        "识别一格内容是车厢、座位、时刻还是车辆种类；其前有日期时，时刻成为上车时间（“前”为下车上限，“后”为上车下限）。",
        (
            ("2号车厢", {"coach": 2}),
            ("11-16号车厢", {"coach": 11, "coach_last": 16}),
            ("7、8号车厢", [{"coach": 7}, {"coach": 8}]),
            ("4、6、13号车厢", [{"coach": 4}, {"coach": 6}, {"coach": 13}]),
            ("加3车厢", {"coach_label": "加3"}),
            ("14号车厢22号上", {"coach": 14, "seat_no": 22, "berth_level": "upper", "place": "berth"}),
            ("餐车车厢", {"coach_label": "餐车"}),
            ("一等座车厢", {"coach_label": "一等座"}),
            ("卧铺", {"coach_label": "卧铺", "place": "berth"}),
            ("2020-01-23 2号车厢", {"coach": 2}),
            ("35C", _at(row=35, letter="C")),
            ("6A、6C", [_at(row=6, letter="A"), _at(row=6, letter="C")]),
            ("15排", _at(row=15)),
            ("R40J", _at(row=40, letter="J")),
            ("C49", _at(row=49, letter="C")),
            ("2020-01-23 35C", _at(row=35, letter="C")),
            ("2020-01-23 10:00左右", {"board_at": _utc(2020, 1, 23, 2)}),
            ("2020-01-23 9:40", {"board_at": _utc(2020, 1, 23, 1, 40)}),
            ("2020-01-23 5点左右", {"board_at": _utc(2020, 1, 22, 21)}),
            ("2020-01-23 20:00后", {"board_at": _utc(2020, 1, 23, 12)}),
            ("2020-01-23 21:20前", {"alight_at": _utc(2020, 1, 23, 13, 20)}),
            ("2020-01-23 7:11-10:10", {"board_at": _utc(2020, 1, 22, 23, 11), "alight_at": _utc(2020, 1, 23, 2, 10)}),
            ("2020-01-23 23:30-0:10", {"board_at": _utc(2020, 1, 23, 15, 30), "alight_at": _utc(2020, 1, 23, 16, 10)}),
            ("2020-01-23 出租车", {"mode": "taxi"}),
            ("机场巴士", {"mode": "coach"}),
            ("长途客车", {"mode": "coach"}),
            ("国际列车", {"mode": "train"}),
            ("2020-01-23", {}),
            ("10:00左右", "detail.day"),
            ("2020-02-30 10:00", "detail.day"),
            ("2020-01-23 25:10", "detail.clock"),
            ("很多人", "coach.unread"),
        ),
    ),
)
