"""The integrations' tables. Private to this desk."""

from __future__ import annotations

from typing import Any

from django.db import models

from firebreak.ops.base.scope import Reach, Scoped

SCOPES = ("deliver", "receipts", "runs")
"""What a token may be for: to deliver; to read receipts, rejects and channels; to ask for and see background work."""


class Integration(Scoped):
    """A program of an institution. ``channels``: those it may deliver; empty: any."""

    reach = Reach(division="division_code")

    name = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=80)
    division_code = models.CharField(max_length=12, db_index=True)
    channels: Any = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)


class Token(models.Model):
    """A token: ``public`` is its part that may be shown, ``digest`` the SHA-256 of its secret (256 random bits)."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="tokens")
    public = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes: Any = models.JSONField()
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Answer(models.Model):
    """What a request with an idempotency key was answered; the same key again is answered the same.

    ``fingerprint``: SHA-256 of what was asked for, so that a key is not used for something else.
    """

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE)
    key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    status = models.IntegerField(default=0)
    body = models.TextField(blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["integration", "key"], name="integrations_one_answer"),)
