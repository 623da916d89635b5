"""What a list was traced from, so that a list of other facts is not taken for this case's; and whom a case may name."""

from __future__ import annotations

import hashlib
import json

from firebreak.ops.base.actor import Actor, system
from firebreak.ops.base.policy import Policy
from firebreak.ops.base.scope import acting_as, covered, outside, reaches
from firebreak.ops.cases.models import Case
from firebreak.ops.ledger.recording import Draft, append, hold_chains
from firebreak.ops.persons import selectors as persons
from firebreak.terms.offices import Office

BY = system("cases")
_MOMENTS = ("sampled_at", "result_at", "isolated_at")


def facts_of(case: Case) -> str:
    """A hash of what a trace reads of a case: whom, the days, the moments, and whether it has symptoms."""
    days = [str(case.onset_on), str(case.reported_on)]
    moments = [one.timestamp() if (one := getattr(case, name)) else None for name in _MOMENTS]
    text = json.dumps([case.person_id, *days, *moments, case.state == "asymptomatic"])
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def named(person_id: int | None, division: str, by: Actor, policy: Policy) -> int | None:
    """The person whom a case of this division is to name, by the id that counts today. It is within the actor's reach,
    or the actor commands the division and it is there. Errors: Refused, the same whether it is elsewhere or nowhere."""
    if person_id is None:
        return None
    with acting_as(BY):
        living, place = persons.today(person_id=person_id, by=BY)
    commands = covered(by.grants_of({Office.COMMANDER}), division=division)
    if place is None or not (commands or reaches(by, policy, division=place[0], grid=place[1])):
        raise outside(policy)  # without the number: it may be a document's
    return living


def note_traced(case: Case, by: Actor) -> None:
    """An entry about the person: its file tells who had its journeys traced, for which case."""
    with acting_as(BY):
        _, place = persons.today(person_id=case.person_id or 0, by=BY)
    division = (place[0] if place else "") or case.division_code
    hold_chains([case.division_code, division], by)
    draft = Draft("cases.person-traced")
    draft.about("person", case.person_id, division=division, case=case.pk)
    append(draft, by)
