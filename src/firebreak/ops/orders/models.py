"""The tables of orders. Private to this desk. Whom an order is about is an id; who that is lies in the vault."""

from __future__ import annotations

from typing import Any

from django.db import models

from firebreak.ops.base.scope import Reach, Scoped


class Order(Scoped):
    """One order to one area, part of a tree (``root``, ``parent``) that a case's list, or a handover, was split into.

    ``code``: the area at its level (``split.LEVELS``); ``division_code``, ``grid_code``: who sees it. An order to
    another province (``outside``) belongs to the case's desk, which hands it over. ``state``: machine ``order``.
    ``total``, ``reached``, ``closed`` count persons of the whole subtree, ``own`` those that belong to it alone.
    ``version`` grows with each write, so that two people cannot both act on what they saw.
    """

    reach = Reach(division="division_code", grid="grid_code")

    id = models.BigAutoField(primary_key=True)
    case_id = models.BigIntegerField(null=True)
    case_no = models.CharField(max_length=40)
    handover_id = models.BigIntegerField(null=True)
    list_id = models.BigIntegerField(null=True)
    root: Any = models.ForeignKey("self", models.CASCADE, null=True, related_name="+")
    parent: Any = models.ForeignKey("self", models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=24)
    code = models.CharField(max_length=15)
    level = models.SmallIntegerField()
    outside = models.BooleanField(default=False)
    division_code = models.CharField(max_length=12)
    grid_code = models.CharField(max_length=15, blank=True)
    state = models.CharField(max_length=12)
    own = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    reached = models.IntegerField(default=0)
    closed = models.IntegerField(default=0)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=150)
    reason = models.CharField(max_length=500)
    answer_by = models.DateTimeField()
    deadline = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=150, blank=True)
    done_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    simulated = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["root", "code", "outside"], name="orders_one_an_area"),)
        indexes = (
            models.Index(fields=["division_code", "deadline", "id"], name="orders_by_division"),
            models.Index(fields=["grid_code", "id"], name="orders_by_grid"),
            models.Index(fields=["case_id", "level", "id"], name="orders_by_case"),
            models.Index(fields=["state", "deadline", "id"], name="orders_by_state"),
            models.Index(fields=["deadline", "id"], name="orders_by_deadline"),
        )


class Task(Scoped):
    """One person (``kind`` person) or somebody another province told of (``kind`` incoming), to be reached once.

    ``state``: machine ``task``. ``cases``: how many cases or handovers ask for it now.
    """

    reach = Reach(division="division_code", grid="grid_code")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=16)
    subject_id = models.BigIntegerField()
    code = models.CharField(max_length=15)
    division_code = models.CharField(max_length=12)
    grid_code = models.CharField(max_length=15, blank=True)
    state = models.CharField(max_length=12)
    cases = models.SmallIntegerField(default=1)
    contact_level = models.CharField(max_length=12)
    deadline = models.DateTimeField()
    opened_at = models.DateTimeField()
    reached_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    told_by = models.CharField(max_length=150, blank=True)
    simulated = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "subject_id"], condition=~models.Q(state="withdrawn"), name="orders_one_task"
            ),
        )
        indexes = (
            models.Index(fields=["division_code", "deadline", "id"], name="orders_task_division"),
            models.Index(fields=["grid_code", "deadline", "id"], name="orders_task_grid"),
            models.Index(fields=["kind", "subject_id"], name="orders_task_subject"),
        )


class Assignment(Scoped):
    """That one order asks for one task, and why: the setting, the relation, the rule, the record that proves it.

    ``live``: not withdrawn. Its place is the task's.
    """

    reach = Reach(division="division_code", grid="grid_code")

    id = models.BigAutoField(primary_key=True)
    task: Any = models.ForeignKey(Task, models.CASCADE, related_name="assignments")
    order: Any = models.ForeignKey(Order, models.CASCADE, related_name="assignments")
    case_id = models.BigIntegerField(null=True)
    live = models.BooleanField(default=True)
    division_code = models.CharField(max_length=12)
    grid_code = models.CharField(max_length=15, blank=True)
    contact_level = models.CharField(max_length=12)
    setting = models.CharField(max_length=24, blank=True)
    relation = models.CharField(max_length=24, blank=True)
    rule = models.CharField(max_length=80, blank=True)
    met_on = models.DateField(null=True)
    minutes = models.IntegerField(null=True)
    record_id = models.BigIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    why_withdrawn = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["order", "task"], name="orders_once_an_order"),)
        indexes = (
            models.Index(fields=["order", "live"], name="orders_assigned"),
            models.Index(fields=["case_id", "live"], name="orders_assigned_case"),
        )


class Partner(models.Model):
    """Another province's installation whose signature is trusted: its Ed25519 key, 64 hexadecimal digits."""

    name = models.CharField(max_length=80, unique=True)
    province = models.CharField(max_length=2)
    public_key = models.CharField(max_length=64, unique=True)
    trusted_by = models.CharField(max_length=150)
    trusted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Handover(Scoped):
    """A signed file of contacts, made here (``incoming`` false) or taken in; each number once. No value of a person."""

    reach = Reach(division="division_code")

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(max_length=36)
    incoming = models.BooleanField()
    partner = models.CharField(max_length=80, blank=True)
    province = models.CharField(max_length=2)
    division_code = models.CharField(max_length=12)
    case_no = models.CharField(max_length=40)
    order_id = models.BigIntegerField(null=True)
    contacts = models.IntegerField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    reason = models.CharField(max_length=500)
    simulated = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["number", "incoming"], name="orders_one_handover"),)
