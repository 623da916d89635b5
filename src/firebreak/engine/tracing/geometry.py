"""Seats and metres between two lettered places of one coach, from the layout of its letters."""

from __future__ import annotations

import ibis

from firebreak.engine.backends.base import Expr
from firebreak.engine.tracing.layout import seat_width
from firebreak.engine.tracing.reach import on_board
from firebreak.engine.tracing.rules import RulePack


def measured(pack: RulePack) -> bool:
    """Does the pack count seats or metres on board?"""
    return any(rule.seats is not None or rule.distance_m is not None for rule in on_board(pack))


def metres(pairs: Expr) -> Expr:
    """From seat to seat, middle to middle; null where a row, a letter or the layout is not known."""
    across = (_slot(pairs.c_letters, pairs.letter) - _slot(pairs.c_letters, pairs.c_letter)) * seat_width()
    along = (pairs.row - pairs.c_row) * pairs.c_pitch
    return (across * across + along * along).sqrt()


def near_enough(pairs: Expr) -> Expr:
    """Within the rule's seats and metres; what nobody can measure is near enough."""
    seats = (_slot(_close(pairs.c_letters), pairs.letter) - _slot(_close(pairs.c_letters), pairs.c_letter)).abs()
    return ibis.coalesce(seats <= pairs.c_seats, True) & ibis.coalesce(metres(pairs) <= pairs.c_metres + 1e-9, True)


def _slot(letters: Expr, letter: Expr) -> Expr:
    """Where a letter stands in its layout, from 0; null where it does not."""
    return letters.find(letter).nullif(-1)


def _close(letters: Expr) -> Expr:
    """The layout without its aisles."""
    return letters.replace("|", "")
