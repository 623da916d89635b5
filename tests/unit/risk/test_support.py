"""A colour that no rule over evidence supports cannot be stored."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from firebreak.engine.risk.rule_set import set_named
from firebreak.engine.risk.support import UnsupportedError, check_support
from firebreak.engine.risk.vocabulary import CODES, Kind

DAY = date(2020, 3, 10)
RULE = "sukang@1/close-contact"


def tables(**change: object) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    row: dict[str, object] = {
        "person_id": 1,
        "as_of": DAY,
        "rule": RULE,
        "colour": "red",
        "kind": CODES[Kind.CLOSE],
        "record_id": 9,
        "part": 0,
    }
    findings = pl.DataFrame([row])
    colours = pl.DataFrame([row]).select("person_id", "as_of", "rule", "colour")
    facts = pl.DataFrame([row]).select("person_id", "kind", "record_id", "part")
    for name, table in change.items():
        if name == "findings":
            findings = table(findings)  # type: ignore[operator]
        elif name == "colours":
            colours = table(colours)  # type: ignore[operator]
        else:
            facts = table(facts)  # type: ignore[operator]
    return findings, colours, facts


def check(**change: object) -> None:
    check_support(*tables(**change), [set_named("sukang", DAY)], DAY)


def test_a_supported_colour_passes() -> None:
    check()


def with_value(**values: object):  # type: ignore[no-untyped-def]
    return lambda table: table.with_columns(**{name: pl.lit(value) for name, value in values.items()})


def both(**values: object) -> dict[str, object]:
    return {"findings": with_value(**values), "colours": with_value(**values)}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"findings": lambda table: table.clear()}, "FB-RISK-NO-FINDING"),
        ({"colours": with_value(person_id=2)}, "FB-RISK-NO-FINDING"),
        ({"findings": with_value(colour="yellow")}, "FB-RISK-NO-FINDING"),
        (both(colour="yellow"), "FB-RISK-NO-RULE"),
        (both(rule="sukang@1/somebody-said-so"), "FB-RISK-NO-RULE"),
        (both(rule="sucheng@1/close-contact"), "FB-RISK-NO-RULE"),
        (both(as_of=date(2020, 3, 9)), "FB-RISK-NO-RULE"),
        ({"facts": lambda table: table.clear()}, "FB-RISK-NO-EVIDENCE"),
        ({"facts": with_value(record_id=8)}, "FB-RISK-NO-EVIDENCE"),
        ({"facts": with_value(person_id=2)}, "FB-RISK-NO-EVIDENCE"),
    ],
)
def test_an_unsupported_one_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(UnsupportedError) as error:
        check(**change)
    assert error.value.code == code
