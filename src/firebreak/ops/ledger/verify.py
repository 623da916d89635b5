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
    """What was gone through and what was found. ``heads``, the last entry gone through of each chain, are what to note
    down outside this machine."""

    entries: int
    heads: dict[str, tuple[int, str]]
    problems: tuple[Problem, ...]


def verify(anchor: dict[str, tuple[int, str]] | None = None) -> Verdict:
    """Go through the whole ledger. ``anchor``: heads (chain → seq, seal) noted earlier and kept elsewhere.

    Somebody with the database and without the key ring cannot change, insert or take out an entry in the middle of a
    chain unseen. Cutting off a chain's end and setting its head back, removing a whole chain with its head, or putting
    back an old copy of the database is seen by the anchor alone. Entries may be written meanwhile.
    """
    problems = [Problem(Fault.GUARD, "", 0, name) for name in sorted(missing())]
    heads = {head.chain: head for head in Head.objects.all()}
    keys = ring()
    noted = dict(anchor or {})
    entries = 0
    reached: dict[str, tuple[int, str]] = {}
    rows = everywhere(Entry, because="the chain is checked as a whole").order_by("chain", "seq").iterator(2000)
    for chain, chained in groupby(rows, key=lambda entry: entry.chain):
        walk = _Walk(chain, heads.pop(chain, None), keys, noted.pop(chain, None))
        problems += walk.problems(chained)
        entries += walk.count
        reached[chain] = (walk.seq, walk.seal)
    problems += [Problem(Fault.REMOVED, chain, 1) for chain, head in heads.items() if head.seq]
    problems += [Problem(Fault.ANCHOR, chain, seq) for chain, (seq, _) in noted.items() if seq]
    return Verdict(entries, reached, tuple(problems))


@dataclass(slots=True)
class _Walk:
    """Along one chain, from its start to its head; and on to the head as it is now, if more was written meanwhile."""

    chain: str
    head: Head | None
    keys: KeyRing
    noted: tuple[int, str] | None
    count: int = 0
    seq: int = 0
    seal: str = START
    end: int = 0  # as the heads were read: at least so many entries there must be

    def problems(self, entries: Iterable[Entry]) -> Iterator[Problem]:
        self.end = self.head.seq if self.head else 0
        for entry in entries:
            self.count += 1
            if self.head is None or entry.seq > self.head.seq:
                # Written since the heads were read, by the program: then its head was moved with it.
                self.head = Head.objects.filter(chain=self.chain).first() or self.head
            yield from self._step(entry)
            if self.noted and entry.seq == self.noted[0] and entry.seal != self.noted[1]:
                yield Problem(Fault.ANCHOR, self.chain, entry.seq)
            if self.head and entry.seq == self.head.seq and entry.seal != self.head.seal:
                yield Problem(Fault.HEAD, self.chain, entry.seq)
            self.seq, self.seal = entry.seq, entry.seal
        yield from self._end()

    def _step(self, entry: Entry) -> Iterator[Problem]:
        """From the entry before to this one."""
        if entry.seq > self.seq + 1:
            yield Problem(Fault.REMOVED, self.chain, self.seq + 1)
        if self.head is None or entry.seq > self.head.seq:
            yield Problem(Fault.INSERTED, self.chain, entry.seq)
        elif not self._sealed(entry) or (entry.seq == self.seq + 1 and entry.previous != self.seal):
            yield Problem(Fault.CHANGED, self.chain, entry.seq)

    def _end(self) -> Iterator[Problem]:
        """Behind the last entry."""
        if self.seq < self.end:
            yield Problem(Fault.REMOVED, self.chain, self.seq + 1)
        if self.noted and self.seq < self.noted[0]:
            yield Problem(Fault.ANCHOR, self.chain, self.noted[0])

    def _sealed(self, entry: Entry) -> bool:
        return entry.key in self.keys.keys and entry.seal == seal_of(entry, self.keys)
