"""What leaves the ledger: entries within the reader's reach, newest first, and whether it holds."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from firebreak.ops.base.actor import Actor, system
from firebreak.ops.base.policy import check
from firebreak.ops.base.scope import acting_as, visible
from firebreak.ops.ledger import policies
from firebreak.ops.ledger.models import Entry
from firebreak.ops.ledger.verify import Verdict, verify


def entries(*, by: Actor) -> QuerySet[Entry]:
    """The entries this reader may see."""
    rows = visible(Entry, by=by, policy=policies.READ)
    areas = {grant.value[:4] for grant in policies.READ.grants(by)}
    # The same rows; but an index gives one chain's entries in the order of time, where a range of divisions is sorted.
    return rows.filter(chain__in=areas) if all(len(area) == 4 for area in areas) else rows


def looks(*, kind: str, subject_ids: Iterable[object], by: Actor, most: int = 50) -> list[Entry]:
    """What was done with these subjects within the reader's reach, the latest first: who looked, when and why."""
    rows = visible(Entry, by=by, policy=policies.LOOKS)
    return list(rows.filter(subject_kind=kind, subject_id__in=[str(one) for one in subject_ids]).order_by("-id")[:most])


def verdict(*, by: Actor, anchor: dict[str, tuple[int, str]] | None = None) -> Verdict:
    """Is the ledger what was written? Counts and places only, so the reader's reach does not narrow it."""
    check(policies.VERIFY, by)
    with acting_as(system("ledger")):
        return verify(anchor)
