"""The runs' table. Private to this desk."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class State(StrEnum):
    """``waiting`` → ``working`` → ``done`` or ``failed``; back to ``waiting`` where its worker died or the lake was
    busy."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


class Run(models.Model):
    """One piece of background work. It is about the lake as a whole: no row of it is about a person.

    ``key``: of runs with the same key at most one waits; who asks for another joins it. ``arguments`` and ``result``
    hold numbers, ids and closed words. ``stage``, ``done`` of ``total`` and ``note`` (a file's or a table's name) are
    its progress. ``worker`` and ``beat_at`` tell whether the process that works on it is still there.
    """

    kind = models.CharField(max_length=24)
    key = models.CharField(max_length=80)
    state = models.CharField(max_length=8, default=State.WAITING.value)
    arguments = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    stage = models.CharField(max_length=40, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(db_index=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    attempt = models.IntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)
    beat_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=40, blank=True)
    what = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(state=State.WAITING.value), name="runs_one_waiting"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in State]), name="runs_known_state"
            ),
        )
        indexes = (models.Index(fields=["state", "id"], name="runs_by_state"),)

    @property
    def over(self) -> bool:
        """Will nothing more happen to it?"""
        return self.state in (State.DONE, State.FAILED)

    @property
    def share(self) -> int | None:
        """Percent done of this stage, where the whole is known."""
        return min(100, 100 * self.done // self.total) if self.total else None
