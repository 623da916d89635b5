"""Texts of the report in both languages at once, so that one file serves both readers without a reload."""

from __future__ import annotations

from datetime import date, datetime

from markupsafe import Markup

from firebreak.bridge.report import ChannelName, Gap, TraceReport
from firebreak.engine.tracing.attack import Expected
from firebreak.terms.texts import Catalogue, catalogue


def texts() -> Catalogue:
    """The report's own texts and the words of the tables."""
    return catalogue("firebreak.terms", "firebreak.web.report")


def relation(name: str | None, lang: str) -> str:
    """A relation for people; ``rows_4`` and beyond are built from the distance."""
    key = f"relation.{name or 'outside'}"
    if texts().has(key):
        return texts().text(key, lang)
    return texts().text(f"relation.{str(name)[:4]}_n", lang, n=str(name)[5:])


def both(key: str, **values: object) -> Markup:
    """The text of ``key`` as two spans, of which the page shows one. Values are escaped."""
    return pair(texts().text(key, "zh", **values), texts().text(key, "en", **values))


def pair(zh: str, en: str) -> Markup:
    """Two texts as two spans; one bare text where they are equal."""
    if zh == en:
        return Markup("{}").format(zh)
    return Markup('<span lang="zh-CN">{}</span><span lang="en">{}</span>').format(zh, en)


def relation_pair(name: str | None) -> Markup:
    """A relation between seats, in both languages."""
    return pair(relation(name, "zh"), relation(name, "en"))


def channel_pair(channel: ChannelName | None, key: str) -> Markup:
    """A channel's names; its id where the lake does not know it any more."""
    return pair(channel.zh, channel.en) if channel else Markup("{}").format(key)


def clock(moment: datetime | None) -> str:
    """``09:06``; empty where not known."""
    return moment.strftime("%H:%M") if moment else ""


def day(value: date | None) -> str:
    """An ISO day; a dash where there is none."""
    return value.isoformat() if value else "—"


def minutes(value: int | None) -> str:
    """Minutes as digits; a dash where they are not known."""
    return "—" if value is None else str(value)


def expected_line(one: Expected | None, lang: str) -> str:
    """The expected attack rate, and whether it is a published cell or modelled; a dash where nobody knows."""
    if one is None:
        return "—"
    key = "people.measured" if one.measured else "people.modelled"
    return texts().text(key, lang, rate=f"{100 * one.rate:.2g}")


def expected(one: Expected | None) -> Markup:
    """The expected attack rate, in both languages."""
    return pair(expected_line(one, "zh"), expected_line(one, "en"))


def gap_line(gap: Gap, lang: str) -> str:
    """What was not found, as one sentence."""
    values = dict(gap.values)
    if gap.kind == "field":
        values = {"count": str(len(gap.ranks)), "field": texts().text(f"field.{values['field']}", lang).lower()}
    return texts().text(f"gap.{gap.kind}", lang, **values)


def gap_text(gap: Gap) -> Markup:
    """What was not found, in both languages."""
    return pair(gap_line(gap, "zh"), gap_line(gap, "en"))


def remedy_line(gap: Gap, lang: str) -> str:
    """What would find it, where channels alone do not say so."""
    key = f"gap.{gap.kind}_remedy"
    if texts().has(key):
        return texts().text(key, lang)
    return "" if gap.ask else texts().text("gap.visit", lang)


def gap_remedy(gap: Gap) -> Markup:
    """What would find it, in both languages."""
    return pair(remedy_line(gap, "zh"), remedy_line(gap, "en"))


def rule_line(report: TraceReport, lang: str) -> str:
    """The rule of the list, in words."""
    rules = " · ".join(report.rules)
    if not report.in_force:
        rules += f" [{texts().text('summary.not_in_force', lang)}]"
    if report.rows is None:
        return texts().text("method.rule_any", lang, rules=rules)
    return texts().text("method.rule", lang, rules=rules, rows=report.rows)


def stage_line(key: str, lang: str) -> str:
    """A stage of the work in words; its key where it has none."""
    return texts().text(f"stage.{key}", lang) if texts().has(f"stage.{key}") else key


def stage(key: str) -> Markup:
    """A stage of the work, in both languages."""
    return pair(stage_line(key, "zh"), stage_line(key, "en"))
