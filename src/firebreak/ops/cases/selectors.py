"""What leaves the case desk, within the reader's reach."""

from __future__ import annotations

from django.db.models import QuerySet

from firebreak.ops.base.actor import Actor
from firebreak.ops.base.scope import found, visible
from firebreak.ops.cases import policies
from firebreak.ops.cases.models import Case, Contact, ContactList, Step


def cases(*, by: Actor) -> QuerySet[Case]:
    """The cases within reach."""
    return visible(Case, by=by, policy=policies.READ)


def case(*, case_id: int, by: Actor) -> Case:
    """One of them."""
    return found(cases(by=by), policy=policies.READ, pk=case_id)


def steps(*, case_id: int, by: Actor) -> list[Step]:
    """What was done about it, the latest first."""
    return list(visible(Step, by=by, policy=policies.READ).filter(case_id=case_id).order_by("-id")[:100])


def lists(*, case_id: int, by: Actor) -> list[ContactList]:
    """Its lists, the latest first, without their drawings."""
    rows = visible(ContactList, by=by, policy=policies.READ).filter(case_id=case_id)
    return list(rows.defer("drawing").order_by("-number"))


def contact_list(*, list_id: int, by: Actor) -> ContactList:
    """One list, with its case."""
    rows = visible(ContactList, by=by, policy=policies.READ).select_related("case")
    return found(rows, policy=policies.READ, pk=list_id)


def list_before(*, row: ContactList, by: Actor) -> ContactList | None:
    """The list that was made before this one."""
    rows = visible(ContactList, by=by, policy=policies.READ).filter(case_id=row.case_id, number__lt=row.number)
    before: ContactList | None = rows.filter(state__in=("made", "confirmed")).order_by("-number").first()
    return before


def contacts(*, list_id: int, by: Actor) -> QuerySet[Contact]:
    """The people of a list."""
    return visible(Contact, by=by, policy=policies.READ).filter(list_id=list_id)
