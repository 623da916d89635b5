"""Whatever the spec and the mess: a chunk is typed as if cell by cell, and no row is lost."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.generative.naive_typing import naive

from firebreak.engine.intake.fields import FIELDS
from firebreak.engine.intake.normalise.registry import normalisers
from firebreak.engine.intake.readers.found import Chunk, Problem
from firebreak.engine.intake.spec_model import ChannelSpec, ColumnSpec, Combine, FileSpec, Several
from firebreak.engine.intake.typing import TypedChunk, type_chunk
from firebreak.terms.enums import Category

AS_OF, BATCH = date(2020, 2, 1), 77
QUICK = (Phase.explicit, Phase.generate, Phase.shrink)
WHO = ("name", "document", "document_type", "sex", "birth_date", "phone", "address", "employer", "nationality", "plate")
WHAT = {
    Category.JOURNEY: ("service_no", "board_date", "board_at", "alight_at", "coach", "seat", "seat_memo", "from_place"),
    Category.STAY: ("place_name", "start_at", "end_at", "division", "cell"),
    Category.DECLARATION: ("at", "arrived_on", "temperature", "exposed", "symptoms", "seen_on"),
    Category.RESIDENCE: ("kind", "valid_from", "household_no", "relation", "building"),
    Category.CASE: ("case_no", "age", "onset_on", "isolated_at", "case_state"),
}
JUNK = st.sampled_from([None, "", " ", "不详", "-", "x", "999999", "😀", "13A/13B/13C", "张三", "2020-01-23 08:15"])


def cells(field: str) -> st.SearchStrategy[str | None]:
    """What the manual of the field's normaliser shows, good and bad, and what belongs elsewhere."""
    shown = [case[0] for case in normalisers()[FIELDS[field].normaliser].cases]
    return st.sampled_from(shown) | st.sampled_from(shown).map(lambda text: f" {text}　") | JUNK


@st.composite
def columns(draw: st.DrawFn, fields: tuple[str, ...], start: int) -> list[ColumnSpec]:
    """A column each for some of the fields."""
    chosen = draw(st.lists(st.sampled_from(fields), unique=True, max_size=4))
    found = []
    for nth, field in enumerate(chosen, start):
        required = draw(st.integers(0, 5)) == 0
        codes = {"1": "male", "2": "female"} if field == "sex" and draw(st.booleans()) else {}
        normaliser = "" if codes else FIELDS[field].normaliser
        found.append(ColumnSpec(f"column {nth}", field, normaliser, required, False, codes))
    return found


@st.composite
def specs(draw: st.DrawFn) -> ChannelSpec:
    """A channel of some category, with combinations, groups, people beside and constants, or without."""
    category = draw(st.sampled_from(sorted(WHAT)))
    own = draw(columns((*WHO, *WHAT[category]), 0))
    instant = next((name for name in WHAT[category] if FIELDS[name].normaliser == "instant"), None)
    free = instant is not None and all(column.field != instant for column in own)
    combine = (Combine(("day", "time"), str(instant), "instant"),) if free and draw(st.booleans()) else ()
    groups: list[Several] = []
    if draw(st.booleans()):
        constants = {"seat_class": "二等座"} if category is Category.JOURNEY else {}
        groups = [Several("", tuple(draw(columns(WHAT[category], 10 * n))), constants) for n in (1, 2)]
    beside = {"guardian": tuple(draw(columns(("name", "phone"), 30)))} if draw(st.booleans()) else {}
    constants = {"mode": "train"} if category is Category.JOURNEY else {"nationality": "CHN"}
    return ChannelSpec(
        id="made-up",
        version=1,
        valid_from=AS_OF,
        valid_to=None,
        zh="",
        en="",
        category=category,
        source="",
        simulated=True,
        file=FileSpec("csv"),
        constants=constants,
        columns=(*own, ColumnSpec("ignored", ignore=True)),
        combine=combine,
        several=tuple(group for group in groups if group.columns),
        identity=beside,
        path=Path("made-up.toml"),
    )


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[ChannelSpec, list[dict[str, Any]]]:
    """A channel and rows of its file; now and then a column of the spec is not in the file, or one more is."""
    spec = draw(specs())
    every = [
        *spec.columns,
        *(c for s in spec.several for c in s.columns),
        *(c for e in spec.identity.values() for c in e),
    ]
    kinds: dict[str, Any] = {column.source: cells(column.field) if column.field else JUNK for column in every}
    if spec.combine:
        kinds |= {
            "day": st.sampled_from(["2020-01-23", "1/24", "", None]),
            "time": st.sampled_from(["08:15", "不详", "x"]),
        }
    kinds["unnamed"] = JUNK
    gone = draw(st.sampled_from([None, None, None, *kinds]))
    kept = {name: strategy for name, strategy in kinds.items() if name != gone or len(kinds) == 1}
    rows = draw(st.lists(st.fixed_dictionaries(kept), min_size=1, max_size=6))
    return spec, [{name: row[name] for name in kept} for row in rows]


def typed(spec: ChannelSpec, rows: list[dict[str, Any]], problems: tuple[Problem, ...] = ()) -> TypedChunk:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))
    return type_chunk(Chunk(frame, 1, problems), spec, BATCH, AS_OF)


@settings(max_examples=150, phases=QUICK, deadline=None, suppress_health_check=list(HealthCheck))
@given(deliveries())
def test_a_chunk_is_typed_as_if_cell_by_cell(delivery: tuple[ChannelSpec, list[dict[str, Any]]]) -> None:
    spec, rows = delivery
    found, expected = typed(spec, rows), naive(rows, spec, BATCH, AS_OF)
    assert found.rows_in == len(rows) == found.rows_kept + found.rows_rejected
    assert found.rows_kept == expected.kept
    told = found.rejects.select("line", "scope", "field", "column", "value_class", "code").rows()
    assert set(told) == expected.rejects
    assert len(told) == len(set(told))
    assert found.rejects.select(pl.all_horizontal(pl.col("rule", "remedy").str.len_chars() > 0).all()).item()
    assert found.facts.to_dicts() == expected.facts
    order = ("record_id", "part")
    assert found.mentions.sort(*order).to_dicts() == sorted(
        expected.mentions, key=lambda m: (m["record_id"], m["part"])
    )


@settings(max_examples=30, phases=QUICK, deadline=None, suppress_health_check=list(HealthCheck))
@given(deliveries(), st.integers(0, 3))
def test_rows_that_could_not_be_cut_are_rejects_with_their_reason(
    delivery: tuple[ChannelSpec, list[dict[str, Any]]], uncut: int
) -> None:
    spec, rows = delivery
    problems = tuple(Problem(len(rows) + nth, "FB-R001", "9 cells") for nth in range(1, uncut + 1))
    found = typed(spec, rows, problems)
    lost = found.rejects.filter(pl.col("scope") == "row")["line"].n_unique()
    assert found.rows_in == len(rows) + uncut
    assert found.rows_rejected == lost == found.rows_in - found.rows_kept
    assert found.facts["record_id"].n_unique() == found.rows_kept
    assert found.rejects.filter(pl.col("code") == "FB-R001")["remedy"].drop_nulls().len() == uncut
