"""No colour without a finding, no finding without a rule in force and a fact: checked before anything is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from firebreak.engine.risk.rule_set import RuleSet
from firebreak.terms.errors import FirebreakError


class UnsupportedError(FirebreakError):
    """Somebody tries to store a colour that no rule over evidence supports."""


def check_support(
    findings: pl.DataFrame, colours: pl.DataFrame, facts: pl.DataFrame, sets: Sequence[RuleSet], as_of: date
) -> None:
    """Raise UnsupportedError, with how many rows, unless all of this holds.

    ``findings`` and ``colours`` in the columns of their tables, ``facts``: ``person_id, kind, record_id, part``. Each
    colour has a finding of its person, rule, colour and day; each finding cites a rule of a set in force on ``as_of``
    that gives just this colour; each finding's record is a fact of that person and kind.
    """
    known = {f"{one.cite}/{rule.id}": str(rule.colour) for one in sets if one.in_force(as_of) for rule in one.rules}
    rules = pl.DataFrame(
        {"rule": list(known), "ruled": list(known.values())}, schema={"rule": pl.String, "ruled": pl.String}
    )
    _none(
        colours.join(findings, on=["person_id", "as_of", "rule", "colour"], how="anti"),
        "FB-RISK-NO-FINDING",
        "A colour stands on a finding of the same person, rule and day.",
    )
    judged = findings.join(rules, on="rule", how="left")
    _none(
        judged.filter((pl.col("ruled") != pl.col("colour")).fill_null(True) | (pl.col("as_of") != as_of)),
        "FB-RISK-NO-RULE",
        "A finding cites a rule in force on its day, and the colour that rule gives.",
    )
    _none(
        findings.join(facts, on=["person_id", "kind", "record_id", "part"], how="anti"),
        "FB-RISK-NO-EVIDENCE",
        "A finding names the record it stands on.",
    )


def _none(wrong: pl.DataFrame, code: str, rule: str) -> None:
    if wrong.height:
        remedy = "Nothing was stored. Colours come from an assessment, never from a list; run firebreak assess."
        raise UnsupportedError(code, f"{wrong.height} of the rows to be stored", rule, remedy)
