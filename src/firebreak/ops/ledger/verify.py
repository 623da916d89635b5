"""Whether the ledger is what was written: every entry recomputed, every chain followed to its head."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from firebreak.ops.base.keyring import KeyRing, ring
from firebreak.ops.base.scope import everywhere
from firebreak.ops.ledger.chain import START, seal_of
from firebreak.ops.ledger.guards import missing
from firebreak.ops.ledger.models import Entry, Head


class Fault(StrEnum):
    """What is wrong with a place in the ledger."""

    CHANGED = "changed"  # an entry is not what its seal says
    REMOVED = "removed"  # entries are missing: between two, or from the end
    INSERTED = "inserted"  # an entry behind the head, or one with somebody else's seal
    HEAD = "head"  # the head is not the seal of its entry
    GUARD = "guard"  # a trigger is missing or switched off
    ANCHOR = "anchor"  # the ledger is not a continuation of the heads noted earlier


@dataclass(frozen=True, slots=True)
class Problem:
    """``fault`` at entry ``seq`` of ``chain``; for a guard, ``name`` is the trigger."""

    fault: Fault
    chain: str
    seq: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was gone through and what was found; ``heads`` is what to note down outside this machine."""

    entries: int
    heads: dict[str, tuple[int, str]]
    problems: tuple[Problem, ...]


def verify(anchor: dict[str, tuple[int, str]] | None = None) -> Verdict:
    """Go through the whole ledger. ``anchor``: heads (chain → seq, seal) noted earlier and kept elsewhere.

    Somebody with the database but without the key can remove, change or insert nothing unseen. Somebody who puts back
    an old copy of the whole database is seen by the anchor alone.
    """
    problems = [Problem(Fault.GUARD, "", 0, name) for name in sorted(missing())]
    heads = {head.chain: head for head in Head.objects.all()}
    keys = ring()
    noted = dict(anchor or {})
    entries = 0
    rows = everywhere(Entry, because="the chain is checked as a whole").order_by("chain", "seq").iterator(2000)
    for chain, chained in groupby(rows, key=lambda entry: entry.chain):
        walk = _Walk(chain, heads.pop(chain, None), keys, noted.pop(chain, None))
        problems += walk.problems(chained)
        entries += walk.count
    problems += [Problem(Fault.REMOVED, chain, 1) for chain, head in heads.items() if head.seq]
    problems += [Problem(Fault.ANCHOR, chain, seq) for chain, (seq, _) in noted.items() if seq]
    now = {head.chain: (head.seq, head.seal) for head in Head.objects.all()}
    return Verdict(entries, now, tuple(problems))


@dataclass(slots=True)
class _Walk:
    """Along one chain, from its start to its head."""

    chain: str
    head: Head | None
    keys: KeyRing
    noted: tuple[int, str] | None
    count: int = 0

    def problems(self, entries: Iterable[Entry]) -> Iterator[Problem]:
        before, seq, last = START, 0, ""
        end = self.head.seq if self.head else 0
        for entry in entries:
            self.count += 1
            if entry.seq > seq + 1:
                yield Problem(Fault.REMOVED, self.chain, seq + 1)
            elif entry.seq <= end and entry.previous != before:
                yield Problem(Fault.CHANGED, self.chain, entry.seq)
            if entry.seq > end:
                yield Problem(Fault.INSERTED, self.chain, entry.seq)
            elif not self._sealed(entry):
                yield Problem(Fault.CHANGED, self.chain, entry.seq)
            if self.noted and entry.seq == self.noted[0] and entry.seal != self.noted[1]:
                yield Problem(Fault.ANCHOR, self.chain, entry.seq)
            before, seq = entry.seal, entry.seq
            last = entry.seal if entry.seq == end else last
        if seq < end:
            yield Problem(Fault.REMOVED, self.chain, seq + 1)
        elif self.head and last != self.head.seal:
            yield Problem(Fault.HEAD, self.chain, end)
        if self.noted and seq < self.noted[0]:
            yield Problem(Fault.ANCHOR, self.chain, self.noted[0])

    def _sealed(self, entry: Entry) -> bool:
        return entry.key in self.keys.keys and entry.seal == seal_of(entry, self.keys)
