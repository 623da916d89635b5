"""A model learned from the lake's own records, without a label."""

from __future__ import annotations

import polars as pl

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.identity.compare.chinese import COMPARISONS
from firebreak.engine.identity.exact import grouped
from firebreak.engine.identity.model.model import Model
from firebreak.engine.identity.model.settings import settings
from firebreak.engine.identity.model.train import trained
from firebreak.engine.identity.profiles import FREQUENCIES, evidence, profiles
from firebreak.engine.identity.set_aside import aside

SAMPLE = 40_000
"""Records shown to EM, and as many people of whom u is drawn."""
BLOCKS = (
    "l.number = r.number",
    "l.name = r.name AND l.birth_date = r.birth_date",
    "l.phone = r.phone",
)
"""Pairs of which EM learns: of one number, of one name and day of birth, of one phone (families, too)."""


def learned(run: Executor, version: str, made_of: str) -> Model:
    """A model from the executor's ``mentions`` and ``journeys``. Of very many records, a sample by person: all records
    of a group of the deterministic pass, or none, so that pairs stay pairs."""
    groups, _notes = grouped(run, run.table("mentions"), run.table("journeys"))
    run.put("tr_records", _records(groups).to_arrow())
    run.put("tr_people", _people(groups).to_arrow())
    for name in ("tr_records", "tr_people"):
        said = run.keep(f"{name}_said", _said(run, run.table(name)))
        profiles(run, said, f"{name}_profiles", _common(run, said))
    return Model(
        version, trained(run, "tr_people_profiles", "tr_records_profiles", settings(COMPARISONS), BLOCKS), made_of
    )


def _records(groups: pl.DataFrame) -> pl.DataFrame:
    """All records of some groups: ``record_id, part, unique_id`` (each record its own)."""
    share = max(1, -(-groups.height // SAMPLE))
    picked = groups.filter(_mixed("group") % share == 0).sort("record_id", "part")
    return picked.select("record_id", "part").with_row_index("unique_id").cast({"unique_id": pl.Int64})


def _people(groups: pl.DataFrame) -> pl.DataFrame:
    """One record of each of as many groups: two of them are two people, nearly always."""
    one = groups.sort(_mixed("record_id"), "part").unique("group", keep="first", maintain_order=True)
    picked = one.sort(_mixed("group")).head(SAMPLE)
    return picked.select("record_id", "part", unique_id="group").sort("unique_id")


def _mixed(column: str) -> pl.Expr:
    """A number that has nothing to do with the order of the column: Knuth's multiplicative hash."""
    return (pl.col(column) * 2_654_435_761) % 4_294_967_296


def _said(run: Executor, picked: Expr) -> Expr:
    """Evidence of the records with ``unique_id`` and ``doc``."""
    return evidence(run.table("mentions"), picked, *aside(run)).drop("record_id", "part")


def _common(run: Executor, said: Expr) -> dict[str, Expr]:
    """Shares of values, of which training makes no use: Splink asks for the columns."""
    tables = {}
    for column in FREQUENCIES:
        counted = said.filter(said[column].notnull()).group_by(column).agg(records=lambda t: t.count())
        share = counted.records.cast("float64") / SAMPLE
        tables[column] = run.keep(f"tr_common_{column}", counted.select(column, **{f"tf_{column}": share}))
    return tables
