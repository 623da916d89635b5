"""How days, times, coaches and seats are written: expressions that the institutions' layouts are made of."""

from __future__ import annotations

import polars as pl

LEVEL_ZH = {"lower": "下", "middle": "中", "upper": "上"}


def text(column: str) -> pl.Expr:
    """The column as it is."""
    return pl.col(column).cast(pl.String)


def compact_day(column: str) -> pl.Expr:
    """20200123"""
    return pl.col(column).dt.strftime("%Y%m%d")


def iso_day(column: str) -> pl.Expr:
    """2020-01-23"""
    return pl.col(column).dt.strftime("%Y-%m-%d")


def slash_day(column: str) -> pl.Expr:
    """2020/1/23"""
    day = pl.col(column)
    return pl.format("{}/{}/{}", day.dt.year(), day.dt.month(), day.dt.day())


def han_day(column: str) -> pl.Expr:
    """2020年1月23日"""
    day = pl.col(column)
    return pl.format("{}年{}月{}日", day.dt.year(), day.dt.month(), day.dt.day())


def dotted_day(column: str) -> pl.Expr:
    """2020.01.23"""
    return pl.col(column).dt.strftime("%Y.%m.%d")


def iso_time(column: str) -> pl.Expr:
    """2020-01-23 09:05:00"""
    return pl.col(column).dt.strftime("%Y-%m-%d %H:%M:%S")


def iso_minute(column: str) -> pl.Expr:
    """2020-01-23 09:05"""
    return pl.col(column).dt.strftime("%Y-%m-%d %H:%M")


def t_time(column: str) -> pl.Expr:
    """2020-01-23T09:05:00+08:00"""
    return pl.col(column).dt.strftime("%Y-%m-%dT%H:%M:%S+08:00")


def compact_time(column: str) -> pl.Expr:
    """20200123090500"""
    return pl.col(column).dt.strftime("%Y%m%d%H%M%S")


def slash_minute(column: str) -> pl.Expr:
    """2020/1/23 9:05"""
    at = pl.col(column)
    return pl.format("{} {}:{}", slash_day(column), at.dt.hour(), _two(at.dt.minute()))


def han_minute(column: str) -> pl.Expr:
    """2020年1月23日9时05分"""
    at = pl.col(column)
    return pl.format("{}{}时{}分", han_day(column), at.dt.hour(), _two(at.dt.minute()))


def clock(column: str) -> pl.Expr:
    """09:05"""
    return pl.col(column).dt.strftime("%H:%M")


def clock_minutes(column: str) -> pl.Expr:
    """Minutes after midnight of the run date as a clock time; hours run past 24."""
    return pl.format("{}:{}", _two(pl.col(column) // 60), _two(pl.col(column) % 60))


def _two(number: pl.Expr) -> pl.Expr:
    return number.cast(pl.String).str.zfill(2)


def station_word(column: str) -> pl.Expr:
    """The station with 站 after it."""
    return pl.col(column) + "站"


def coach_two() -> pl.Expr:
    """05"""
    return _two(pl.col("coach"))


def seat_of() -> pl.Expr:
    """The seat alone: 07D, 012, 06下铺, 无座; null where unknown. ``seat`` is the row or the number, as text."""
    level = pl.col("berth_level").replace_strict(LEVEL_ZH, default=None, return_dtype=pl.String)
    return (
        pl.when(pl.col("place") == "standing")
        .then(pl.lit("无座"))
        .when(pl.col("place") == "berth")
        .then(pl.format("{}号{}铺", pl.col("seat").str.zfill(2), level))
        .when(pl.col("letter").is_not_null())
        .then(pl.col("seat").str.zfill(2) + pl.col("letter"))
        .otherwise(pl.col("seat").str.zfill(3))
    )


def seat_words() -> pl.Expr:
    """05车07D号, 05车012号, 10车06号下铺, 05车无座; a few written 5车厢7D座."""
    standing_or_berth = pl.col("place").is_in(["standing", "berth"])
    usual = pl.format(
        "{}车{}{}", coach_two(), seat_of(), pl.when(standing_or_berth).then(pl.lit("")).otherwise(pl.lit("号"))
    )
    short = pl.format("{}车厢{}{}座", pl.col("coach"), pl.col("seat"), pl.col("letter"))
    rare = pl.col("letter").is_not_null() & ~standing_or_berth & (pl.col("row_id") % 20 == 0)
    return pl.when(rare).then(short).otherwise(usual)


def seat_code() -> pl.Expr:
    """0507D, 05-045, 05-006下, 05车无座."""
    level = pl.col("berth_level").replace_strict(LEVEL_ZH, default=None, return_dtype=pl.String)
    return (
        pl.when(pl.col("place") == "standing")
        .then(coach_two() + "车无座")
        .when(pl.col("place") == "berth")
        .then(pl.format("{}-{}{}", coach_two(), pl.col("seat").str.zfill(3), level))
        .when(pl.col("letter").is_not_null())
        .then(pl.format("{}{}{}", coach_two(), pl.col("seat").str.zfill(2), pl.col("letter")))
        .otherwise(pl.format("{}-{}", coach_two(), pl.col("seat").str.zfill(3)))
    )


def with_seat(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with ``seat``, the row or else the printed number as text: the cell that gets messy."""
    return frame.with_columns(seat=pl.coalesce("row", "seat_no").cast(pl.String))
