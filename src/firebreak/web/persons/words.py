"""Values and stored words of a person's file as they are shown: masked until there is a reason, in one language."""

from __future__ import annotations

from functools import cache
from typing import Any

from firebreak.bridge.person_file import Event, Field, PersonFile
from firebreak.bridge.specs import specs_from
from firebreak.terms.masking import mask, shown
from firebreak.terms.texts import Lang, catalogue
from firebreak.web.identity.page import plain as of_identity
from firebreak.web.report.words import relation
from firebreak.web.templatetags.parts import speaks_chinese

_OPEN = ("grid_code", "sex")
_MASKED = ("name", "doc_number", "phone", "address")


def lang() -> Lang:
    """The language of the page."""
    return "zh" if speaks_chinese() else "en"


def word(group: str, name: str) -> str:
    """A stored word in the reader's language; itself where it is not known."""
    known, key = catalogue("firebreak.terms", "firebreak.engine.risk", "firebreak.web.persons"), f"{group}.{name}"
    return known.text(key, lang()) if known.has(key) else name


def channel(name: str) -> str:
    """A channel in the reader's language; its id where no shipped spec names it."""
    known = _channels().get(name)
    return (known[0] if lang() == "zh" else known[1]) if known else name


@cache
def _channels() -> dict[str, tuple[str, str]]:
    return {spec.id: (spec.zh, spec.en) for spec in specs_from()}


def value(field: str, text: str, names: bool) -> str:
    """A value of a person: in full with ``names``, else enough to recognise somebody.

    >>> value("birth_date", "1990-01-02", False), value("employer", "演练公司", False), value("grid_code", "32", False)
    ('1990-**-**', '演****', '32')
    """
    if field == "sex":
        return word("sex", text)
    if names or field in _OPEN:
        return shown(field, text)
    if field in _MASKED:
        return mask(field, text)
    return f"{text[:4]}-**-**" if field == "birth_date" else f"{text[:1]}****"


def golden(fields: tuple[Field, ...], names: bool) -> list[dict[str, Any]]:
    """The golden record as rows: the field, its value, sources, and the values that disagree."""
    return [
        {
            "name": word("field", one.name),
            "rivals": one.rivals,
            "said": [
                {"text": value(one.name, said.value, names), "chosen": said.chosen, "channel": channel(said.channel),
                 "day": said.seen_on, "agreeing": said.agreeing, "confidence": f"{said.confidence:.2f}",
                 "record": said.record_id, "file": said.file}
                for said in one.statements
            ],
        }
        for one in fields
    ]  # fmt: skip


def best(fields: tuple[Field, ...], names: bool) -> dict[str, str]:
    """The chosen value of each field."""
    return {one.name: value(one.name, one.statements[0].value, names) for one in fields}


def events(found: PersonFile) -> list[dict[str, Any]]:
    """The timeline as rows."""
    return [
        {"category": one.category, "word": word("category", one.category), "when": _when(one), "what": _what(one),
         "within": one.within, "result": "" if one.result == "valid" else word("result", one.result),
         "bad": one.result in ("positive", "confirmed", "suspected", "asymptomatic"),
         "temperature": f"{one.temperature:.1f} ℃" if one.temperature else "", "channel": channel(one.channel),
         "record": one.record_id}
        for one in found.events
    ]  # fmt: skip


def _when(one: Event) -> str:
    if one.at is None:
        return one.day.isoformat() if one.day else ""
    start = one.at.strftime("%Y-%m-%d %H:%M")
    if one.until is None:
        return start
    same = one.until.date() == one.at.date()
    return f"{start} – {one.until.strftime('%H:%M' if same else '%m-%d %H:%M')}"


def _what(one: Event) -> str:
    way = " → ".join(part for part in (one.from_place, one.to_place) if part)
    kind = word("mode" if one.category == "journey" else "kind", one.kind) if one.kind else ""
    return " · ".join(part for part in (kind, one.what, way) if part)


def exposures(found: PersonFile) -> list[dict[str, Any]]:
    """Near whom, under which rule, for how long."""
    return [
        {"case": row["case_person_id"], "rule": row["rule"], "level": word("contact_level", row["contact_level"] or ""),
         "relation": relation(row["relation"], lang()) if row["relation"] else word("setting", row["setting"] or ""),
         "where": row["where"], "day": row["from_at"] or row["run_date"], "minutes": row["minutes"],
         "record": row["record_id"]}
        for row in found.met
    ]  # fmt: skip


def merges(found: PersonFile) -> list[dict[str, Any]]:
    """The merges this person came out of, the latest first."""
    return [
        {"merge": one, "rule": of_identity("rule", one.rule, lang()),
         "probability": f"{one.probability:.4f}" if one.probability is not None else ""}
        for one in found.merges
    ]  # fmt: skip


def colour(found: PersonFile) -> dict[str, Any] | None:
    """The proposed colour and its reasons."""
    if found.colour is None:
        return None
    told = found.colour
    return {"colour": told.colour, "word": word("colour", told.colour), "as_of": told.as_of, "rules": told.rules,
            "default": told.default, "source": told.source, "weak": told.weak, "reasons": told.reasons}  # fmt: skip
