"""Where. The one place that narrows rows to an actor's reach; PostgreSQL checks the same again, row by row.

A model says in ``reach`` which of its columns tell where a row belongs. Its manager hands out rows only after
``visible`` has narrowed them, or after ``everywhere`` gave a reason not to.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Self, TypeVar

from django.db import connection, models
from django.db.models import Q

from firebreak.ops.base.actor import NOBODY, Actor, Grant
from firebreak.ops.base.policy import Policy, Refused, check
from firebreak.terms.offices import ReachKind


@dataclass(frozen=True, slots=True)
class Reach:
    """The columns that tell where a row belongs; empty: rows have no such place, so nobody reaches by it.

    ``person_only``: a column and the value that says that the row is about a person at all: numbers of other kinds of
    subject may be equal to a person's.
    """

    division: str = ""
    grid: str = ""
    enterprise: str = ""
    person: str = ""
    person_only: tuple[str, str] | None = None

    def column(self, kind: ReachKind) -> str:
        return {
            ReachKind.DIVISION: self.division,
            ReachKind.GRID: self.grid,
            ReachKind.ENTERPRISE: self.enterprise,
            ReachKind.PERSON: self.person,
        }[kind]


class Unscoped(AssertionError):  # noqa: N818 - said as what it is
    """A programmer's error: rows of people were read without saying for whom."""


class ScopedQuerySet(models.QuerySet[Any]):
    """A query that gives nothing until it was narrowed: closed where somebody forgot.

    It cannot see itself used as a subquery of another model's query: narrow it there as well.
    """

    _narrowed = False

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._narrowed = self._narrowed
        return clone

    def narrowed(self) -> Self:
        """The same query, allowed to run. Called by this module alone."""
        clone = self._clone()
        clone._narrowed = True
        return clone

    def _demand(self) -> None:
        if not self._narrowed:
            raise Unscoped(f"{self.model.__name__} was read without scope.visible or scope.everywhere")

    def _combinator_query(self, combinator: str, *others: Any, **options: Any) -> Self:
        for one in (self, *others):
            one._demand()
        combined: Self = super()._combinator_query(combinator, *others, **options)  # type: ignore[misc]
        return combined

    def raw(self, *_: Any, **__: Any) -> Any:
        """Nothing narrows raw SQL."""
        raise Unscoped(f"raw SQL on {self.model.__name__}")

    def _fetch_all(self) -> None:
        self._demand()
        super()._fetch_all()

    def iterator(self, chunk_size: int | None = None) -> Iterator[Any]:
        self._demand()
        return super().iterator(chunk_size)

    def count(self) -> int:
        self._demand()
        return super().count()

    def exists(self) -> bool:
        self._demand()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._demand()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._demand()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._demand()
        return super().delete()


ScopedManager = models.Manager.from_queryset(ScopedQuerySet)


class Scoped(models.Model):
    """A row that belongs somewhere. ``reach`` names the columns that say where."""

    reach: ClassVar[Reach]
    scoped = ScopedManager()

    class Meta:
        abstract = True


M = TypeVar("M", bound=Scoped)


def visible(model: type[M], *, by: Actor, policy: Policy) -> models.QuerySet[M]:
    """The rows this actor may see under this policy. Errors: Refused where the policy gives no grant at all."""
    check(policy, by)
    rows: ScopedQuerySet = model.scoped.all()
    if policy.system and by.system:
        return rows.narrowed()
    return rows.filter(within(model.reach, policy.grants(by))).narrowed()


def everywhere(model: type[M], *, because: str) -> models.QuerySet[M]:
    """All rows, for a step of the program that must see all of them; ``because`` is for the reader of the code."""
    assert because
    narrowed: models.QuerySet[M] = model.scoped.all().narrowed()
    return narrowed


def found(rows: models.QuerySet[M], *, policy: Policy, **lookup: Any) -> M:
    """The one row with these values among rows narrowed by ``visible``. Errors: Refused, the same whether the row is
    not there or lies elsewhere, so that nobody learns which."""
    row = rows.filter(**lookup).first()
    if row is None:
        raise Refused(
            "FB-DESK-ABSENT",
            f"{rows.model._meta.model_name} {next(iter(lookup.values()), '')}",
            "It is not there, or lies outside the area you answer for.",
            "Check the address, or ask your administrator if your area is wrong.",
            policy.key,
        )
    return row


