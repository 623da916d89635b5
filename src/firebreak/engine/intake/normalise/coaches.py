"""The coach, as really written: numbers, ranges, lists, extra coaches, and words where no number is given."""

from __future__ import annotations

import re

import polars as pl

from firebreak.engine.intake.normalise.base import CannotTypeError, Context, Normaliser, Values
from firebreak.engine.intake.normalise.journey_text import fold, number
from firebreak.engine.intake.normalise.places import LETTERS, MAX_COACH, parts, scan_places
from firebreak.terms.enums import PlaceKind

OUTPUTS = {
    "coach": pl.Int16,
    "coach_last": pl.Int16,
    "coach_label": pl.String,
    "row": pl.Int16,
    "letter": pl.String,
    "seat_no": pl.Int16,
    "berth_level": pl.String,
    "place": pl.String,
}

_WORDS = re.compile(
    r"餐车|餐吧车|行李车|宿营车|(?:一等|二等|商务|特等|硬|软|观光)座|(?:硬|软|动|高级软)?卧铺?"
    r"|(?:倒数)?第[\d一二三四五六七八九十]+节|最后一节|中间(?:靠[前后])?|(?:靠近)?餐车附近|车厢?(?:头|中|尾)部?|[前中后]部"
    r"|[A-Z]仓|[A-Z]舱|[\d一二三四五六七八九]楼包厢"
)
_CABIN = re.compile(rf"(头等舱|公务舱|商务舱|超级经济舱|经济舱)(?:0{{0,2}}(\d{{1,2}})([{LETTERS}]))?座?")
_PLAIN = re.compile(r"第?0*(\d{1,2}|[一二三四五六七八九十]{1,3})号?(?:车?车厢|车)?")
_FILLER = re.compile(r"无票|位|厢|车|号|[()]")


def word(folded: str) -> Values | None:
    """A coach that has a name and no number. The word is kept as it stands, without 车厢 behind it."""
    cabin = _CABIN.fullmatch(folded)
    if cabin:
        seat = {"row": int(cabin[2]), "letter": cabin[3], "place": PlaceKind.SEAT.value} if cabin[2] else {}
        return {"coach_label": cabin[1], **seat}
    bare = re.sub(r"[,、]?无票$", "", folded)
    named = bare.removesuffix("车厢")
    if _WORDS.fullmatch(named):
        berth = {"place": PlaceKind.BERTH.value} if "卧" in named else {}
        return {"coach_label": named, **berth}
    return {"coach_label": bare} if _WORDS.fullmatch(bare) else None


def read_coach(text: str, _context: Context) -> Values | list[Values]:
    """One cell of a coach column. Raises CannotTypeError where no coach is named."""
    folded = fold(text)
    plain = _PLAIN.fullmatch(folded)
    if plain and number(plain[1]) == 0:
        return {}
    named = word(folded)
    if named:
        return named
    scan = scan_places(
        folded if not plain or folded.endswith(("车厢", "车")) else f"{plain[0].rstrip('号')}车厢", labelled=False
    )
    found = parts(scan)
    if (not found and scan.used) or _FILLER.sub("", scan.rest):
        raise CannotTypeError("coach.unread", "The cell names no coach.", "Give the coach as a number (5) or 5号车厢.")
    return found if len(found) != 1 else found[0]


_SEAT = PlaceKind.SEAT.value

NORMALISERS = (
    Normaliser(
        "coach",
        OUTPUTS,
        read_coach,
        f"Coach 1–{MAX_COACH}; a range fills coach and coach_last, a list gives one record each; "
        "extra coaches (A3, 加3) and words (餐车) are kept as coach_label. A seat in the same cell is taken too.",
        f"车厢号1–{MAX_COACH}；区间写入起止，列举各成一条；加挂车厢（A3、加3）与文字（餐车）写入车厢描述；同格座位一并提取。",
        (
            ("5", {"coach": 5}),
            ("05", {"coach": 5}),
            ("0", {}),
            ("2号车厢", {"coach": 2}),
            ("03号车厢", {"coach": 3}),
            ("10车厢", {"coach": 10}),
            ("第7车厢", {"coach": 7}),
            ("11车", {"coach": 11}),
            ("7号车箱", {"coach": 7}),
            ("11号车车厢", {"coach": 11}),
            ("四车厢", {"coach": 4}),
            ("十二号车厢", {"coach": 12}),
            ("５号车厢", {"coach": 5}),
            ("Coach 5", {"coach": 5}),
            ("0车05A", {"row": 5, "letter": "A", "place": _SEAT}),
            ("03车10F", {"coach": 3, "row": 10, "letter": "F", "place": _SEAT}),
            ("07车04D座", {"coach": 7, "row": 4, "letter": "D", "place": _SEAT}),
            ("2车厢，9A", {"coach": 2, "row": 9, "letter": "A", "place": _SEAT}),
            ("6号车厢3排D座", {"coach": 6, "row": 3, "letter": "D", "place": _SEAT}),
            ("06号车厢18D座", {"coach": 6, "row": 18, "letter": "D", "place": _SEAT}),
            ("4号车厢108座位", {"coach": 4, "seat_no": 108, "place": _SEAT}),
            ("14号车厢22号上", {"coach": 14, "seat_no": 22, "berth_level": "upper", "place": "berth"}),
            ("座次12A", {"row": 12, "letter": "A", "place": _SEAT}),
            ("1-4号车厢", {"coach": 1, "coach_last": 4}),
            ("1至4号车厢", {"coach": 1, "coach_last": 4}),
            ("11-16号车厢", {"coach": 11, "coach_last": 16}),
            ("4、5号车厢", [{"coach": 4}, {"coach": 5}]),
            ("14、15、16号车厢", [{"coach": 14}, {"coach": 15}, {"coach": 16}]),
            ("14号车厢/12号车厢", [{"coach": 14}, {"coach": 12}]),
            ("A3号车厢", {"coach_label": "A3"}),
            ("加3号车厢", {"coach_label": "加3"}),
            ("加1车厢", {"coach_label": "加1"}),
            ("餐车，无票", {"coach_label": "餐车"}),
            ("餐车车厢", {"coach_label": "餐车"}),
            ("一等座车厢", {"coach_label": "一等座"}),
            ("卧铺", {"coach_label": "卧铺", "place": "berth"}),
            ("第3节车厢", {"coach_label": "第3节"}),
            ("倒数第二节车厢", {"coach_label": "倒数第二节"}),
            ("最后一节车厢", {"coach_label": "最后一节"}),
            ("中间车厢", {"coach_label": "中间"}),
            ("中间靠后车厢", {"coach_label": "中间靠后"}),
            ("车厢尾部", {"coach_label": "车厢尾部"}),
            ("X仓", {"coach_label": "X仓"}),
            ("头等舱7A", {"coach_label": "头等舱", "row": 7, "letter": "A", "place": _SEAT}),
            ("R40J", {"row": 40, "letter": "J", "place": _SEAT}),
            ("三楼包厢", {"coach_label": "三楼包厢"}),
            ("97号车厢", "coach.range"),
            ("9-2号车厢", "coach.range"),
            ("农村客运班车", "coach.unread"),
        ),
    ),
)
