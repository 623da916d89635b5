"""States of cases, orders and tasks as badges: words in the reader's language, a colour for the eye."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from firebreak.web.cases import words
from firebreak.web.persons.words import word
from firebreak.web.report.seatmap import tone as seat_tone

register = template.Library()


@register.simple_tag
def state_badge(machine: str, key: str) -> SafeString:
    """A state as a badge."""
    return format_html('<span class="badge bg-{}-lt">{}</span>', words.colour(key), words.state(machine, key))


@register.filter
def percent(part: int, whole: int) -> int:
    """A share in whole percent; 100 of nothing."""
    return 100 if not whole else int(100 * part / whole)


@register.filter
def level_words(level: int) -> str:
    """The level of an order in words."""
    return words.level(level)


@register.filter
def field_word(key: str) -> str:
    """A field of a person in words."""
    return word("field", key)


@register.filter
def tone(relation: str) -> str:
    """The class that colours a relation."""
    return seat_tone(relation or None)


@register.filter
def unlocalized(value: float) -> str:
    """A number as SVG writes it, in every language."""
    return f"{value:.1f}"
