"""The outbox's table. Private to this desk."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db import models


class Kind(StrEnum):
    """What was decided, and what ``about`` holds then."""

    MUST = "ruling.must"  # {"left": [record, part], "right": [record, part]}
    CANNOT = "ruling.cannot"  # the same
    UNDO = "ruling.undo"  # {"merge": merge_id}
    WITHDRAW = "ruling.withdraw"  # {"ruling": ruling_id}
    LIST = "list.adopted"  # {"list": list_no}
    COLOURS = "colours.adopted"  # {"day": "2020-01-31"}


class Event(models.Model):
    """One decision. ``event_id`` is drawn at random, so that two installations never mean different things by one.

    ``sent_at``: when the lake had it; ``code``: why the lake refused it (``what`` without any value of a person).
    """

    event_id = models.BigIntegerField(unique=True)
    kind = models.CharField(max_length=20)
    about: Any = models.JSONField()
    decided_by = models.CharField(max_length=150)
    decided_at = models.DateTimeField()
    reason = models.CharField(max_length=500)
    sent_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=40, blank=True)
    what = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in Kind]), name="outbox_known_kind"
            ),
        )
        indexes = (models.Index(fields=["sent_at", "id"], name="outbox_unsent"),)
