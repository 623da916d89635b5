"""The desk's own copy of the lake's batches and of how each channel does: lists and pages cost no look into the lake.

Made by background work alone, from counts and names of files, so it leaves no ledger entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from firebreak.ops.base.actor import Actor
from firebreak.ops.base.policy import check
from firebreak.ops.base.scope import acting_as, everywhere
from firebreak.ops.channels import policies
from firebreak.ops.channels.models import Batch, Channel, Delivery

CHUNK = 1000


def renew(*, batches: Iterable[Mapping[str, Any]], channels: Iterable[Mapping[str, Any]], by: Actor) -> int:
    """The lake's batches and channels as they are now; what the lake dropped goes here, too. How many batches are new.

    A batch never changes, so those known are left alone.
    """
    check(policies.SETTLE, by)
    with acting_as(by), transaction.atomic():
        rows = {int(row["batch_id"]): row for row in batches}
        known = set(everywhere(Batch, because="compared with the lake").values_list("batch_id", flat=True))
        _forget(sorted(known - set(rows)))
        fresh = [rows[number] for number in sorted(set(rows) - known)]
        came = _came_by(fresh)
        Batch.scoped.bulk_create([Batch(**_placed(row, came)) for row in fresh], batch_size=CHUNK)
        everywhere(Channel, because="made anew").delete()
        now, division = timezone.now(), settings.FIREBREAK_DIVISION
        Channel.scoped.bulk_create([Channel(**row, at=now, division_code=division) for row in channels])
    return len(fresh)


def _forget(gone: list[int]) -> None:
    for start in range(0, len(gone), CHUNK):
        everywhere(Batch, because="the lake dropped it").filter(batch_id__in=gone[start : start + CHUNK]).delete()


def _came_by(fresh: list[Mapping[str, Any]]) -> dict[int, tuple[str, str]]:
    """Receipt and division of the delivery that brought each of these batches, where one did."""
    if not fresh:
        return {}
    since = min(row["committed_at"] for row in fresh)
    told = everywhere(Delivery, because="batches name their deliveries").filter(settled_at__gte=since)
    return {
        file["batch"]: (receipt, division)
        for receipt, division, files in told.values_list("receipt", "division_code", "files")
        for file in files
        if file["outcome"] == "taken"
    }


def _placed(row: Mapping[str, Any], came: Mapping[int, tuple[str, str]]) -> dict[str, Any]:
    """Who answers for a batch: the division it was delivered for, else the lake's own."""
    receipt, division = came.get(row["batch_id"], ("", settings.FIREBREAK_DIVISION))
    return {**row, "receipt": receipt, "division_code": division}
