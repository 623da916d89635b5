"""Reading places on board out of a text: coaches, rows, letters, berths, standing.

One scanner serves the coach, the seat, the memo and the detail column. It walks the text once from left to right. At
each position the most specific shape that fits is taken; a run of digits or Latin letters that fits none is passed
over whole, so that no number is ever read out of the middle of another (the trap ``08F，G2039/G2042``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from firebreak.engine.intake.normalise.base import CannotTypeError, Values
from firebreak.engine.intake.normalise.journey_text import fold, number, straight_dashes
from firebreak.terms.enums import PlaceKind

LETTERS = "A-HJ-L"
"""Seat letters of trains (A B C D F) and aircraft (A–L without I)."""

MAX_COACH, MAX_ROW, MAX_NUMBER, LONGEST_SINGLE_DECK = 30, 90, 200, 128
"""Longest trains have 20 coaches; a B777 ends before row 90; a YZ25B coach has 128 seats (YZ25G:
118); double-deck coaches have more, none 200."""

_LEVELS = {"上": "upper", "中": "middle", "下": "lower"}
_NUM = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"


@dataclass
class Scan:
    """What one text says. ``rest`` is what no shape took; ``labelled`` is true where a bare number may be a seat."""

    labelled: bool
    coaches: list[Values] = field(default_factory=list)
    current: Values = field(default_factory=dict)
    used: bool = True
    seats: list[Values] = field(default_factory=list)
    standing: bool = False
    row_range: bool = False
    alternatives: bool = False
    rest: str = ""

    def coach(self, values: Values, *, alone: bool) -> None:
        """A coach was named. Seats that follow lie in it, unless it is one of several (a list or a range)."""
        self.coaches.append(values)
        self.current = values if alone else {}
        self.used = False

    def seat(self, **values: int | str | None) -> None:
        self.used = True
        self.seats.append({**self.current, **values})


def coach_values(prefix: str, digits: str) -> Values:
    """``加3`` and ``A3`` are extra coaches without a number of their own: kept as labels. Coach 0 is no coach."""
    if prefix:
        return {"coach_label": f"{prefix}{int(digits)}" if digits.isdigit() else f"{prefix}{digits}"}
    value = number(digits)
    if value is None or value > MAX_COACH:
        raise CannotTypeError("coach.range", f"A coach number is 1–{MAX_COACH}.", "Check the coach.")
    return {"coach": value} if value else {}


def _coach_range(scan: Scan, match: re.Match[str]) -> None:
    first, last = coach_values("", match[1]), coach_values("", match[2])
    if not first or not last or first["coach"] >= last["coach"]:
        raise CannotTypeError(
            "coach.range", "A range of coaches runs from the lower to the higher.", "Check the coach."
        )
    scan.coach({**first, "coach_last": last["coach"]}, alone=False)


def _coach_list(scan: Scan, match: re.Match[str]) -> None:
    for digits in re.findall(r"\d+", match[0]):
        scan.coach(coach_values("", digits), alone=False)


def _coach(scan: Scan, match: re.Match[str]) -> None:
    scan.coach(coach_values(match[1] or "", match[2]), alone=True)
    scan.labelled = True


def _berths(scan: Scan, match: re.Match[str]) -> None:
    where = {"row": int(match[1])} if match[2] == "间" else {"seat_no": int(match[1])}
    for level in match[3]:
        scan.seat(**where, berth_level=_LEVELS[level], place=PlaceKind.BERTH.value)
    scan.labelled = True


def _berth(scan: Scan, match: re.Match[str]) -> None:
    digits = match[1]
    scan.seat(seat_no=int(digits[:3]), place=PlaceKind.BERTH.value)
    scan.labelled = True


def _row_range(scan: Scan, _match: re.Match[str]) -> None:
    scan.row_range = True


def _row(scan: Scan, match: re.Match[str]) -> None:
    row = number(match[1])
    letters = re.findall(rf"[{LETTERS}]", match[2] or "")
    if letters:
        for letter in letters:
            scan.seat(row=row, letter=letter, place=PlaceKind.SEAT.value)
    else:
        scan.seat(row=row, seat_no=int(match[3]) if match[3] else None, place=PlaceKind.SEAT.value)
    scan.labelled = True


def _row_letters(scan: Scan, match: re.Match[str]) -> None:
    row = int(match[1])
    if not 1 <= row <= MAX_ROW:
        raise CannotTypeError("seat.row", f"A seat row is 1–{MAX_ROW}.", "Check the seat.")
    for letter in re.findall(rf"[{LETTERS}]", match[2] + match[3]):
        scan.seat(row=row, letter=letter, place=PlaceKind.SEAT.value)
    scan.labelled = True


def _letter_range(scan: Scan, match: re.Match[str]) -> None:
    for code in range(ord(match[2]), ord(match[3]) + 1):
        scan.seat(row=int(match[1]), letter=chr(code), place=PlaceKind.SEAT.value)
    scan.labelled = True


def _letter_first(scan: Scan, match: re.Match[str]) -> None:
    scan.seat(row=int(match[2]), letter=match[1], place=PlaceKind.SEAT.value)


def _numbered(scan: Scan, match: re.Match[str]) -> None:
    scan.seat(**printed_number(match[1]))
    scan.labelled = True


def printed_number(digits: str) -> Values:
    """A printed number without a letter.

    Four digits are 12306's own form. From 3000 they stand for a ticket without a seat (no coach has that many; the
    same offset marks such tickets in 12306's remaining-ticket string). Otherwise they are either the number itself
    (``0021`` = 21) or, as for berths, the number and one digit for the level: beyond the longest coach only the second
    is possible, and the level is not guessed; below it, an end digit 1–3 leaves both open (place unknown).
    """
    value = int(digits)
    if len(digits) == 4:
        if 3000 <= value < 4000:
            return {"seat_no": value, "place": PlaceKind.STANDING.value}
        if LONGEST_SINGLE_DECK < value < 400 and value % 10 in (1, 2, 3):
            return {"seat_no": value // 10, "place": PlaceKind.BERTH.value}
        if 10 < value <= LONGEST_SINGLE_DECK and value % 10 in (1, 2, 3):
            return {"seat_no": value, "place": PlaceKind.UNKNOWN.value}
    if not 1 <= value <= MAX_NUMBER:
        raise CannotTypeError("seat.number", f"A seat number is 1–{MAX_NUMBER}.", "Check the seat.")
    return {"seat_no": value, "place": PlaceKind.SEAT.value}


def _standing(scan: Scan, _match: re.Match[str]) -> None:
    scan.standing = True


def _label(scan: Scan, _match: re.Match[str]) -> None:
    scan.labelled = True


def _other_train(scan: Scan, _match: re.Match[str]) -> None:
    scan.labelled = False


def _alternatives(scan: Scan, _match: re.Match[str]) -> None:
    scan.alternatives = True


def _skip(scan: Scan, match: re.Match[str]) -> None:
    scan.rest += match[0]
    scan.labelled = False


def _keep(_scan: Scan, _match: re.Match[str]) -> None:
    """A separator: what follows is as labelled as what stood before."""


_AFTER = r"(?![\d年月日时点分人名岁例路楼门:.])"
_END = r"(?![A-Z\d])"

_Shape = tuple[re.Pattern[str], Callable[[Scan, re.Match[str]], None], bool]

_SHAPES: tuple[_Shape, ...] = tuple(
    (re.compile(pattern), action, labelled_only)
    for pattern, action, labelled_only in (
        # coaches
        (r"(\d{1,2})号?(?:车?车厢)?-(\d{1,2})号?车?(?:车厢|车)", _coach_range, False),
        (r"\d{1,2}(?:号?(?:车厢)?[、,/和]\d{1,2})+号?车?车厢", _coach_list, False),
        (rf"第?(加|A)?({_NUM})号?车?车厢", _coach, False),
        (r"(加|A)?(\d{1,2})号?车(?![次站票程牌辆上型])", _coach, False),
        (r"(?:COACH|CAR)()(\d{1,2})", _coach, False),
        # rows and berths
        (r"\d{1,2}-\d{1,2}排", _row_range, False),
        (rf"第?({_NUM})排([{LETTERS}](?:[、,/和]?[{LETTERS}])*{_END})?(?:(\d{{1,3}})[号座])?", _row, False),
        (r"ROW(\d{1,2})()()", _row, False),
        (r"(\d{1,3})(号|间)?床?([上中下]{1,3})铺", _berths, False),
        (r"(\d{1,3})(号)床?([上中下])(?![车站午旬])", _berths, False),
        (r"(\d{1,4})号?(?:卧铺|软卧|硬卧|铺位|铺)", _berth, False),
        # seats with a letter
        (rf"0{{0,2}}(\d{{1,2}})([{LETTERS}])-0{{0,2}}\1([{LETTERS}]){_END}", _letter_range, False),
        (rf"R?0{{0,2}}(\d{{1,2}})[号-]?([{LETTERS}])((?:[、,/][{LETTERS}]{_END})*){_END}", _row_letters, False),
        (rf"([{LETTERS}])(\d{{1,2}})(?![\d次/车])", _letter_first, True),
        # seats with a number
        (r"(\d{1,4})号?(?:硬座|软座|座位|座)", _numbered, False),
        (rf"(\d{{1,4}})号?{_AFTER}(?![A-Z\-车排铺])", _numbered, True),
        (r"无座|站票|无号|WZ", _standing, False),
        # words that say that a seat follows, and what must not be read as one
        (r"座位号码?|座位|座次|座号|席位", _label, False),
        (r"[GDCKTZY]\d{1,4}(?:/[GDCKTZY]?\d{1,4})*次?(?:列车)?(?:\([^)]*\))?", _other_train, False),
        (r"或", _alternatives, True),
        (r"[、/,:;.为是号座\-]", _keep, False),
        (r"\d+(?:[:.\-]\d+)*|[A-Z]+\d*|.", _skip, False),
    )
)


def scan_places(text: str, *, labelled: bool) -> Scan:
    """Scan a text. ``labelled``: the column itself says that this is a seat, so a bare number is one."""
    folded = straight_dashes(fold(text))
    scan = Scan(labelled)
    at = 0
    while at < len(folded):
        for pattern, action, labelled_only in _SHAPES:
            match = pattern.match(folded, at) if scan.labelled or not labelled_only else None
            if match:
                action(scan, match)
                at = match.end()
                break
    return scan


def parts(scan: Scan) -> list[Values]:
    """The places of a scan, in the order of the text: seats, else standing in each coach, else the coaches."""
    coaches = scan.coaches
    if scan.seats:
        late = coaches[0] if len(coaches) == 1 and not scan.used else {}
        return [{**late, **{key: value for key, value in seat.items() if value is not None}} for seat in scan.seats]
    if scan.standing:
        return [{**coach, "place": PlaceKind.STANDING.value} for coach in coaches or [{}]]
    return [coach for coach in coaches if coach]
