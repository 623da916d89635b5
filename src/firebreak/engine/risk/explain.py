"""Why somebody has a colour, in plain words: for the citizen, for the officer, as data. Never names another person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from firebreak.engine.risk.person import Found, decisive
from firebreak.engine.risk.rule_set import Colour, RuleSet
from firebreak.engine.risk.vocabulary import LABELS
from firebreak.terms.texts import catalogue

_LANGS = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Reason:
    """One finding in words. ``evidence``: what kind of record it is and of which day; ``record_id`` is for officers."""

    colour: str
    rule: str
    title: str
    why: str
    do: str
    since: date
    until: date | None
    until_text: str
    evidence: str
    record_id: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """``reasons``: the one that decides first. None of them: the set's default stands, in ``default``."""

    colour: str
    as_of: date
    rules: str
    default: str
    source: str
    weak: str
    reasons: tuple[Reason, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain data: days as ISO text."""
        return {key: _plain(value) for key, value in asdict(self).items()}


def explain(found: Sequence[Found], rule_set: RuleSet, as_of: date, lang: str) -> Explanation:
    """The explanation of one person's findings on a day, in ``zh`` or ``en``."""
    best = decisive(found)
    ordered = sorted(found, key=lambda one: one is not best)
    at = _LANGS.index(lang)
    return Explanation(
        colour=str(best.rule.colour if best else Colour.GREEN),
        as_of=as_of,
        rules=rule_set.cite,
        default=rule_set.default[at],
        source=rule_set.source,
        weak=rule_set.weak,
        reasons=tuple(_reason(one, rule_set, lang) for one in ordered),
    )


def _reason(one: Found, rule_set: RuleSet, lang: str) -> Reason:
    at, said = _LANGS.index(lang), catalogue("firebreak.engine.risk")
    until = one.until.isoformat() if one.until else one.rule.until[at]
    told = {"since": one.fact.on.isoformat(), "until": until, "days": one.rule.days}
    return Reason(
        colour=str(one.rule.colour),
        rule=f"{rule_set.cite}/{one.rule.id}",
        title=one.rule.zh if lang == "zh" else one.rule.en,
        why=one.rule.why[at].format_map(told),
        do=one.rule.do[at].format_map(told),
        since=one.fact.on,
        until=one.until,
        until_text=until,
        evidence=said.text("evidence", lang, kind=LABELS[one.fact.kind][at], day=one.fact.on, known=one.fact.known_on),
        record_id=one.fact.record_id,
    )


def citizen_text(told: Explanation, lang: str) -> str:
    """Why, since when, until when, what can I do: a few lines that a citizen can read."""
    said = catalogue("firebreak.engine.risk")
    lines = [said.text(f"colour.{told.colour}", lang)]
    if not told.reasons:
        return "\n".join([*lines, told.default, said.text("appeal", lang)])
    first = told.reasons[0]
    lines += [
        first.why,
        said.text("until", lang, until=first.until_text),
        first.do,
        said.text("appeal", lang),
    ]
    return "\n".join(lines)


def officer_text(told: Explanation, lang: str) -> str:
    """Every finding with its rule, its evidence and its record; and how well the rule's source is known."""
    said = catalogue("firebreak.engine.risk")
    lines = [f"{said.text(f'colour.{told.colour}', lang)} · {told.as_of} · {told.rules}"]
    for one in told.reasons:
        lines.append(f"{one.rule}  {one.title}  →  {said.text(f'colour.{one.colour}', lang)}")
        lines.append(f"    {one.evidence} · {said.text('record', lang, record=one.record_id)}")
        lines.append(f"    {said.text('until', lang, until=one.until_text)}")
    lines.append(said.text("source", lang, source=told.source))
    if told.weak:
        lines.append(said.text("weak", lang, weak=told.weak))
    return "\n".join(lines)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
