"""Pairwise and B-cubed scores of a linkage against the truth (Bagga and Baldwin 1998)."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Scores:
    """``false``: records in a group whose main person is another; ``records``: those the truth knows."""

    precision: float
    recall: float
    b_precision: float
    b_recall: float
    false: int
    records: int

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall)

    @property
    def b_f1(self) -> float:
        return 2 * self.b_precision * self.b_recall / (self.b_precision + self.b_recall)

    def line(self, name: str) -> str:
        per = self.false / self.records * 100_000
        return (
            f"{name:<34} P {self.precision:.5f}  R {self.recall:.5f}  F1 {self.f1:.4f}  "
            f"B³ {self.b_precision:.4f}/{self.b_recall:.4f}/{self.b_f1:.4f}  false {self.false} ({per:.2f} in 100,000)"
        )


def scores(groups: pl.DataFrame, people: pl.DataFrame, key: list[str]) -> Scores:
    """``groups``: ``key``, ``group``; ``people``: ``key``, ``person``. Records the truth does not know are left out."""
    told = groups.join(people.drop_nulls("person").select(*key, "person"), on=key)
    both = told.group_by("group", "person").agg(both=pl.len().cast(pl.Float64))
    by_group = both.group_by("group").agg(size=pl.col("both").sum(), most=pl.col("both").max())
    by_person = both.group_by("person").agg(true=pl.col("both").sum())
    right, found, true = (
        _pairs(frame, column) for frame, column in ((both, "both"), (by_group, "size"), (by_person, "true"))
    )
    each = both.join(by_group, on="group").join(by_person, on="person")
    squared = pl.col("both") ** 2
    b_precision, b_recall = each.select(
        (squared / pl.col("size")).sum(), (squared / pl.col("true")).sum().alias("r")
    ).row(0)
    records = told.height
    false = records - int(by_group["most"].sum())
    return Scores(right / max(found, 1), right / true, b_precision / records, b_recall / records, false, records)


def _pairs(frame: pl.DataFrame, column: str) -> float:
    return float(frame.select((pl.col(column) * (pl.col(column) - 1) / 2).sum()).item())
