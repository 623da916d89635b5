"""The ledger's tables. Private to this desk: others write through ``recording`` and read through ``selectors``."""

from __future__ import annotations

from django.db import models

from firebreak.ops.base.scope import Reach, Scoped


class Entry(Scoped):
    """One event. ``seal`` is an HMAC over everything else here and over the seal before it in its chain.

    ``chain``: the prefecture (four digits of ``division_code``), empty for what belongs to none: many chains, so that
    busy areas do not wait for one another. No column holds a value of a person: identifiers, counts and reasons only.
    """

    reach = Reach(division="division_code")

    id = models.BigAutoField(primary_key=True)
    chain = models.CharField(max_length=4)
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    event = models.CharField(max_length=60)
    actor_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=150)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    division_code = models.CharField(max_length=15)
    reason = models.CharField(max_length=500)
    details = models.JSONField(default=dict)
    key = models.IntegerField()
    previous = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["chain", "seq"], name="ledger_one_entry_a_place"),)
        indexes = (
            models.Index(fields=["subject_kind", "subject_id", "id"], name="ledger_subject"),
            models.Index(fields=["actor_id", "id"], name="ledger_actor"),
            models.Index(fields=["event", "id"], name="ledger_event"),
            models.Index(fields=["division_code", "id"], name="ledger_division"),
            models.Index(fields=["chain", "at", "id"], name="ledger_chain_time"),
            models.Index(fields=["at", "id"], name="ledger_time"),
        )


class Head(models.Model):
    """The last entry of each chain: what shows that entries were cut off its end. It only ever moves forward by one."""

    chain = models.CharField(max_length=4, primary_key=True)
    seq = models.BigIntegerField()
    seal = models.CharField(max_length=64)
