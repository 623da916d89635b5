"""From what is parked or rejected back into the intake: a file classified, a rejected row put right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from django.db import transaction

from firebreak.bridge.channels import rejects_of
from firebreak.bridge.desk_lake import the_lake, the_specs, today
from firebreak.bridge.explain import delivered_line
from firebreak.bridge.parked import Look, json_line, look, own_columns, records
from firebreak.engine.intake.by_record import SUFFIX
from firebreak.engine.intake.spec_model import ChannelSpec
from firebreak.ops.base.actor import Actor
from firebreak.ops.channels import actions, selectors, spool
from firebreak.ops.channels.models import Batch, Delivery
from firebreak.terms.errors import FirebreakError, value_class


def cells(batch: Batch, line: int) -> dict[str, str]:
    """A delivered row by the file's own column names, from the kept bytes. Errors: LakeError where they are gone."""
    lake = the_lake()
    held = lake.batch(batch.batch_id)
    spec = next(
        (one for one in the_specs() if held and (one.id, one.version) == (held.channel, held.spec_version)), None
    )
    found = delivered_line(lake, held, spec, line) if held and spec else {}
    if not found:
        raise FirebreakError("FB-CHANNEL-ROW", f"row {line}", "The row is one of the batch's.", "Look at its rejects.")
    return found


def mend(batch: Batch, line: int, given: Mapping[str, str], by: Actor) -> Delivery:
    """Deliver a rejected row once more, put right. Only a row that gave no record: one that did would count twice."""
    lost = rejects_of(the_lake(), batch.batch_id)
    if not lost.filter((lost["line"] == line) & (lost["scope"] == "row")).height:
        raise FirebreakError(
            "FB-CHANNEL-KEPT", f"row {line}", "A row that was taken in is not delivered again: it would count twice.",
            "Ask the sender for the whole file, put right.",
        )  # fmt: skip
    if line in selectors.mended(batch_id=batch.batch_id, by=by):
        raise FirebreakError("FB-CHANNEL-MENDED", f"row {line}", "A row is put right once.", "Look at its delivery.")
    spec = _spec(batch.channel)
    known = {one.source for one in own_columns(spec)}
    row = {name: text for name, text in given.items() if name in known and text != ""}
    if not row:
        raise FirebreakError("FB-CHANNEL-ROW", f"row {line}", "A row says something.", "Fill in a column.")
    name = f"{spec.id}-{batch.batch_id}-{line}{SUFFIX}"
    return _delivered([json_line(row)], name, spec, by, mends=(batch.batch_id, line), division=batch.division_code)


def look_into(delivery: Delivery, channel: str = "") -> Look:
    """Look into the parked table of a delivery."""
    return look(_path(delivery), parked_member(delivery), the_specs(), today(), channel)


def classify(delivery: Delivery, channel: str, columns: Mapping[str, str], by: Actor) -> Delivery:
    """Read a parked file as one of this channel; the delivery of records it gave."""
    spec = _spec(channel)
    lines = records(_path(delivery), parked_member(delivery), columns, spec)

    def settle(made: Delivery) -> None:
        actions.classify(receipt=delivery.receipt, into=made.receipt, channel=spec.id, columns=dict(columns), by=by)

    name = f"{spec.id}-{delivery.receipt[:12]}{SUFFIX}"
    return _delivered(lines, name, spec, by, division=delivery.division_code, parent=delivery.receipt, then=settle)


def parked_member(delivery: Delivery) -> int:
    """Which table of the delivery is parked. Errors: FirebreakError where several are: each needs its own decision."""
    waiting = [nth for nth, file in enumerate(delivery.files) if file["outcome"] == "parked"]
    if len(waiting) != 1:
        raise FirebreakError(
            "FB-CHANNEL-SEVERAL", f"{len(waiting)} files", "One parked file at a time is classified.",
            "Deliver the parked files of this archive one by one.",
        )  # fmt: skip
    return waiting[0]


def _delivered(
    lines: Iterable[bytes], name: str, spec: ChannelSpec, by: Actor, *, division: str,
    mends: tuple[int, int] | None = None, parent: str = "", then: Callable[[Delivery], None] = lambda _: None,
) -> Delivery:  # fmt: skip
    kept = spool.keep(lines, name)
    try:
        with transaction.atomic():
            made: Delivery = actions.deliver(
                kept=kept, by=by, records=True, channel=spec.id, division=division, mends=mends, parent=parent
            )
            then(made)
    except BaseException:
        spool.drop(kept.receipt)
        raise
    return made


def _path(delivery: Delivery) -> Path:
    return spool.path_of(delivery.receipt, delivery.file_name)


def _spec(channel: str) -> ChannelSpec:
    """The channel's present layout."""
    found = [one for one in the_specs() if one.id == channel]
    if not found:
        raise FirebreakError("FB-API-CHANNEL", value_class(channel), "The channel must be a known one.",
                             "Choose one of the list.")  # fmt: skip
    return found[-1]
