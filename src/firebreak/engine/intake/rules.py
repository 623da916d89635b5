"""Rules that need several columns of a typed record: what one cell alone cannot say.

They run on the typed frame of a chunk, after every column has passed its normaliser and before the facts are stored.
A rule changes values or empties them; it never drops a row. What it empties because the row contradicts itself comes
back as an issue, to be kept as a field-level reject.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from firebreak.terms.enums import Category, Mode

ISSUES = {"index": pl.UInt32, "field": pl.String, "code": pl.String, "rule": pl.String, "remedy": pl.String}
_NEEDED: dict[str, pl.DataType | type[pl.DataType]] = {
    "mode": pl.String,
    "coach": pl.Int16,
    "row": pl.Int16,
    "seat_no": pl.Int16,
    "service_no": pl.String,
    "board_date": pl.Date,
    "board_at": pl.Datetime("us", "UTC"),
    "alight_at": pl.Datetime("us", "UTC"),
}
_ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Ruled:
    """``frame``: the rows and columns that came in, and those a rule fills; ``issues``: the columns of ``ISSUES``."""

    frame: pl.DataFrame
    issues: pl.DataFrame


def apply_rules(category: Category, frame: pl.DataFrame) -> Ruled:
    """The frame after the rules of its category, and what they refused."""
    rule = _RULES.get(category)
    return rule(frame) if rule else Ruled(frame, pl.DataFrame(schema=ISSUES))


def _local(column: str) -> pl.Expr:
    return pl.col(column).dt.convert_time_zone(_ZONE)


def _unknown_times(frame: pl.DataFrame) -> pl.DataFrame:
    """``00:00:00`` to ``23:59:59``, or to the same midnight, is how forms say that no time is known; an end at
    23:59:59 says that the end is not. No timetable has a 59th second. A start at midnight with a real end stays."""
    start, end = _local("board_at").dt.time(), _local("alight_at").dt.time()
    midnight = start == pl.time(0, 0, 0)
    open_end = end == pl.time(23, 59, 59)
    both = midnight & (open_end | (pl.col("board_at") == pl.col("alight_at")))
    return frame.with_columns(
        board_at=pl.when(both.fill_null(False)).then(None).otherwise(pl.col("board_at")),
        alight_at=pl.when((both | open_end).fill_null(False)).then(None).otherwise(pl.col("alight_at")),
    )


def _disagreeing(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The day of boarding stands; times on another day are emptied."""
    wrong = (pl.col("board_date") != _local("board_at").dt.date()).fill_null(False)
    issues = _issues(
        frame,
        wrong,
        "board_at",
        "journey.date_disagrees",
        "The time of boarding lies on the day of boarding.",
        "Check which of the two dates is right; the day was kept, the times were not.",
    )
    times = [pl.when(wrong).then(None).otherwise(pl.col(name)).alias(name) for name in ("board_at", "alight_at")]
    return frame.with_columns(times), issues


