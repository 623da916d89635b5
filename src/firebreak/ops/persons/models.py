"""The persons desk's tables. Private to it; names and numbers lie in the vault, facts in the lake."""

from __future__ import annotations

from django.db import models

from firebreak.ops.base.scope import Reach, Scoped


class Person(Scoped):
    """One person of the lake, as last published. ``division_code`` is where the person lives now, as far as is known;
    empty: nobody knows.

    ``colour``: proposed, of people who are not green; empty else. ``rivals``: fields for which channels disagree.
    ``mark``: a hash of everything published of the person, so that only what changed is published again.
    """

    reach = Reach(division="division_code", grid="grid_code", person="person_id")

    person_id = models.BigIntegerField(primary_key=True)
    division_code = models.CharField(max_length=12)
    grid_code = models.CharField(max_length=15, blank=True)
    colour = models.CharField(max_length=10, blank=True)
    records = models.IntegerField()
    channels = models.IntegerField()
    rivals = models.IntegerField(default=0)
    simulated = models.BooleanField(default=False)
    mark = models.BigIntegerField()

    class Meta:
        indexes = (
            models.Index(fields=["division_code", "person_id"], name="persons_by_division"),
            models.Index(fields=["grid_code", "person_id"], name="persons_by_grid"),
            models.Index(fields=["colour", "division_code", "person_id"], name="persons_by_colour"),
        )


class Alias(Scoped):
    """An id that was given once and stands for somebody else since a merge."""

    reach = Reach(division="division_code", grid="grid_code", person="person_id")

    alias_id = models.BigIntegerField(primary_key=True)
    person_id = models.BigIntegerField(db_index=True)
    division_code = models.CharField(max_length=12)
    grid_code = models.CharField(max_length=15, blank=True)


class Review(Scoped):
    """A pair of records neither joined nor apart. ``levels``: what each comparison found, JSON without values.

    ``division_code`` is what the divisions of the two people have in common: whoever decides answers for both.
    """

    reach = Reach(division="division_code")

    id = models.BigAutoField(primary_key=True)
    left_record_id = models.BigIntegerField()
    left_part = models.SmallIntegerField()
    right_record_id = models.BigIntegerField()
    right_part = models.SmallIntegerField()
    left_person_id = models.BigIntegerField()
    right_person_id = models.BigIntegerField()
    division_code = models.CharField(max_length=12, blank=True)
    weight = models.FloatField()
    probability = models.FloatField()
    levels = models.TextField()
    run_id = models.BigIntegerField()
    simulated = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["left_record_id", "left_part", "right_record_id", "right_part"], name="persons_one_review"
            ),
        )
        indexes = (
            models.Index(fields=["division_code", "weight", "id"], name="persons_review_place"),
            models.Index(fields=["weight", "id"], name="persons_review_weight"),
        )


class Ruling(Scoped):
    """What somebody decided, on its way into the lake. ``kind``: ``policies.KINDS``; ``state``: ``policies.STATES``.

    Of an undo only ``merge_id`` and the two ids are set. ``event_id``: its event in the outbox; ``code``: why the lake
    refused it.
    """

    reach = Reach(division="division_code")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=10)
    left_record_id = models.BigIntegerField(null=True)
    left_part = models.SmallIntegerField(null=True)
    right_record_id = models.BigIntegerField(null=True)
    right_part = models.SmallIntegerField(null=True)
    left_person_id = models.BigIntegerField()
    right_person_id = models.BigIntegerField(null=True)
    merge_id = models.BigIntegerField(null=True)
    division_code = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=500)
    decided_by_id = models.BigIntegerField()
    decided_by = models.CharField(max_length=150)
    decided_at = models.DateTimeField()
    second_by = models.CharField(max_length=150, blank=True)
    second_at = models.DateTimeField(null=True)
    event_id = models.BigIntegerField(null=True)
    code = models.CharField(max_length=40, blank=True)
    simulated = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index(fields=["state", "id"], name="persons_ruling_state"),
            models.Index(fields=["left_record_id", "right_record_id"], name="persons_ruling_pair"),
            models.Index(fields=["decided_at", "id"], name="persons_ruling_time"),
        )
