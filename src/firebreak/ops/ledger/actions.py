"""The one write that the ledger's own desk does: that somebody took a part of it along, or verified it."""

from __future__ import annotations

from firebreak.ops.base.actor import Actor
from firebreak.ops.ledger import policies
from firebreak.ops.ledger.recording import Draft, action


@action(policies.EXPORT, "ledger.exported", "导出台账", "Ledger exported")
def record_export(entry: Draft, *, count: int, filters: list[str], form: str, by: Actor) -> None:
    """Entries were taken along as a file."""
    entry.about("ledger", "entries", count=count, filters=filters, format=form)


@action(policies.VERIFY, "ledger.verified", "校验台账", "Ledger verified")
def record_verification(entry: Draft, *, entries: int, problems: int, by: Actor) -> None:
    """The ledger was gone through; with what result."""
    entry.about("ledger", "chains", entries=entries, problems=problems)
