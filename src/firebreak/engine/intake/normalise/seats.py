"""The seat: row and letter, printed number, berth and level, standing; with the coach where the cell holds it."""

from __future__ import annotations

import re
from functools import lru_cache

import polars as pl

from firebreak.engine.intake.normalise.base import CannotTypeError, Context, Normaliser, Values
from firebreak.engine.intake.normalise.journey_text import fold
from firebreak.engine.intake.normalise.places import (
    LETTERS,
    MAX_NUMBER,
    MAX_ROW,
    Scan,
    coach_values,
    parts,
    scan_places,
)
from firebreak.terms.enums import PlaceKind, Role

OUTPUTS = {
    "coach": pl.Int16,
    "coach_label": pl.String,
    "row": pl.Int16,
    "letter": pl.String,
    "seat_no": pl.Int16,
    "berth_level": pl.String,
    "place": pl.String,
    "seat_class": pl.String,
    "role": pl.String,
}
_SEAT, _BERTH, _STANDING = PlaceKind.SEAT.value, PlaceKind.BERTH.value, PlaceKind.STANDING.value
_LEVELS = {"上": "upper", "中": "middle", "下": "lower"}
_CLASSES = re.compile(
    r"(?:PREMIUM)?(?:FIRST|BUSINESS|ECONOMY)CLASS|头等舱|公务舱|商务舱|超级经济舱|经济舱"
    r"|商务座|特等座|优选一等座|一等座|二等座|软座|硬座(?!位)|高级软卧|软卧|硬卧|动卧|一等卧|二等卧"
)
_CREW = re.compile(r"CABINCREW|CREW|机组|乘务员?|列车员|列车长|乘警")
_FILLER = re.compile(r"UNKNOWN|AND|SEAT|NO\.?|位|号|座|[()\[\]]|新空调|票")
_JOINED = re.compile(rf"(\d{{1,2}})[-/_#.](\d{{1,2}})-?([{LETTERS}])")
_CODE = re.compile(rf"(\d{{2}})(\d{{2}})([{LETTERS}])")
_JOINED_NUMBER = re.compile(r"(\d{1,2})[-/_#.](\d{1,3})号?([上中下])铺?|(\d{1,2})[-/_#.](\d{3})号?")
_LEVEL_ONLY = re.compile(r"([上中下])铺")


def _compact(folded: str) -> Values | None:
    """The joined forms of operators' bulk files: ``0507D``, ``05/07D``, ``5-7-D``, ``08-013中``, ``05-045``."""
    lettered = _CODE.fullmatch(folded) or _JOINED.fullmatch(folded)
    if lettered and 1 <= int(lettered[2]) <= MAX_ROW:
        return {**coach_values("", lettered[1]), "row": int(lettered[2]), "letter": lettered[3], "place": _SEAT}
    numbered = _JOINED_NUMBER.fullmatch(folded)
    if numbered and numbered[3]:
        berth = {"seat_no": int(numbered[2]), "berth_level": _LEVELS[numbered[3]], "place": _BERTH}
        return {**coach_values("", numbered[1]), **berth}
    if numbered and 1 <= int(numbered[5]) <= MAX_NUMBER:
        return {**coach_values("", numbered[4]), "seat_no": int(numbered[5]), "place": _SEAT}
    level = _LEVEL_ONLY.fullmatch(folded)
    return {"berth_level": _LEVELS[level[1]], "place": _BERTH} if level else None


def refuse_open(scan: Scan) -> None:
    """Rows 9–13, or one seat *or* another, are no seat. Raises CannotTypeError."""
    if scan.row_range:
        raise CannotTypeError("seat.rows", "A range of rows is not a seat.", "Give the seat, or leave it empty.")
    if scan.alternatives:
        raise CannotTypeError("seat.alternatives", "Alternatives (…或…) are not a seat.", "Give the one that is known.")


def _class_of(word: str) -> str:
    return word.removesuffix("CLASS").lower() if word.isascii() else word


def read_seat(text: str, _context: Context) -> Values | list[Values]:
    """One cell of a seat column. Raises CannotTypeError where it holds something that is no place on board."""
    return _read(text)


@lru_cache(maxsize=1 << 16)
def _read(text: str) -> Values | list[Values]:
    """A train has some 1,500 places, so a bulk file repeats few texts: reading each once beats a vectorised path
    (1.1 against 0.4 million rows a second over eight shapes mixed)."""
    folded = fold(text)
    compact = _compact(folded)
    if compact is not None:
        return compact
    classes = _CLASSES.findall(folded)
    crew = {"role": Role.CREW.value} if _CREW.search(folded) else {}
    sold = {"seat_class": _class_of(classes[0])} if len(set(classes)) == 1 else {}
    scan = scan_places(_CREW.sub("", _CLASSES.sub("座", folded)), labelled=True)
    refuse_open(scan)
    found = parts(scan) or ([{}] if crew or sold else [])
    if not found or _FILLER.sub("", scan.rest):
        raise CannotTypeError("seat.unread", "The cell is not a seat.", "Give it as 07D, 05车07D, 13号中铺 or 无座.")
    filled = [{**place, **sold, **crew} for place in found]
    return filled if len(filled) > 1 else filled[0]


def _at(**values: int | str) -> Values:
    return {**values, "place": _SEAT}


