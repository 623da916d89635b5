"""How far each kind of channel can be believed, measured on a drill's truth, beside what survivorship.toml assumes; and
how often the golden record is right, by its confidence.

    python bench/trust.py --lake build/demo/lake --truth build/demo/drill/truth

Nothing is tuned by it: the drill's dirt is an assumption of its own (world/data/noise.toml).
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path

import polars as pl

from firebreak.bridge.grade import same
from firebreak.bridge.run import channels_of
from firebreak.bridge.session import Session, frame, session
from firebreak.bridge.truth import Truth
from firebreak.engine.identity.survivorship import trust
from firebreak.lake.lake import Lake

FIELDS = {
    "name": "name", "sex": "sex", "birth_date": "birth_date", "document": "doc_number", "phone": "phone",
    "address": "address", "grid_code": "grid_code",
}  # fmt: skip
SAMPLE = 4_000
"""Statements judged of one category and field."""

EDGES = (0.5, 0.8, 0.95, 0.99, 1.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lake", type=Path, required=True)
    parser.add_argument("--truth", type=Path, required=True)
    given = parser.parse_args()
    truth = Truth(given.truth)
    with session(Lake.open(given.lake)) as opened:
        about = true_persons(opened, truth)
        statements(opened, truth, about)
        golden(opened, truth, about)


def true_persons(opened: Session, truth: Truth) -> pl.DataFrame:
    """``record_id, part, person`` of every mention whose line the truth knows."""
    links = frame(opened, "links")
    found = truth.persons_of(opened, links.select("record_id", "part").iter_rows())
    rows = [(record, part, person) for (record, part), person in found.items()]
    return pl.DataFrame(rows, schema={"record_id": pl.Int64, "part": pl.Int16, "person": pl.Int64}, orient="row")


def statements(opened: Session, truth: Truth, about: pl.DataFrame) -> None:
    """One line a field and category: how many statements were judged, how many are right, what is assumed."""
    said = frame(opened, "mentions").join(about, on=["record_id", "part"])
    said = said.join(channels_of(opened).select("channel", "category"), on="channel")
    print(f"{'field':<12}{'category':<16}{'judged':>8}{'right':>8}{'assumed':>9}{'difference':>12}")
    for field, column in FIELDS.items():
        for (category,), rows in said.drop_nulls(column).sort("record_id").group_by("category", maintain_order=True):
            sample = rows.sample(min(SAMPLE, rows.height), seed=1)
            share = right(truth, sample.select("person", value=pl.col(column).cast(pl.String)), column)
            assumed = trust(field, str(category))
            print(f"{field:<12}{category:<16}{sample.height:>8}{share:>8.3f}{assumed:>9.2f}{share - assumed:>+12.3f}")


def right(truth: Truth, said: pl.DataFrame, column: str) -> float:
    """Share of ``person, value`` that are the truth."""
    people = truth.people(said["person"].unique().to_list())
    hits = [same(column, value, _true(people[person], column)) for person, value in said.iter_rows()]
    return sum(hits) / max(len(hits), 1)


def _true(person: dict[str, object], column: str) -> str | None:
    value = person.get(column)
    return None if value is None else str(value)


def golden(opened: Session, truth: Truth, about: pl.DataFrame) -> None:
    """Chosen values by confidence: is 0.9 right nine times of ten?"""
    owner = (
        frame(opened, "links")
        .join(about, on=["record_id", "part"])
        .group_by("person_id")
        .agg(pl.col("person").mode().first())
    )
    fields = frame(opened, "person_fields").filter("chosen").join(owner, on="person_id")
    print(f"\n{'field':<12}{'confidence':<14}{'judged':>8}{'mean':>8}{'right':>8}")
    for field, column in FIELDS.items():
        edges = [edge for edge in EDGES if edge < 1]
        above = pl.sum_horizontal((pl.col("confidence") > edge).cast(pl.Int8) for edge in edges)
        named = {nth: f"{low:.2f}–{high:.2f}" for nth, (low, high) in enumerate(pairwise((0.0, *EDGES)))}
        rows = fields.filter(pl.col("field") == field).with_columns(band=above.replace_strict(named))
        for (band,), some in sorted(rows.group_by("band"), key=lambda one: str(one[0])):
            sample = some.sample(min(SAMPLE, some.height), seed=1)
            told = sample.select("person", value=pl.col("value").str.split("|").list.last())
            mean = sample["confidence"].mean()
            print(f"{field:<12}{band!s:<14}{sample.height:>8}{mean:>8.3f}{right(truth, told, column):>8.3f}")


if __name__ == "__main__":
    main()
