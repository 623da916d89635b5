"""The vault's tables. Private to this desk; no column but ``box`` holds a value of a person, and that one sealed."""

from __future__ import annotations

from django.db import models

from firebreak.ops.base.scope import Reach, Scoped


class Sealed(Scoped):
    """What is known of one subject (``kind`` person, …), sealed as one box under master key ``key``.

    ``division_code`` and ``grid_code`` say who answers for the subject. ``simulated``: 演练/DRILL, nobody exists.
    """

    reach = Reach(division="division_code", grid="grid_code", person="subject_id", person_only=("kind", "person"))

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=16)
    subject_id = models.BigIntegerField()
    division_code = models.CharField(max_length=12)
    grid_code = models.CharField(max_length=15, blank=True)
    key = models.IntegerField(db_index=True)
    box = models.BinaryField()
    simulated = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "subject_id"], name="vault_one_box"),)
        indexes = (
            models.Index(fields=["division_code", "subject_id"], name="vault_by_division"),
            models.Index(fields=["grid_code", "subject_id"], name="vault_by_grid"),
        )


class Token(Scoped):
    """The blind index: 64 bits of a keyed hash of one value: an equal value can be found, none can be read."""

    reach = Reach(division="division_code", grid="grid_code", person="subject_id", person_only=("kind", "person"))

    id = models.BigAutoField(primary_key=True)
    token = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    subject_id = models.BigIntegerField()
    division_code = models.CharField(max_length=12)
    grid_code = models.CharField(max_length=15, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["token", "division_code", "subject_id"], name="vault_by_token"),
            models.Index(fields=["subject_id", "kind"], name="vault_by_subject"),
        )
