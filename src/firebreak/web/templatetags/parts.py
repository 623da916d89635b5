"""Small parts of pages: icons, errors in the reader's language, offices and reaches in words."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from firebreak.ops.base.exports import plain
from firebreak.ops.ledger.words import EVENTS, FAULTS
from firebreak.terms.divisions import divisions
from firebreak.terms.errors import FirebreakError, errors_in_chinese
from firebreak.terms.offices import OFFICES, REACH_KINDS, Office, ReachKind

register = template.Library()


def speaks_chinese() -> bool:
    """Is the page in Chinese?"""
    return (get_language() or "zh").startswith("zh")


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """One of the icons in the sprite. For the eye only: what it means is said in words beside it."""
    address = f"{static('vendor/icons.svg')}#{name}"
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}"/></svg>', extra, address
    )


@register.filter
def said(error: FirebreakError) -> dict[str, str]:
    """What, rule and remedy in the reader's language."""
    chinese = errors_in_chinese().get(error.code) if speaks_chinese() else None
    if chinese is None:
        return {"what": error.what, "rule": error.rule, "remedy": error.remedy}
    what = f"{chinese['what']}（{error.what}）" if error.what else chinese["what"]
    return {"what": what, "rule": chinese["rule"], "remedy": chinese["remedy"]}


@register.filter
def office(value: Any) -> str:
    """An office in words."""
    terms = OFFICES[Office(value)]
    return terms.zh if speaks_chinese() else terms.en


@register.filter
def reach_kind(value: Any) -> str:
    """A kind of reach in words."""
    return REACH_KINDS[ReachKind(value)][0 if speaks_chinese() else 1]


@register.filter
def place(code: str) -> str:
    """A division with its name where it is known; the whole country where empty."""
    if not code:
        return "全国" if speaks_chinese() else "Whole country"
    return f"{code} {_names().get(code[:6].ljust(6, '0'), '')}".strip()


@cache
def _names() -> dict[str, str]:
    """The present name of each division by its six-digit code."""
    return {division.code.ljust(6, "0")[:6]: division.name for division in divisions()}


@register.filter
def minus(key: str) -> str:
    """The sort key for the largest first."""
    return f"-{key}"


@register.filter
def half(text: str) -> str:
    """The reader's half of a text that says the same in both languages, Chinese first, parted by `` / ``."""
    chinese, mark, english = text.partition(" / ")
    return (chinese if speaks_chinese() else english) if mark else text


register.filter("plain", plain)


@register.filter
def event(key: str) -> str:
    """A ledger event in words."""
    return EVENTS[key][0 if speaks_chinese() else 1] if key in EVENTS else key


@register.filter
def fault(key: str) -> str:
    """What is wrong with a place in the ledger, in words."""
    return FAULTS[key][0 if speaks_chinese() else 1]
