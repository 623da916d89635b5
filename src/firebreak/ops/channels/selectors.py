"""What leaves the channels desk."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from firebreak.ops.base.actor import Actor
from firebreak.ops.base.scope import found, visible
from firebreak.ops.channels import policies
from firebreak.ops.channels.models import Batch, Channel, Delivery, Standing


def deliveries(*, by: Actor) -> QuerySet[Delivery]:
    """Within the reader's divisions; an integration sees its own only."""
    rows = visible(Delivery, by=by, policy=policies.READ)
    return rows.filter(delivered_by=by.name) if by.integration else rows


def delivery(*, receipt: str, by: Actor) -> Delivery:
    """One of them. Errors: Refused, the same whether it is not there or elsewhere."""
    return found(deliveries(by=by), policy=policies.READ, receipt=receipt)


def waiting(*, by: Actor) -> QuerySet[Delivery]:
    """What is to be taken in, in the order it came."""
    return deliveries(by=by).filter(standing=Standing.WAITING).order_by("id")


def unsettled(*, by: Actor) -> set[str]:
    """Receipts whose bytes may still be needed."""
    kept = (Standing.WAITING, Standing.PARKED, Standing.FAILED, Standing.PARTLY)
    return set(deliveries(by=by).filter(standing__in=kept).values_list("receipt", flat=True))


def batch_told(*, batch_id: int, since: datetime, by: Actor) -> bool:
    """Does the receipt of a delivery settled since then tell of this batch as taken?"""
    told = deliveries(by=by).filter(settled_at__gte=since).values_list("files", flat=True)
    return any(file["batch"] == batch_id and file["outcome"] == "taken" for files in told for file in files)


def batches(*, by: Actor) -> QuerySet[Batch]:
    """The lake's batches within the reader's divisions."""
    return visible(Batch, by=by, policy=policies.READ)


def batch(*, batch_id: int, by: Actor) -> Batch:
    """One of them. Errors: Refused."""
    return found(batches(by=by), policy=policies.READ, batch_id=batch_id)


def channels(*, by: Actor) -> QuerySet[Channel]:
    """How each channel does."""
    return visible(Channel, by=by, policy=policies.READ)


def channel(*, channel_id: str, by: Actor) -> Channel:
    """One of them. Errors: Refused."""
    return found(channels(by=by), policy=policies.READ, channel=channel_id)


def mended(*, batch_id: int, by: Actor) -> dict[int, str]:
    """The rejected lines of a batch that were put right, each with the receipt."""
    rows = deliveries(by=by).filter(mends_batch=batch_id).exclude(standing=Standing.DISCARDED)
    told = rows.order_by("id").values_list("mends_line", "receipt")
    return {line: receipt for line, receipt in told if line is not None}
