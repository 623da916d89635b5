"""The tables of the case desk. Private to it. People are ids; who they are lies in the vault."""

from __future__ import annotations

from typing import Any

from django.db import models

from firebreak.ops.base.scope import Reach, Scoped


class Case(Scoped):
    """One case. ``state``: machine ``case``; ``division_code``: whose desk answers for it; ``person_id``: the desks'
    person, null while nobody knows who it is.

    ``source``: ``hand``, or ``lake`` with the newest record that tells of it, a ``mark`` of what the channels say and
    ``told_state``, their state where it is not the desk's. ``version`` grows with each write.
    """

    reach = Reach(division="division_code")

    id = models.BigAutoField(primary_key=True)
    case_no = models.CharField(max_length=40, unique=True)
    person_id = models.BigIntegerField(null=True, db_index=True)
    state = models.CharField(max_length=14)
    division_code = models.CharField(max_length=12)
    onset_on = models.DateField(null=True)
    sampled_at = models.DateTimeField(null=True)
    result_at = models.DateTimeField(null=True)
    reported_on = models.DateField(null=True)
    isolated_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=4)
    record_id = models.BigIntegerField(null=True)
    mark = models.CharField(max_length=16, blank=True)
    told_state = models.CharField(max_length=14, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=150)
    since = models.DateTimeField()
    traced_at = models.DateTimeField(null=True)
    ordered_at = models.DateTimeField(null=True)
    contacts = models.IntegerField(default=0)
    simulated = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    class Meta:
        indexes = (
            models.Index(fields=["division_code", "opened_at", "id"], name="cases_by_division"),
            models.Index(fields=["state", "opened_at", "id"], name="cases_by_state"),
            models.Index(fields=["opened_at", "id"], name="cases_by_time"),
        )


class Step(Scoped):
    """What was done about a case, as the desk itself tells it (the ledger has it, too): who, when, why."""

    reach = Reach(division="division_code")

    id = models.BigAutoField(primary_key=True)
    case: Any = models.ForeignKey(Case, models.CASCADE, related_name="steps")
    division_code = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    event = models.CharField(max_length=24)
    before = models.CharField(max_length=14, blank=True)
    after = models.CharField(max_length=14, blank=True)
    fields = models.JSONField(default=list)
    reason = models.CharField(max_length=500, blank=True)


class ContactList(Scoped):
    """One list of a case, counted from 1: ``state`` ``tracing`` → ``made`` → ``confirmed``; ``failed`` with its code.

    ``told``: completeness, gaps, times of the stages, the second rule's counts; ``drawing``: the rides with everybody's
    seat, by id. Neither holds a value of a person.
    """

    reach = Reach(division="division_code")

    id = models.BigAutoField(primary_key=True)
    case: Any = models.ForeignKey(Case, models.CASCADE, related_name="lists")
    division_code = models.CharField(max_length=12)
    number = models.IntegerField()
    state = models.CharField(max_length=10)
    rule = models.CharField(max_length=80)
    other_rule = models.CharField(max_length=80, blank=True)
    as_of = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=150)
    run_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField(null=True)
    seconds = models.FloatField(null=True)
    contacts = models.IntegerField(default=0)
    added = models.IntegerField(default=0)
    removed = models.IntegerField(default=0)
    only_other = models.IntegerField(default=0)
    told = models.JSONField(default=dict)
    drawing = models.JSONField(default=dict)
    code = models.CharField(max_length=40, blank=True)
    what = models.CharField(max_length=300, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=150, blank=True)
    simulated = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "number"], name="cases_list_number"),)


class Contact(Scoped):
    """One person of one list with the nearest reason. ``home_code``, ``home_grid``: where that person lives now.

    ``rank`` from 1, whoever is most likely infected first; 0: only the second rule lists the person; ``other``: the
    second rule does. ``change``: against the list before (``added``, ``changed``, empty). ``known``: how many of name,
    number, phone, address, grid are known.
    """

    reach = Reach(division="division_code")

    id = models.BigAutoField(primary_key=True)
    list: Any = models.ForeignKey(ContactList, models.CASCADE, related_name="people")
    division_code = models.CharField(max_length=12)
    rank = models.IntegerField()
    person_id = models.BigIntegerField()
    home_code = models.CharField(max_length=12, blank=True)
    home_grid = models.CharField(max_length=15, blank=True)
    section = models.CharField(max_length=12)
    setting = models.CharField(max_length=24)
    contact_level = models.CharField(max_length=12)
    relation = models.CharField(max_length=24)
    rule = models.CharField(max_length=80)
    place = models.CharField(max_length=120, blank=True)
    seat = models.CharField(max_length=12, blank=True)
    met_at = models.DateTimeField(null=True)
    minutes = models.IntegerField(null=True)
    ways = models.IntegerField(default=1)
    expected = models.FloatField(null=True)
    record_id = models.BigIntegerField(null=True)
    case_record_id = models.BigIntegerField(null=True)
    known = models.SmallIntegerField(default=0)
    other = models.BooleanField(default=True)
    change = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["list", "person_id"], name="cases_once_a_list"),)
        indexes = (
            models.Index(fields=["list", "rank", "id"], name="cases_by_rank"),
            models.Index(fields=["list", "home_code", "id"], name="cases_by_home"),
        )