_BULK_CASES: tuple[tuple[str, Values | list[Values] | str], ...] = (
    ("07D", _at(row=7, letter="D")),
    ("7d", _at(row=7, letter="D")),
    ("007D", _at(row=7, letter="D")),
    ("07D号", _at(row=7, letter="D")),
    ("05车07D号", _at(coach=5, row=7, letter="D")),
    ("05车厢07D座", _at(coach=5, row=7, letter="D")),
    ("05/07D", _at(coach=5, row=7, letter="D")),
    ("05-07D", _at(coach=5, row=7, letter="D")),
    ("0507D", _at(coach=5, row=7, letter="D")),
    ("5-7-D", _at(coach=5, row=7, letter="D")),
    ("05 07D", _at(coach=5, row=7, letter="D")),
    ("５车７Ｄ", _at(coach=5, row=7, letter="D")),
    ("A3车厢0048号座", _at(coach_label="A3", seat_no=48)),
    ("05车012号", _at(coach=5, seat_no=12)),
    ("05-045", _at(coach=5, seat_no=45)),
    ("05车012号下铺", {"coach": 5, "seat_no": 12, "berth_level": "lower", "place": _BERTH}),
    ("08-013中", {"coach": 8, "seat_no": 13, "berth_level": "middle", "place": _BERTH}),
    ("二等座05车07D号", {"coach": 5, "row": 7, "letter": "D", "place": _SEAT, "seat_class": "二等座"}),
    ("无座", {"place": _STANDING}),
    ("站票", {"place": _STANDING}),
    ("WZ", {"place": _STANDING}),
    ("05车无座", {"coach": 5, "place": _STANDING}),
    ("3008", {"seat_no": 3008, "place": _STANDING}),
)

_LIST_CASES: tuple[tuple[str, Values | list[Values] | str], ...] = (
    ("9A", _at(row=9, letter="A")),
    ("座位：9A", _at(row=9, letter="A")),
    ("座次010D", _at(row=10, letter="D")),
    ("010F号座位", _at(row=10, letter="F")),
    ("4D号", _at(row=4, letter="D")),
    ("17号A", _at(row=17, letter="A")),
    ("8排D座", _at(row=8, letter="D")),
    ("17排", _at(row=17)),
    ("第三排", _at(row=3)),
    ("1排4号", _at(row=1, seat_no=4)),
    ("座位号：71", _at(seat_no=71)),
    ("082号", _at(seat_no=82)),
    ("座位：68座", _at(seat_no=68)),
    ("座次0021", {"seat_no": 21, "place": "unknown"}),
    ("0036号座", _at(seat_no=36)),
    ("0151铺位", {"seat_no": 15, "place": _BERTH}),
    ("13号中铺", {"seat_no": 13, "berth_level": "middle", "place": _BERTH}),
    ("7号床下铺", {"seat_no": 7, "berth_level": "lower", "place": _BERTH}),
    ("16间上铺", {"row": 16, "berth_level": "upper", "place": _BERTH}),
    ("上铺", {"berth_level": "upper", "place": _BERTH}),
    ("9号铺/10号铺", [{"seat_no": 9, "place": _BERTH}, {"seat_no": 10, "place": _BERTH}]),
    ("座次011D、016B、016A", [_at(row=11, letter="D"), _at(row=16, letter="B"), _at(row=16, letter="A")]),
    ("13A/13B/13C", [_at(row=13, letter=letter) for letter in "ABC"]),
    ("13排A、B、C座", [_at(row=13, letter=letter) for letter in "ABC"]),
    ("13A、B、C", [_at(row=13, letter=letter) for letter in "ABC"]),
    ("3A-3D", [_at(row=3, letter=letter) for letter in "ABCD"]),
    ("43/44", [_at(seat_no=43), _at(seat_no=44)]),
    ("37号、38号", [_at(seat_no=37), _at(seat_no=38)]),
)

_FLIGHT_CASES: tuple[tuple[str, Values | list[Values] | str], ...] = (
    ("42A, 42B", [_at(row=42, letter="A"), _at(row=42, letter="B")]),
    ("R40J", _at(row=40, letter="J")),
    ("C49", _at(row=49, letter="C")),
    ("Row 39", _at(row=39)),
    ("27A, unknown", _at(row=27, letter="A")),
    ("Business class 6K", {**_at(row=6, letter="K"), "seat_class": "business"}),
    ("Business class cabin crew", {"seat_class": "business", "role": "crew"}),
    ("头等舱7A", {**_at(row=7, letter="A"), "seat_class": "头等舱"}),
)

_REFUSED: tuple[tuple[str, Values | list[Values] | str], ...] = (
    ("9-13排", "seat.rows"),
    ("06、07或16、17", "seat.alternatives"),
    ("1706", "seat.number"),
    ("98A", "seat.row"),
    ("97车07D", "coach.range"),
    ("靠窗", "seat.unread"),
    ("Since 20/01/2020", "seat.unread"),
)

NORMALISERS = (
    Normaliser(
        "seat",
        OUTPUTS,
        read_seat,
        "A place on board: row and letter, or a printed number, or a berth with its level, or standing; "
        "several in one cell give one record each.",
        "车上席位：排与字母、座号、铺号与铺位层或无座；一格多个席位各成一条记录。",
        (*_BULK_CASES, *_LIST_CASES, *_FLIGHT_CASES, *_REFUSED),
    ),
)
