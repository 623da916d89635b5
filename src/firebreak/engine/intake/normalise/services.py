"""Public numbers of trains and flights; lines and vehicles of everything else.

The public number is what people say. It is never what services are joined on: one train has several (``K446/K447``).
"""

from __future__ import annotations

import re
import unicodedata

import polars as pl

from firebreak.engine.intake.normalise.base import CannotTypeError, Context, Normaliser, Values
from firebreak.engine.intake.normalise.journey_text import fold, number
from firebreak.engine.intake.normalise.places import MAX_COACH
from firebreak.terms.enums import Mode

OUTPUTS = {"service_no": pl.String, "coach": pl.Int16, "mode": pl.String}

_TRAIN = re.compile(r"(DJ|[GDCKTZYSLNPX])-?0*([1-9]\d{0,3})")
_BARE = re.compile(r"[1-9]\d{3}")
_FLIGHT = re.compile(r"([A-Z]{2}|[A-Z]\d|\d[A-Z])-?0*([1-9]\d{0,3})([A-Z]?)")
_AIRLINE = re.compile(r"^[一-鿿]{2,4}(?=[A-Z\d]{2}-?\d)")
_COACH = re.compile(r"\(第?(\d{1,2}|[一二三四五六七八九十]{1,3})号?(?:车厢|车)\)$")
_WORDS = re.compile(r"^(?:FLIGHT|FIGHT|TRAIN|航班|车次|列车)(?:NO\.?|号)?:?|次(?:列车|航班)?(?=$|/)|号?列车$")
_UNKNOWN = re.compile(r"不详|未知|不明")
KINDS = (
    (r"地铁|轻轨|轨道|号线|有轨", Mode.METRO.value),
    (r"公交|\d路|路公|公共汽车", Mode.BUS.value),
    (r"出租|的士|网约|^TAXI$", Mode.TAXI.value),
    (r"班车|大巴|客车|中巴|巴士", Mode.COACH.value),
    (r"轮|船|渡", Mode.SHIP.value),
)
"""Words in the name of a line or vehicle, and the mode they say; the first that fits."""


def _pieces(folded: str) -> list[str]:
    """The numbers of a cell, each with the letters it shares: ``K1156/1157``, ``SC/CA4786``."""
    pieces = [piece for piece in re.split(r"[/、,;和及()\\+&]", folded) if piece]
    lead = re.fullmatch(r"([A-Z]+)\d+", pieces[0]) if pieces else None
    if lead:
        pieces = [f"{lead[1]}{piece}" if piece.isdigit() else piece for piece in pieces]
    digits = re.search(r"\d+$", pieces[-1]) if pieces else None
    return [f"{piece}{digits[0]}" if digits and re.fullmatch(r"[A-Z]{2}", piece) else piece for piece in pieces]


def _one_number(piece: str) -> tuple[str, str | None] | None:
    train = _TRAIN.fullmatch(piece)
    if train:
        return f"{train[1]}{train[2]}", Mode.TRAIN.value
    if _BARE.fullmatch(piece):
        return piece, None
    flight = _FLIGHT.fullmatch(_AIRLINE.sub("", piece))
    if flight:
        return f"{flight[1]}{flight[2]}{flight[3]}", Mode.FLIGHT.value
    return None


def _coach_in(folded: str) -> tuple[str, Values]:
    match = _COACH.search(folded)
    if match is None:
        return folded, {}
    coach = number(match[1])
    if not coach or coach > MAX_COACH:
        raise CannotTypeError("coach.range", f"A coach number is 1–{MAX_COACH}.", "Check the coach.")
    return folded[: match.start()], {"coach": coach}


def read_service(text: str, _context: Context) -> Values:
    """One cell. Trains and flights as numbers, several joined by ``/``; lines and vehicles as their cleaned text."""
    folded, coach = _coach_in(fold(text))
    found = [_one_number(piece) for piece in _pieces(_WORDS.sub("", folded))]
    numbers = [each for each in found if each]
    if numbers and len(numbers) == len(found):
        mode = next((kind for _, kind in numbers if kind), None)
        return {"service_no": "/".join(dict.fromkeys(no for no, _ in numbers)), **coach, "mode": mode}
    return _other(text, folded)


