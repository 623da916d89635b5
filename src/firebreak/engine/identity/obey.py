"""Rulings have the last word: whatever was concluded, what must be one person is, and what cannot be is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations

import polars as pl

from firebreak.engine.identity.person_ids import KEY
from firebreak.engine.identity.ties import RULES
from firebreak.terms.enums import RulingKind

Mention = tuple[int, int]
Ties = Callable[[pl.DataFrame], pl.DataFrame]
_ENDS = ["left_record_id", "left_part", "right_record_id", "right_part"]


def obey(groups: pl.DataFrame, rulings: pl.DataFrame, ties: Ties) -> pl.DataFrame:
    """The groups (``resolution.GROUPS``) as the rulings demand; groups that no ruling contradicts stay as they are.

    ``rulings``: pairs that do not contradict one another (``rulings.contradiction``). ``ties`` tells of
    ``scope, record_id, part`` what ties them (``ties.ties``). A group that holds two mentions which cannot be one
    person is taken apart and put together again along its ties, strongest rule first, as far as the rulings allow; a
    record that no tie holds stays with the first mention's part where it may, and alone where it may not.
    """
    groups = _joined(groups, rulings.filter(pl.col("kind") == RulingKind.MUST))
    cannot = _within(groups, rulings.filter(pl.col("kind") == RulingKind.CANNOT))
    if cannot.is_empty():
        return groups
    wrong = groups.join(cannot.select("group").unique(), on="group", how="semi")
    told = ties(wrong.select(*KEY, scope="group"))
    must = _within(wrong, rulings.filter(pl.col("kind") == RulingKind.MUST))
    parts = _parts(wrong, told, must, cannot)
    offset = 1 + int(max(groups["group"].to_list(), default=0))
    moved = wrong.drop("group").join(parts.with_columns(pl.col("group") + offset), on=KEY).select(groups.columns)
    return pl.concat([groups.join(wrong, on=KEY, how="anti"), moved]).sort(KEY)


def _joined(groups: pl.DataFrame, must: pl.DataFrame) -> pl.DataFrame:
    """Groups that rulings tie become one, under the smallest number; its other records are linked by ``ruling``."""
    ends = _placed(groups, must).filter(pl.col("left_group") != pl.col("right_group"))
    if ends.is_empty():
        return groups
    whole = _Parts()
    for left, right in ends.select("left_group", "right_group").iter_rows():
        whole.join((left, 0), (right, 0))
    renamed = {group: whole.first((group, 0))[0] for group, _ in whole.known}
    names = pl.DataFrame(
        {"group": list(renamed), "to": list(renamed.values())}, schema={"group": pl.Int64, "to": pl.Int64}
    )
    found = groups.join(names, on="group", how="left", maintain_order="left")
    other = pl.col("to").is_not_null() & (pl.col("to") != pl.col("group"))
    return found.with_columns(
        group=pl.coalesce("to", "group"),
        rule=pl.when(other).then(pl.lit("ruling")).otherwise("rule"),
        confidence=pl.when(other).then(pl.lit(1.0, dtype=pl.Float32)).otherwise("confidence"),
    ).drop("to")


def _placed(groups: pl.DataFrame, rulings: pl.DataFrame) -> pl.DataFrame:
    found = rulings.select(_ENDS).unique()
    for side in ("left", "right"):
        where = groups.select(
            pl.col("record_id").alias(f"{side}_record_id"),
            pl.col("part").alias(f"{side}_part"),
            pl.col("group").alias(f"{side}_group"),
        )
        found = found.join(where, on=[f"{side}_record_id", f"{side}_part"])
    return found


def _within(groups: pl.DataFrame, rulings: pl.DataFrame) -> pl.DataFrame:
    """The rulings whose two mentions are in one group, with that ``group``."""
    found = _placed(groups, rulings).filter(pl.col("left_group") == pl.col("right_group"))
    return found.select(*_ENDS, group="left_group").sort(_ENDS)


class _Parts:
    """Disjoint sets of mentions, each knowing which mentions may not be with it."""

    def __init__(self) -> None:
        self.known: dict[Mention, Mention] = {}
        self._members: dict[Mention, set[Mention]] = {}
        self._apart: dict[Mention, set[Mention]] = {}

    def forbid(self, one: Mention, other: Mention) -> None:
        """Keep two mentions apart. To be said before anything is joined."""
        self._apart.setdefault(one, set()).add(other)
        self._apart.setdefault(other, set()).add(one)

    def first(self, mention: Mention) -> Mention:
        """The smallest mention of its set."""
        if mention not in self.known:
            self.known[mention], self._members[mention] = mention, {mention}
        while self.known[mention] != mention:
            mention = self.known[mention]
        return mention

    def join(self, one: Mention, other: Mention) -> None:
        """Make two sets one, unless a mention of one may not be with a mention of the other."""
        low, high = sorted((self.first(one), self.first(other)))
        if low == high or self._apart.get(low, set()) & self._members[high]:
            return
        self.known[high] = low
        self._members[low] |= self._members.pop(high)
        self._apart.setdefault(low, set()).update(self._apart.pop(high, set()))


def _parts(wrong: pl.DataFrame, told: pl.DataFrame, must: pl.DataFrame, cannot: pl.DataFrame) -> pl.DataFrame:
    """``record_id, part, group`` of the mentions of the groups that were taken apart; groups count from 0."""
    parts = _Parts()
    for left, left_part, right, right_part in cannot.select(_ENDS).iter_rows():
        parts.forbid((left, left_part), (right, right_part))
    for left, left_part, right, right_part in must.select(_ENDS).iter_rows():
        parts.join((left, left_part), (right, right_part))
    strength = pl.col("rule").replace_strict(RULES, list(range(len(RULES))), return_dtype=pl.Int8)
    tied: set[Mention] = set()
    for (_, _), rows in told.sort(strength, "scope", "tie", *KEY).group_by("scope", "tie", maintain_order=True):
        together = list(rows.select(KEY).iter_rows())
        tied.update(together)
        _join_all(parts, together)
    for (_,), rows in wrong.sort("group", *KEY).group_by("group", maintain_order=True):
        together = list(rows.select(KEY).iter_rows())
        for loose in (mention for mention in together if mention not in tied):
            parts.join(together[0], loose)
    firsts = [(mention, parts.first(mention)) for mention in wrong.select(KEY).iter_rows()]
    numbers = {first: nth for nth, first in enumerate(sorted({first for _, first in firsts}))}
    placed = [(*mention, numbers[first]) for mention, first in firsts]
    return pl.DataFrame(placed, schema={"record_id": pl.Int64, "part": pl.Int16, "group": pl.Int64}, orient="row")


def _join_all(parts: _Parts, together: Iterable[Mention]) -> None:
    """Each with the first of the sets it may join; sets that may be one become one."""
    firsts: list[Mention] = []
    for mention in together:
        for first in firsts:
            parts.join(first, mention)
        firsts = sorted({parts.first(one) for one in (*firsts, mention)})
    for one, other in combinations(firsts, 2):
        parts.join(one, other)