def _rolled(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A ride that ends before it starts, both on one date, ends on the next day. Days apart, the end is refused."""
    early = (pl.col("alight_at") < pl.col("board_at")).fill_null(False)
    same_day = _local("alight_at").dt.date() == _local("board_at").dt.date()
    issues = _issues(
        frame,
        early & ~same_day,
        "alight_at",
        "journey.ends_before_start",
        "A ride ends after it starts.",
        "Check the date of leaving; the start was kept.",
    )
    end = (
        pl.when(early & same_day)
        .then(pl.col("alight_at") + pl.duration(days=1))
        .when(early)
        .then(None)
        .otherwise(pl.col("alight_at"))
    )
    return frame.with_columns(alight_at=end), issues


def _issues(frame: pl.DataFrame, wrong: pl.Expr, field: str, code: str, rule: str, remedy: str) -> pl.DataFrame:
    found = frame.with_row_index("index").filter(wrong).select("index")
    texts = {"field": field, "code": code, "rule": rule, "remedy": remedy}
    return found.with_columns(**{name: pl.lit(text, dtype=pl.String) for name, text in texts.items()})


_FLIGHT_NO = r"^(?:[A-CE-Z][A-Z]|D[A-IK-Z]|[0-9][A-Z])[0-9]{1,4}[A-Z]?(?:/|$)|^[A-Z][0-9]{5}$"
_LINE_NO = r"号线$"
_TRAIN_NO = r"^(?:[GDCKTZYSLNPX]|DJ)[0-9]{1,4}(?:/|$)"


def _mode_of_number(frame: pl.DataFrame) -> pl.DataFrame:
    """A flight's number typed as a train is a flight; a number under ``other`` or no mode says its mode itself.

    ``D7 321`` of an airline and train D7321 look alike: a mode stated as flight stands.
    """
    number, mode = pl.col("service_no"), pl.col("mode")
    silent = mode.is_null() | (mode == Mode.OTHER.value)
    flight = number.str.contains(_FLIGHT_NO) & (silent | (mode == Mode.TRAIN.value))
    said = [pl.when(flight).then(pl.lit(Mode.FLIGHT.value))]
    for pattern, kind in ((_TRAIN_NO, Mode.TRAIN.value), (_LINE_NO, Mode.METRO.value)):
        said.append(pl.when(number.str.contains(pattern) & silent).then(pl.lit(kind)))
    return frame.with_columns(mode=pl.coalesce(*said, mode))


def _one_cabin(frame: pl.DataFrame) -> pl.DataFrame:
    """An aircraft and a coach have one compartment, number 1 in ``terms.formations``: a seat there is a seat in it."""
    single = pl.col("mode").is_in([Mode.FLIGHT.value, Mode.COACH.value])
    seated = pl.any_horizontal(pl.col("row", "seat_no").is_not_null())
    coach = pl.when(single & seated).then(pl.coalesce("coach", pl.lit(1, dtype=pl.Int16))).otherwise(pl.col("coach"))
    return frame.with_columns(coach=coach)


def journey_rules(frame: pl.DataFrame) -> Ruled:
    """What holds for rides: the mode by the number, one cabin, unknown times, times on another day than the ride, rides
    over midnight, the day where only a time is given."""
    names = frame.columns
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in _NEEDED.items() if name not in names]
    whole = _unknown_times(_one_cabin(_mode_of_number(frame.with_columns(missing))))
    agreed, disagreeing = _disagreeing(whole)
    rolled, early = _rolled(agreed)
    filled = rolled.with_columns(board_date=pl.coalesce("board_date", _local("board_at").dt.date()))
    kept = [*names, *(name for name in ("board_date", "mode", "coach") if name not in names)]
    return Ruled(filled.select(kept), _sorted(disagreeing, early))


def _sorted(*issues: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(issues).sort("index", "field")


_RULES: dict[Category, Callable[[pl.DataFrame], Ruled]] = {Category.JOURNEY: journey_rules}

_Row = tuple[date | None, datetime | None, datetime | None]


def _at(*when: int) -> datetime:
    return datetime(*when)  # type: ignore[arg-type]  # noqa: DTZ001 - Asia/Shanghai, as read by the test


_D23, _D24 = date(2020, 1, 23), date(2020, 1, 24)

JOURNEY_CASES: tuple[tuple[str, _Row, _Row, str | None], ...] = (
    (
        "a plain ride stays as it is",
        (_D23, _at(2020, 1, 23, 7, 27), _at(2020, 1, 23, 11, 25)),
        (_D23, _at(2020, 1, 23, 7, 27), _at(2020, 1, 23, 11, 25)),
        None,
    ),
    (
        "22:58 to 03:31 kept on one date: the day rolls",
        (_D23, _at(2020, 1, 23, 22, 58), _at(2020, 1, 23, 3, 31)),
        (_D23, _at(2020, 1, 23, 22, 58), _at(2020, 1, 24, 3, 31)),
        None,
    ),
    (
        "the whole day means that no time is known",
        (_D23, _at(2020, 1, 23), _at(2020, 1, 23, 23, 59, 59)),
        (_D23, None, None),
        None,
    ),
    ("so does midnight twice", (_D23, _at(2020, 1, 23), _at(2020, 1, 23)), (_D23, None, None), None),
    (
        "an end at 23:59:59 is not known",
        (_D23, _at(2020, 1, 23, 9), _at(2020, 1, 23, 23, 59, 59)),
        (_D23, _at(2020, 1, 23, 9), None),
        None,
    ),
    (
        "a train that really leaves at midnight",
        (_D23, _at(2020, 1, 23), _at(2020, 1, 23, 5)),
        (_D23, _at(2020, 1, 23), _at(2020, 1, 23, 5)),
        None,
    ),
    (
        "times on another day than the ride",
        (_D23, _at(2020, 1, 24, 9), _at(2020, 1, 24, 11)),
        (_D23, None, None),
        "journey.date_disagrees",
    ),
    (
        "an end days before the start",
        (_D23, _at(2020, 1, 23, 9), _at(2020, 1, 3, 11)),
        (_D23, _at(2020, 1, 23, 9), None),
        "journey.ends_before_start",
    ),
    (
        "the day where only the time is given; 00:19 in Shanghai is still the day before in UTC",
        (None, _at(2020, 1, 24, 0, 19), None),
        (_D24, _at(2020, 1, 24, 0, 19), None),
        None,
    ),
    ("nothing known, nothing done", (None, None, None), (None, None, None), None),
)
"""What it is, (board_date, board_at, alight_at) before, after, and the code of the issue. Times: Asia/Shanghai."""

MODE_CASES: tuple[tuple[str | None, str | None, str | None], ...] = (
    ("CA8296", "train", "flight"),
    ("SC4786/CA4786", "train", "flight"),
    ("3U8593", "train", "flight"),
    ("G52759", "train", "flight"),
    ("G1763/G1766", "train", "train"),
    ("DJ8861", "train", "train"),
    ("D7321", "flight", "flight"),
    ("C7573", "other", "train"),
    ("MU2417", None, "flight"),
    ("4605", "train", "train"),
    ("南京地铁3号线", "other", "metro"),
    ("某市大药房", "other", "other"),
    ("某客运站63路站台", "other", "other"),
    ("苏A12345", "coach", "coach"),
    (None, "taxi", "taxi"),
    (None, None, None),
)
"""service_no, mode before, mode after."""

CABIN_CASES: tuple[tuple[str | None, int | None, int | None, int | None], ...] = (
    ("flight", None, 42, 1),
    ("coach", None, 3, 1),
    ("flight", None, None, None),
    ("train", None, 7, None),
    ("train", 5, 7, 5),
)
"""mode, coach before, row, coach after."""
