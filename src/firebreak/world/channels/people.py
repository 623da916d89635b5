"""What institutions write about a person: the columns that get messy, and codes of their own for the rest."""

from __future__ import annotations

from datetime import date

import polars as pl

from firebreak.world.channels.truth import Truth

AGE_DAY = date(2020, 1, 23)
"""Ages are given as of this day."""

SEX_ZH = {"male": "男", "female": "女"}
DOC_ZH = {
    "resident": "居民身份证",
    "passport": "护照",
    "hk_macao_permit": "港澳居民来往内地通行证",
    "taiwan_permit": "台湾居民来往大陆通行证",
    "foreign_resident": "外国人永久居留身份证",
    "other": "其他",
}


def identified(truth: Truth, frame: pl.DataFrame, *more: str) -> pl.DataFrame:
    """The frame with ``name``, ``document``, ``doc_type``, ``phone``, ``sex`` (男/女), ``age`` and ``more``."""
    people = truth.with_person(
        frame, "name", "doc_type", "doc_number", "phone", "sex", "birth_date", *(m for m in more if m != "birth_date")
    )
    return people.rename({"doc_number": "document"}).with_columns(
        pl.col("sex").replace(SEX_ZH),
        age=_age(pl.col("birth_date")).cast(pl.String),
    )


def _age(born: pl.Expr) -> pl.Expr:
    before = (born.dt.month() * 100 + born.dt.day()) > AGE_DAY.month * 100 + AGE_DAY.day
    return AGE_DAY.year - born.dt.year() - before.cast(pl.Int32)


def doc_code(codes: dict[str, str], other: str) -> pl.Expr:
    """The institution's own code of the kind of document."""
    return pl.col("doc_type").replace_strict(codes, default=other, return_dtype=pl.String)


def coded(column: str, codes: dict[str, str]) -> pl.Expr:
    """A column by the institution's own codes; what has no code stays as it is (a swapped cell)."""
    return pl.col(column).replace(codes)