def reaches(by: Actor, policy: Policy, **where: str) -> bool:
    """May this actor act on a row with this place (``division=``, ``grid=``, ``enterprise=``, ``person=``)?"""
    if policy.system and by.system:
        return True
    return any(_covers(grant, where) for grant in policy.grants(by))


def covered(grants: tuple[Grant, ...], **where: str) -> bool:
    """Does one of these grants cover a row with this place? For moves that ask for more than their policy does."""
    return any(_covers(grant, where) for grant in grants)


def check_reach(by: Actor, policy: Policy, **where: str) -> None:
    """Raise Refused unless a row with this place is within the actor's reach under this policy."""
    check(policy, by)
    if not reaches(by, policy, **where):
        raise outside(policy)


def outside(policy: Policy) -> Refused:
    """The refusal of somebody who may do such things, but not there."""
    return Refused(
        "FB-DESK-OUTSIDE",
        policy.key,
        "It lies outside the area you answer for.",
        "Ask your administrator if your area is wrong.",
        policy.key,
    )


def within(reach: Reach, grants: tuple[Grant, ...]) -> Q:
    """The condition that a row lies within one of these grants; false where there is none."""
    parts = [_part(reach, grant) for grant in grants if reach.column(grant.kind)]
    return reduce(or_, parts, Q(pk__in=[]))


def _part(reach: Reach, grant: Grant) -> Q:
    column = reach.column(grant.kind)
    if grant.kind is ReachKind.PERSON and reach.person_only:
        return Q(**{column: grant.value}, **dict([reach.person_only]))
    if grant.kind is not ReachKind.DIVISION:
        return Q(**{column: grant.value})
    if not grant.value:
        return Q(**{f"{column}__isnull": False})
    return Q(**{f"{column}__gte": grant.value, f"{column}__lt": after(grant.value)})


def after(prefix: str) -> str:
    """The first code behind all codes that start with this prefix: a range that an index can answer.

    >>> after("3202"), after("3209")
    ('3203', '3210')
    """
    return str(int(prefix) + 1).zfill(len(prefix))


def _covers(grant: Grant, where: dict[str, str]) -> bool:
    value = where.get(grant.kind.value)
    if value is None:
        return False
    return value.startswith(grant.value) if grant.kind is ReachKind.DIVISION else value == grant.value


_acting: ContextVar[Actor] = ContextVar("acting", default=NOBODY)
_KINDS = tuple(ReachKind)


@contextmanager
def acting_as(by: Actor) -> Iterator[None]:
    """Tell PostgreSQL whose rows may be seen from here on; its row-level security hides all others."""
    before = _acting.get()
    if by == before and before is not NOBODY:
        yield
        return
    token = _acting.set(by)
    tell(by)
    try:
        yield
    finally:
        _acting.reset(token)
        tell(before)


def tell(by: Actor) -> None:
    """Set this connection's reaches (PostgreSQL only). Everything an actor holds: the policy narrows further."""
    if connection.vendor != "postgresql":
        return
    if connection.needs_rollback:
        return  # the transaction is lost, and with it every setting made in it
    held = by.grants_of(frozenset(grant.office for grant in by.grants))
    values = ["*" if by.system else ""]
    values += [",".join(sorted({_spoken(grant) for grant in held if grant.kind is kind})) for kind in _KINDS]
    names = ["firebreak.all", *(f"firebreak.{kind.value}" for kind in _KINDS)]
    calls = ", ".join(["set_config(%s, %s, false)"] * len(names))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", [part for pair in zip(names, values, strict=True) for part in pair])


def _spoken(grant: Grant) -> str:
    return grant.value or "*"


def reconnected(connection: Any, **_: Any) -> None:
    """A new connection learns who is acting (signal ``connection_created``)."""
    if connection.vendor == "postgresql" and _acting.get() is not NOBODY:
        tell(_acting.get())
