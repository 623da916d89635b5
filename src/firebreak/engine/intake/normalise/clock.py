"""Times of day as people write them: 10:30, 上午10时许, 晚上8点半, 8:30 PM, 25:10."""

from __future__ import annotations

import re

from firebreak.engine.intake.normalise.base import CannotTypeError
from firebreak.engine.intake.normalise.chars import CHINESE_NUMBER, arabic

_PART_OF_DAY = "凌晨|清晨|早晨|早上|早|上午|正午|中午|下午|午后|傍晚|晚上|晚间|晚|夜里|夜间|深夜|午夜|夜"
_AFTERNOON = frozenset(("下午", "午后", "傍晚", "晚上", "晚间", "晚", "夜里", "夜间", "深夜", "午夜", "夜"))
_TIME = re.compile(
    rf"(?P<part>{_PART_OF_DAY})? *(?P<before>am|pm|a\.m\.|p\.m\.)? *"
    r"(?P<hour>\d{1,2})"
    r"(?: *[:.时点h] *(?P<minute>\d{1,2})?(?: *[:分'] *(?P<second>\d{1,2})?(?:\.\d+)?秒?)?)?"
    r"(?P<words>半|一刻|1刻|3刻|整|钟)*"
    r" *(?P<after>am|pm|a\.m\.|p\.m\.)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{2})?")
_ABOUT = re.compile(r"左右|前后|大约|大概|约|之?前$|之?后$|许$|分许$")
_HOURS = re.compile(rf"{CHINESE_NUMBER}+(?=[点时分刻])")


def seconds(text: str) -> int:
    """Seconds after 00:00 of the day the text counts from; 24:00 and later (to 47:59) run into the next day."""
    plain = _HOURS.sub(lambda run: arabic(run[0]), _ABOUT.sub("", text)).strip().rstrip("-,")
    if compact := _COMPACT.fullmatch(plain):
        return _sum(*(int(part or 0) for part in compact.groups()))
    found = _TIME.fullmatch(plain)
    if found is None or not re.search(r"[:.时点hapm]", plain, re.IGNORECASE):
        raise CannotTypeError("time.shape", "The text has the shape of no time of day.", "Write the time as 10:30.")
    minute = int(found["minute"] or 0)
    words = found["words"] or ""
    minute += {"半": 30, "一刻": 15, "1刻": 15, "3刻": 45}.get(words, 0)
    half = (found["before"] or found["after"] or "").lower().replace(".", "")
    hour = _hour(int(found["hour"]), found["part"], half)
    return _sum(hour, minute, int(found["second"] or 0))


def _hour(hour: int, part: str | None, half: str) -> int:
    """The hour out of 24, by AM/PM or the part of the day (晚上12点 is the midnight that follows)."""
    if half:
        if not 1 <= hour <= 12 and half == "am":
            raise _impossible()
        return hour % 12 + (12 if half == "pm" else 0) if hour <= 12 else hour
    if part in _AFTERNOON:
        if hour == 12:
            return 12 if part in ("下午", "午后") else 24
        # 深夜1点, 夜里2点 are the small hours; nobody says 深夜 for the early afternoon
        late = part not in ("下午", "午后", "傍晚", "晚上", "晚间", "晚")
        return hour + 12 if hour < 12 and not (late and hour < 6) else hour
    if part == "凌晨" and hour == 12:
        return 0
    return hour + 12 if part in ("中午", "正午") and hour < 6 else hour


def _sum(hour: int, minute: int, second: int) -> int:
    if hour > 47 or minute > 59 or second > 59:
        raise _impossible()
    return hour * 3600 + minute * 60 + second


def _impossible() -> CannotTypeError:
    return CannotTypeError(
        "time.impossible",
        "Hours run to 47 (past 24 is the next day), minutes and seconds to 59.",
        "Correct the time in the cell.",
    )
