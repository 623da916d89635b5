"""The accounts' tables. Private to this desk."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from firebreak.ops.base.scope import Reach, Scoped
from firebreak.terms.offices import Office, ReachKind


class Users(BaseUserManager["User"]):
    """Sign-in looks accounts up by name. Lists of accounts go through ``selectors``."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=(username or "").strip().lower())


class User(AbstractBaseUser, Scoped):
    """An account. ``home`` is the division that answers for it: its administrators are those who reach that division.

    ``username`` is lower case and never a person's name or number. ``subject``: who this is at the identity provider.
    """

    reach = Reach(division="home")

    username = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=80)
    home = models.CharField(max_length=12, db_index=True)
    language = models.CharField(max_length=8, default="zh-hans")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    subject = models.CharField(max_length=255, null=True, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    objects = Users()

    class Meta:
        default_manager_name = "objects"  # signing in looks a name up before anybody's reach is known

    def __str__(self) -> str:
        return self.username


class Holding(models.Model):
    """A user's grant: an office within a reach, from a day on, by somebody, until it is taken back."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="holdings")
    office = models.CharField(max_length=20)
    kind = models.CharField(max_length=12)
    value = models.CharField(max_length=32, blank=True)
    granted_at = models.DateTimeField(auto_now_add=True)
    granted_by = models.CharField(max_length=150)
    until = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "office", "kind", "value"], name="accounts_one_holding"),
            models.CheckConstraint(
                condition=models.Q(office__in=[office.value for office in Office]), name="accounts_known_office"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in ReachKind]), name="accounts_known_kind"
            ),
        )


class Session(AbstractBaseSession):
    """A signed-in session that can be seen and ended. ``began_at`` bounds its life however busy it is."""

    user_id = models.BigIntegerField(null=True, db_index=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, default="")

    @classmethod
    def get_session_store_class(cls) -> Any:
        from firebreak.ops.accounts.sessions import SessionStore

        return SessionStore
