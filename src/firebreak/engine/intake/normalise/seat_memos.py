"""Free text that may hold a seat. What is written is extracted; nothing is guessed; most memos hold none."""

from __future__ import annotations

import re

import polars as pl

from firebreak.engine.intake.normalise import coaches, seats
from firebreak.engine.intake.normalise.base import Context, Normaliser, Values
from firebreak.engine.intake.normalise.journey_text import fold
from firebreak.engine.intake.normalise.places import parts, scan_places
from firebreak.terms.enums import PlaceKind, Role

OUTPUTS = {**{name: kind for name, kind in seats.OUTPUTS.items() if name != "seat_class"}, "coach_last": pl.Int16}
_CREW = re.compile(r"乘务员|列车员|列车长|广播员|乘警|(?:列车|高铁|动车|^)保洁员")
_SEAT, _BERTH, _STANDING = PlaceKind.SEAT.value, PlaceKind.BERTH.value, PlaceKind.STANDING.value


def read_memo(text: str, _context: Context) -> Values | list[Values]:
    """The seats a memo names, or nothing. Raises CannotTypeError where it names rows or alternatives, not a seat."""
    folded = fold(text)
    crew = {"role": Role.CREW.value} if _CREW.search(folded) else {}
    scan = scan_places(folded, labelled=False)
    found = parts(scan)
    seats.refuse_open(scan)
    if not found:
        return {**(coaches.word(folded) or {}), **crew}
    filled = [{**place, **crew} for place in found]
    return filled if len(filled) > 1 else filled[0]


def _at(**values: int | str) -> Values:
    return {**values, "place": _SEAT}


def _bed(number: int, level: str, **values: int) -> Values:
    return {**values, "seat_no": number, "berth_level": level, "place": _BERTH}


NORMALISERS = (
    Normaliser(
        "seat_memo",
        OUTPUTS,
        read_memo,
        "The seats, berths or coaches that a free text names; a text without one gives nothing and is not an error.",
        "从备注中提取席位、铺位或车厢；未写席位的备注不产生记录，也不算错误。",
        (
            ("座位：9A", _at(row=9, letter="A")),
            ("座次0021", {"seat_no": 21, "place": "unknown"}),
            ("座次011D、016B、016A", [_at(row=11, letter="D"), _at(row=16, letter="B"), _at(row=16, letter="A")]),
            ("座位：13A/13B/13C", [_at(row=13, letter=letter) for letter in "ABC"]),
            ("座位：9号铺/10号铺", [{"seat_no": 9, "place": _BERTH}, {"seat_no": 10, "place": _BERTH}]),
            ("13号中铺", _bed(13, "middle")),
            ("座位：08F，G2039/G2042", _at(row=8, letter="F")),
            ("05D，原文D1538车次有误", _at(row=5, letter="D")),
            ("13D", _at(row=13, letter="D")),
            ("座位：12号", _at(seat_no=12)),
            ("座位：11，某某火车站", _at(seat_no=11)),
            ("67座，K1065/K1068", _at(seat_no=67)),
            ("8车18D", _at(coach=8, row=18, letter="D")),
            ("座位：7车06c", _at(coach=7, row=6, letter="C")),
            ("座次10车11B", _at(coach=10, row=11, letter="B")),
            ("06车厢013B座", _at(coach=6, row=13, letter="B")),
            ("4车003号", _at(coach=4, seat_no=3)),
            ("15车02号中铺", _bed(2, "middle", coach=15)),
            ("17车厢3051座", {"coach": 17, "seat_no": 3051, "place": _STANDING}),
            ("7车3C/13D号", [_at(coach=7, row=3, letter="C"), _at(coach=7, row=13, letter="D")]),
            ("5号车厢13A、B、C座位", [_at(coach=5, row=13, letter=letter) for letter in "ABC"]),
            ("座次4车08D,04车08F", [_at(coach=4, row=8, letter="D"), _at(coach=4, row=8, letter="F")]),
            ("座位03C；家人座位：10车18C", [_at(row=3, letter="C"), _at(coach=10, row=18, letter="C")]),
            (
                "14车箱94号硬座,后补票至10车箱5号卧铺",
                [_at(coach=14, seat_no=94), {"coach": 10, "seat_no": 5, "place": _BERTH}],
            ),
            ("3车厢9号上下铺", [_bed(9, "upper", coach=3), _bed(9, "lower", coach=3)]),
            ("硬卧13下铺\\14下铺", [_bed(13, "lower"), _bed(14, "lower")]),
            ("（33-36铺位）33号下铺软卧", _bed(33, "lower")),
            ("座位：22号下铺。此前乘T36(03车45座)到某地", _bed(22, "lower")),
            ("无座", {"place": _STANDING}),
            ("无座，10号车厢与卧铺车厢连接处", {"coach": 10, "place": _STANDING}),
            ("无座, 3车厢与4车厢交界处", [{"coach": 3, "place": _STANDING}, {"coach": 4, "place": _STANDING}]),
            ("14车厢无座", {"coach": 14, "place": _STANDING}),
            ("加1车", {"coach_label": "加1"}),
            ("14号车厢", {"coach": 14}),
            ("卧铺车厢", {"coach_label": "卧铺", "place": "berth"}),
            ("乘务员，当班", {"role": "crew"}),
            ("高铁保洁员，服务7、8号车厢", [{"coach": 7, "role": "crew"}, {"coach": 8, "role": "crew"}]),
            ("同乘车次939人", {}),
            ("同趟车的有89人", {}),
            ("1月22日22:35-1月23日5:45", {}),
            ("某地149号病例", {}),
            ("某路300号C座", {}),
            ("首例2020.1.26确诊", {}),
            ("途径金寨、六安、合肥南", {}),
            ("座位：9-13排", "seat.rows"),
            ("座位：06、07或16、17", "seat.alternatives"),
        ),
    ),
)
