"""The channels desk's tables. Private to this desk; no column holds a value of a person."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db import models

from firebreak.ops.base.scope import Reach, Scoped


class Standing(StrEnum):
    """``waiting`` for background work; then ``taken``, ``partly`` (some of its files), ``repeated`` (the same bytes
    were there), ``parked`` (no channel fits), ``failed`` (unreadable); ``settled``: a parked one was classified;
    ``discarded`` by a steward."""

    WAITING = "waiting"
    TAKEN = "taken"
    PARTLY = "partly"
    REPEATED = "repeated"
    PARKED = "parked"
    FAILED = "failed"
    SETTLED = "settled"
    DISCARDED = "discarded"


class Delivery(Scoped):
    """One file, archive or set of records that somebody delivered; ``receipt`` is what they know it by.

    ``channel`` is claimed for records, found for files. ``only``: the channels the sender may deliver; empty: any.
    ``files``: what became of each table file in it. ``rejects``: ``[scope, field, column, code, count]``.
    ``mends_batch``, ``mends_line``: the rejected row that these records put right. ``parent``: the parked delivery that
    they came from.
    """

    reach = Reach(division="division_code")

    receipt = models.CharField(max_length=32, unique=True)
    division_code = models.CharField(max_length=12)
    records = models.BooleanField(default=False)
    channel = models.CharField(max_length=64, blank=True)
    only: Any = models.JSONField(default=list)
    file_name = models.CharField(max_length=255)
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    delivered_by = models.CharField(max_length=150)
    delivered_at = models.DateTimeField()
    standing = models.CharField(max_length=10, default=Standing.WAITING.value)
    settled_at = models.DateTimeField(null=True)
    rows_in = models.BigIntegerField(default=0)
    rows_kept = models.BigIntegerField(default=0)
    rows_rejected = models.BigIntegerField(default=0)
    files: Any = models.JSONField(default=list)
    rejects: Any = models.JSONField(default=list)
    code = models.CharField(max_length=40, blank=True)
    run_id = models.BigIntegerField(null=True)
    mends_batch = models.BigIntegerField(null=True)
    mends_line = models.BigIntegerField(null=True)
    parent = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["division_code", "delivered_at", "id"], name="channels_by_division"),
            models.Index(fields=["delivered_at", "id"], name="channels_by_time"),
            models.Index(fields=["standing", "id"], name="channels_by_standing"),
            models.Index(fields=["delivered_by", "id"], name="channels_by_sender"),
            models.Index(fields=["mends_batch", "mends_line"], name="channels_mended"),
        )


class Batch(Scoped):
    """A batch of the lake as the desk lists it, copied by the background work. ``receipt`` where it came by the desk.

    ``late_days``: from the middle row's own day to the day of delivery; null where its rows have no day.
    """

    reach = Reach(division="division_code")

    batch_id = models.BigIntegerField(primary_key=True)
    division_code = models.CharField(max_length=12)
    channel = models.CharField(max_length=64)
    category = models.CharField(max_length=24)
    file_name = models.CharField(max_length=500)
    receipt = models.CharField(max_length=32, blank=True)
    simulated = models.BooleanField()
    delivered_on = models.DateField()
    committed_at = models.DateTimeField()
    rows_in = models.BigIntegerField()
    rows_kept = models.BigIntegerField()
    rows_rejected = models.BigIntegerField()
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    late_days = models.IntegerField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["division_code", "committed_at", "batch_id"], name="channels_batch_time"),
            models.Index(fields=["channel", "committed_at", "batch_id"], name="channels_batch_channel"),
        )


class Channel(Scoped):
    """How one channel does, made anew by the background work. ``volume``: ``[day, rows]`` of its last days by the rows'
    own day; ``reasons``: ``[scope, field, code, count]``, the most frequent first.

    ``against``: the last day's rows in percent of the median of the days before; null where there are too few.
    """

    reach = Reach(division="division_code")

    channel = models.CharField(max_length=64, primary_key=True)
    division_code = models.CharField(max_length=12)
    category = models.CharField(max_length=24)
    zh = models.CharField(max_length=120)
    en = models.CharField(max_length=160)
    simulated = models.BooleanField()
    batches = models.IntegerField()
    last_at = models.DateTimeField()
    last_day = models.DateField(null=True)
    rows_in = models.BigIntegerField()
    rows_kept = models.BigIntegerField()
    rows_rejected = models.BigIntegerField()
    late_days = models.IntegerField(null=True)
    against = models.IntegerField(null=True)
    volume: Any = models.JSONField(default=list)
    reasons: Any = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["division_code", "channel"], name="channels_channel_division"),
            models.Index(fields=["division_code", "last_at", "channel"], name="channels_channel_last"),
        )