def _other(text: str, folded: str) -> Values:
    mode = next((kind for pattern, kind in KINDS if re.search(pattern, folded)), None)
    if (_UNKNOWN.search(folded) and not re.search(r"\d", folded)) or folded == "TAXI":
        return {"mode": mode}
    return {"service_no": " ".join(unicodedata.normalize("NFKC", text).split()), "mode": mode}


def _fast(cell: pl.Expr, _context: Context) -> pl.Expr:
    """One train number (``G420``) or one flight with two letters (``MU2417``; DJ is a kind of train)."""
    train = cell.str.contains(r"^[GDCKTZ][1-9][0-9]{0,3}$")
    flight = cell.str.contains(r"^[A-Z]{2}[1-9][0-9]{0,3}$") & ~cell.str.starts_with("DJ")
    mode = pl.when(train).then(pl.lit(Mode.TRAIN.value)).otherwise(pl.lit(Mode.FLIGHT.value))
    none = pl.lit(None, dtype=pl.Int16).alias("coach")
    return pl.when(train | flight).then(pl.struct(cell.alias("service_no"), none, mode.alias("mode")))


def _train(service_no: str, **more: int) -> Values:
    return {"service_no": service_no, "mode": "train", **more}


def _flight(service_no: str) -> Values:
    return {"service_no": service_no, "mode": "flight"}


NORMALISERS = (
    Normaliser(
        "service_no",
        OUTPUTS,
        read_service,
        "Train and flight numbers in one spelling, several joined by /; the coach where it stands in brackets; the "
        "mode where the number shows it (also for a flight typed as a train). Lines and plates stay as text.",
        "统一写法的车次、航班号，多个以/连接；括号内的车厢；由号码得出的出行方式（含误填为火车的航班）。线路、车牌保留原文。",
        (
            ("G420", _train("G420")),
            ("g420", _train("G420")),
            ("Ｇ420", _train("G420")),
            ("K446/K447", _train("K446/K447")),
            ("K1156/1157", _train("K1156/K1157")),
            ("Z389/K389/K392", _train("Z389/K389/K392")),
            ("K1366/k1367", _train("K1366/K1367")),
            ("G98次", _train("G98")),
            ("G98次列车", _train("G98")),
            ("Z-336", _train("Z336")),
            ("DJ8861", _train("DJ8861")),
            ("4605", {"service_no": "4605"}),
            ("G28(4车厢)", _train("G28", coach=4)),
            ("G28（四车厢）", _train("G28", coach=4)),
            ("国航CA8296", _flight("CA8296")),
            ("CA8296", _flight("CA8296")),
            ("Flight EK380", _flight("EK380")),
            ("Fight CX658", _flight("CX658")),
            ("Flight BR0891", _flight("BR891")),
            ("CX0840", _flight("CX840")),
            ("AC007", _flight("AC7")),
            ("3U8593", _flight("3U8593")),
            ("G52759", _flight("G52759")),
            ("Y87533", _flight("Y87533")),
            ("SC/CA4786", _flight("SC4786/CA4786")),
            ("MU2168/MU216R", _flight("MU2168/MU216R")),
            ("EU1802（HO3461）", _flight("EU1802/HO3461")),
            ("HU7654、CA1646", _flight("HU7654/CA1646")),
            ("南京地铁10号线", {"service_no": "南京地铁10号线", "mode": "metro"}),
            ("西安公交11路", {"service_no": "西安公交11路", "mode": "bus"}),
            ("14:00班车", {"service_no": "14:00班车", "mode": "coach"}),
            ("双泰26号渡轮", {"service_no": "双泰26号渡轮", "mode": "ship"}),
            ("苏A12345", {"service_no": "苏A12345"}),
            ("Diamond Princess", {"service_no": "Diamond Princess"}),
            ("Taxi", {"mode": "taxi"}),
            ("车牌不详", {}),
            ("地铁线路未知", {"mode": "metro"}),
            ("G28(99车厢)", "coach.range"),
        ),
        _fast,
    ),
)
