"""Comparisons of any table of persons in Latin script, made from the kinds of its columns.

For lists that are not ours: a foreign register, a public benchmark. Distances in characters are right here. Nothing is
set for one table; what the levels weigh is learned from the table itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from firebreak.engine.identity.compare.levels import Comparison, Level, differs, unknown

KINDS = ("given", "surname", "birth", "identifier", "place", "code", "email")
"""``birth`` as text; ``identifier``: a number nearly of one person; ``place``: words; ``code``: a short number."""


def comparisons(kinds: Mapping[str, str]) -> tuple[Comparison, ...]:
    """A comparison for each column. ``kinds``: column → one of ``KINDS``."""
    of_kind = {kind: column for column, kind in kinds.items()}
    return tuple(_comparison(column, kind, of_kind) for column, kind in kinds.items())


def _comparison(column: str, kind: str, of_kind: Mapping[str, str]) -> Comparison:
    levels = [unknown(f"{column}_l IS NULL OR {column}_r IS NULL"), _same(column)]
    if kind in ("given", "surname"):
        levels += [_near(column, 0.92), _swapped(of_kind), _near(column, 0.8)]
    elif kind in ("birth", "identifier", "code"):
        levels += [_slips(column, count) for count in (1, 2)]
    elif kind == "email":
        levels += [_before_at(column), _near(column, 0.9)]
    else:
        levels += [_near(column, 0.92), _near(column, 0.8)]
    return Comparison(column, column, column, (*levels, differs()))


def _same(column: str) -> Level:
    return Level("same", f"{column}_l = {column}_r", "the same", "相同", column)


def _near(column: str, least: float) -> Level:
    sql = f"jaro_winkler_similarity({column}_l, {column}_r) >= {least}"
    return Level(f"near_{round(least * 100)}", sql, f"Jaro–Winkler at least {least}", f"Jaro–Winkler 不低于 {least}")


def _slips(column: str, count: int) -> Level:
    sql = f"damerau_levenshtein({column}_l, {column}_r) <= {count}"
    return Level(f"slips_{count}", sql, f"{count} slips at most", f"至多 {count} 处笔误")


def _swapped(of_kind: Mapping[str, str]) -> Level:
    given, surname = of_kind["given"], of_kind["surname"]
    sql = f"{given}_l = {surname}_r AND {surname}_l = {given}_r"
    return Level("swapped", sql, "given name and surname exchanged", "姓与名颠倒")


def _before_at(column: str) -> Level:
    sql = f"split_part({column}_l, '@', 1) = split_part({column}_r, '@', 1)"
    return Level("before_at", sql, "the same before the @", "@ 前相同")


def keys(kinds: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Keys of blocking: every column that tells people apart, and every pair of the others."""
    alone = [column for column, kind in kinds.items() if kind in ("birth", "identifier", "email", "surname", "given")]
    pairs = combinations(kinds, 2)
    return {column: (column,) for column in alone} | {f"{one}+{other}": (one, other) for one, other in pairs}


def blocks(kinds: Mapping[str, str]) -> tuple[str, ...]:
    """Pairs of which EM learns: the same day of birth, the same surname and given name, the same identifier."""
    of_kind: dict[str, list[str]] = {}
    for column, kind in kinds.items():
        of_kind.setdefault(kind, []).append(column)
    names = [column for kind in ("given", "surname") for column in of_kind.get(kind, [])]
    rules = [[column] for kind in ("birth", "identifier", "email") for column in of_kind.get(kind, [])] + [names]
    return tuple(" AND ".join(f"l.{column} = r.{column}" for column in rule) for rule in rules if rule)
