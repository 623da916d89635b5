"""Every write of the channels desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from firebreak.ops.base.actor import Actor, system
from firebreak.ops.base.policy import Refused
from firebreak.ops.base.scope import check_reach, everywhere, found, visible
from firebreak.ops.channels import policies, spool
from firebreak.ops.channels.models import Delivery, Standing
from firebreak.ops.channels.spool import Kept
from firebreak.ops.ledger.recording import Draft, action
from firebreak.ops.runs import actions as runs
from firebreak.terms.errors import FirebreakError, value_class
from firebreak.terms.offices import ReachKind

SHOWN_FILES = 500


@action(policies.DELIVER, "channels.delivered", "交付数据", "Delivered")
def deliver(
    entry: Draft, *, kept: Kept, by: Actor, division: str = "", channel: str = "", records: bool = False,
    only: Sequence[str] = (), mends: tuple[int, int] | None = None, parent: str = "",
) -> Delivery:  # fmt: skip
    """A delivery that is on the disk becomes one that background work will take in; its receipt is ``receipt``.

    ``division`` answers for it: one of the sender's own. ``only``: the channels the sender may deliver; empty: any.
    """
    division = division or _place(by)
    check_reach(by, policies.DELIVER, division=division)
    if channel and only and channel not in only:
        raise _not_yours(channel)
    run = runs.request(kind="intake", by=system("channels"))
    delivery = Delivery(
        receipt=kept.receipt, division_code=division, records=records, channel=channel, only=list(only),
        file_name=kept.file_name, bytes=kept.bytes, sha256=kept.sha256, delivered_by=by.name,
        delivered_at=timezone.now(), run_id=run.pk, parent=parent,
        mends_batch=mends[0] if mends else None, mends_line=mends[1] if mends else None,
    )  # fmt: skip
    delivery.save(force_insert=True)
    entry.about("delivery", kept.receipt, division=division, bytes=kept.bytes, sha256=kept.sha256, channel=channel,
                mends=f"{mends[0]}:{mends[1]}" if mends else None)  # fmt: skip
    return delivery


@action(policies.SETTLE, "channels.settled", "交付处理完毕", "Delivery taken in")
def settle(
    entry: Draft, *, receipt: str, files: Sequence[dict[str, Any]], rejects: Sequence[list[Any]], by: Actor
) -> None:
    """What became of a delivery. ``files``: name, outcome, batch, channel, rows_in, kept, rejected, code, reason."""
    delivery = everywhere(Delivery, because="the work settles every delivery").select_for_update().get(receipt=receipt)
    delivery.standing = _standing([str(one["outcome"]) for one in files])
    delivery.settled_at = timezone.now()
    delivery.rows_in, delivery.rows_kept, delivery.rows_rejected = (
        sum(int(one[name]) for one in files) for name in ("rows_in", "kept", "rejected")
    )
    delivery.files, delivery.rejects = list(files[:SHOWN_FILES]), list(rejects)
    delivery.channel = delivery.channel or next((one["channel"] for one in files if one["channel"]), "")
    delivery.code = next((one["code"] for one in files if one["code"]), "")
    delivery.save()
    if delivery.standing not in (Standing.PARKED, Standing.FAILED, Standing.PARTLY):
        transaction.on_commit(lambda: spool.drop(receipt))  # the lake has the bytes
    entry.about("delivery", receipt, division=delivery.division_code, standing=delivery.standing, code=delivery.code,
                rows=delivery.rows_in, kept=delivery.rows_kept, rejected=delivery.rows_rejected)  # fmt: skip


@action(policies.CLASSIFY, "channels.classified", "归类未知文件", "File classified")
def classify(entry: Draft, *, receipt: str, into: str, channel: str, columns: dict[str, str], by: Actor) -> None:
    """A parked delivery was read as one of this channel: ``columns``, file's column → channel's; ``into``: the receipt
    of the records it gave."""
    delivery = _parked(receipt, by)
    delivery.standing = Standing.SETTLED.value
    delivery.save(update_fields=["standing"])
    transaction.on_commit(lambda: spool.drop(receipt))
    own = sorted(columns.values())  # the file's own names may be its first row: somebody's values
    entry.about("delivery", receipt, division=delivery.division_code, channel=channel, into=into, columns=own)


@action(policies.CLASSIFY, "channels.discarded", "弃置交付", "Delivery discarded")
def discard(entry: Draft, *, receipt: str, reason: str, by: Actor) -> None:
    """A parked or unreadable delivery is thrown away; that it came stays on record."""
    _check_reason(reason)
    delivery = _parked(receipt, by)
    delivery.standing = Standing.DISCARDED.value
    delivery.save(update_fields=["standing"])
    transaction.on_commit(lambda: spool.drop(receipt))
    entry.about("delivery", receipt, division=delivery.division_code, reason=reason)


@action(policies.SHOW, "channels.shown", "查看退回行明文", "Rejected row shown in full")
def show(entry: Draft, *, batch_id: int, line: int, division: str, reason: str, by: Actor) -> None:
    """A rejected row is about to be shown in full, for a reason that stays on record."""
    _check_reason(reason)
    check_reach(by, policies.SHOW, division=division)
    entry.about("row", f"{batch_id}:{line}", division=division, reason=reason)


@action(policies.EXPORT, "channels.exported", "导出渠道列表", "Channels exported")
def record_export(entry: Draft, *, count: int, filters: list[str], form: str, by: Actor) -> None:
    """Channels, deliveries, batches or rejects were taken along as a file."""
    entry.about("channels", "list", count=count, filters=filters, format=form)


def _parked(receipt: str, by: Actor) -> Delivery:
    rows = visible(Delivery, by=by, policy=policies.CLASSIFY).select_for_update()
    delivery = found(rows, policy=policies.CLASSIFY, receipt=receipt)
    if delivery.standing not in (Standing.PARKED, Standing.FAILED, Standing.PARTLY):
        raise FirebreakError(
            "FB-CHANNEL-STANDING", delivery.standing, "Only a parked or unreadable delivery is classified or dropped.",
            "Look at the list of deliveries.",
        )  # fmt: skip
    return delivery


def _standing(outcomes: Sequence[str]) -> str:
    """Of the whole, by what became of its files."""
    kinds = set(outcomes)
    if len(kinds - {"repeated"}) <= 1:
        return next(iter(kinds - {"repeated"} or {"repeated"}), Standing.FAILED.value)
    return Standing.PARTLY.value if "taken" in kinds else Standing.PARKED.value


def _place(by: Actor) -> str:
    """Where a sender's deliveries belong unless they say: the first division they deliver for."""
    held = [grant.value for grant in policies.DELIVER.grants(by) if grant.kind is ReachKind.DIVISION]
    return held[0] if held else ""


def _not_yours(channel: str) -> Refused:
    return Refused(
        "FB-CHANNEL-NOT-YOURS", value_class(channel), "A token delivers the channels of its integration.",
        "Name one of them, or ask your administrator.", policies.DELIVER.key,
    )  # fmt: skip


def _check_reason(reason: str) -> None:
    if len("".join(reason.split())) < 2:
        raise FirebreakError(
            "FB-VAULT-REASON", value_class(reason), "A value is shown in full for a reason, which stays on record.",
            "Say what it is needed for: a case, an order, a visit.",
        )  # fmt: skip
