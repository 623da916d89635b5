"""What a change of rules would do to people, before it is in force: who changes, from what to what, and why."""

from __future__ import annotations

from datetime import date

import polars as pl

from firebreak.engine.risk.rule_set import Colour

AGE_GROUPS = (0, 7, 18, 40, 60, 75)
"""Lower ends of the age groups, in years."""

_COUNTY, _CITY = 6, 4


def changes(people: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """People whose colour differs: ``person_id, before, after, rule_before, rule_after, division_code, birth_year``.

    ``people``: ``person_id, division_code, birth_year``; ``before`` and ``after`` in the columns of ``colours`` (who is
    not in one of them is green there).
    """
    green = pl.lit(str(Colour.GREEN))
    columns = ("person_id", "colour", "rule")
    both = (
        people.join(before.select(columns), on="person_id", how="left")
        .join(after.select(columns), on="person_id", how="left", suffix="_after")
        .with_columns(pl.col("colour").fill_null(green), pl.col("colour_after").fill_null(green))
    )
    return both.filter(pl.col("colour") != pl.col("colour_after")).select(
        "person_id",
        before="colour",
        after="colour_after",
        rule_before="rule",
        rule_after="rule_after",
        division_code="division_code",
        birth_year="birth_year",
    )


def days_ahead(colours: pl.DataFrame, as_of: date) -> dict[str, int]:
    """Days that people still have ahead until their colour turns back by itself, by colour, summed: what a rule costs.

    Colours that end only when their rule's text says are not in it.
    """
    ends = colours.filter(pl.col("until").is_not_null())
    days = ends.group_by("colour").agg(days=(pl.col("until") - pl.lit(as_of)).dt.total_days().sum())
    return {str(colour): int(count) for colour, count in sorted(days.iter_rows())}


def by_step(changed: pl.DataFrame) -> pl.DataFrame:
    """``before, after, rule_before, rule_after, people``: the most people first."""
    keys = ["before", "after", "rule_before", "rule_after"]
    return changed.group_by(keys).agg(people=pl.len()).sort("people", *keys, descending=[True, *[False] * 4])


def by_area(changed: pl.DataFrame, people: pl.DataFrame, digits: int = _COUNTY) -> pl.DataFrame:
    """``area, graver, milder, people, share``: people whose colour gets graver or milder, of all who live there."""
    area = pl.col("division_code").str.slice(0, digits).fill_null("")
    return _counted(changed.with_columns(group=area), people.with_columns(group=area)).rename({"group": "area"})


def by_age(changed: pl.DataFrame, people: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The same by age group on ``as_of``; ``age`` is the lower end of the group, null where no birth year is known."""
    return _counted(changed.with_columns(group=_age(as_of)), people.with_columns(group=_age(as_of))).rename(
        {"group": "age"}
    )


def _age(as_of: date) -> pl.Expr:
    years = pl.lit(as_of.year) - pl.col("birth_year").cast(pl.Int32)
    at = pl.sum_horizontal((years >= low).cast(pl.Int32) for low in AGE_GROUPS) - 1
    return at.replace_strict(dict(enumerate(AGE_GROUPS)), default=None, return_dtype=pl.Int32)


def _counted(changed: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    order = pl.Enum([str(colour) for colour in reversed(Colour)])
    graver = pl.col("after").cast(order).to_physical() > pl.col("before").cast(order).to_physical()
    moved = changed.group_by("group").agg(graver=graver.sum(), milder=(~graver).sum())
    whole = people.group_by("group").agg(people=pl.len())
    return (
        whole.join(moved, on="group", how="inner", nulls_equal=True)
        .with_columns(share=(pl.col("graver") + pl.col("milder")) / pl.col("people"))
        .select("group", "graver", "milder", "people", "share")
        .sort("graver", "milder", "group", descending=[True, True, False])
    )
