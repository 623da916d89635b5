"""What leaves the persons desk, within the reader's reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from firebreak.ops.base.actor import Actor
from firebreak.ops.base.bulk import parts
from firebreak.ops.base.scope import found, visible
from firebreak.ops.persons import policies
from firebreak.ops.persons.models import Alias, Person, Review, Ruling

CHUNK = 2000


def persons(*, by: Actor) -> QuerySet[Person]:
    """The persons within reach."""
    return visible(Person, by=by, policy=policies.READ)


def persons_with(*, person_ids: Iterable[int], by: Actor) -> list[Person]:
    """Those of these persons that are within reach, in this order."""
    rows = {row.person_id: row for row in persons(by=by).filter(person_id__in=list(person_ids))}
    return [rows[one] for one in person_ids if one in rows]


def person(*, person_id: int, by: Actor) -> Person:
    """One of them. Errors: Refused, the same whether it is not there or elsewhere."""
    return found(visible(Person, by=by, policy=policies.FILE), policy=policies.FILE, person_id=person_id)


def living(*, person_id: int, by: Actor) -> int:
    """The person an id stands for today: itself, unless it became an alias."""
    row = visible(Alias, by=by, policy=policies.FILE).filter(alias_id=person_id).first()
    return row.person_id if row else person_id


def aliases(*, person_id: int, by: Actor) -> list[int]:
    """Every older id that stands for this person."""
    rows = visible(Alias, by=by, policy=policies.FILE).filter(person_id=person_id)
    return list(rows.order_by("alias_id").values_list("alias_id", flat=True))


def reviews(*, by: Actor) -> QuerySet[Review]:
    """The pairs that wait, of people both of whom are within reach."""
    return visible(Review, by=by, policy=policies.REVIEW)


def review(*, review_id: int, by: Actor) -> Review:
    """One of them."""
    return found(reviews(by=by), policy=policies.REVIEW, pk=review_id)


def rulings(*, by: Actor) -> QuerySet[Ruling]:
    """What was decided within reach."""
    return visible(Ruling, by=by, policy=policies.REVIEW)


def ruling(*, ruling_id: int, by: Actor) -> Ruling:
    """One of them."""
    return found(rulings(by=by), policy=policies.REVIEW, pk=ruling_id)


def rulings_on(*, review: Review, by: Actor) -> list[Ruling]:
    """What was decided on this pair, the latest first."""
    rows = rulings(by=by).filter(left_record_id=review.left_record_id, right_record_id=review.right_record_id)
    return list(rows.filter(left_part=review.left_part, right_part=review.right_part).order_by("-id")[:20])


def open_undo(*, merge_id: int, by: Actor) -> Ruling | None:
    """The undo of this merge that is on its way, if there is one."""
    return rulings(by=by).filter(merge_id=merge_id, state__in=policies.OPEN).first()


def marks(*, person_ids: range | Sequence[int], by: Actor) -> dict[int, int]:
    """Person → mark of what is published, of these ids; a range is asked for as a whole."""
    rows = visible(Person, by=by, policy=policies.PUBLISH)
    if isinstance(person_ids, range):
        rows = rows.filter(person_id__gte=person_ids.start, person_id__lt=person_ids.stop)
        return dict(rows.values_list("person_id", "mark"))
    found: dict[int, int] = {}
    for part in parts(person_ids, CHUNK):
        found |= dict(rows.filter(person_id__in=part).values_list("person_id", "mark"))
    return found


def published_aliases(*, by: Actor) -> dict[int, tuple[int, str]]:
    """Alias → person and division, as published."""
    rows = visible(Alias, by=by, policy=policies.PUBLISH).values_list("alias_id", "person_id", "division_code")
    return {alias: (person, division) for alias, person, division in rows}


def places_of(*, person_ids: Iterable[int], by: Actor) -> dict[int, tuple[str, str]]:
    """Person → division and grid, as published."""
    found_places: dict[int, tuple[str, str]] = {}
    for part in parts(list(person_ids), CHUNK):
        rows = visible(Person, by=by, policy=policies.PUBLISH).filter(person_id__in=part)
        found_places |= {one: (division, grid) for one, division, grid in
                         rows.values_list("person_id", "division_code", "grid_code")}  # fmt: skip
    return found_places


def today(*, person_id: int, by: Actor) -> tuple[int, tuple[str, str] | None]:
    """The id that counts today, with division and grid as published; None where nobody has this id."""
    alias = visible(Alias, by=by, policy=policies.PUBLISH).filter(alias_id=person_id).first()
    living = alias.person_id if alias else person_id
    return living, places_of(person_ids=[living], by=by).get(living)


def published_reviews(*, by: Actor) -> dict[tuple[int, int, int, int], tuple[int, float, str]]:
    """The ends of each pair → its id, weight and division, as published."""
    ends = ("left_record_id", "left_part", "right_record_id", "right_part")
    rows = visible(Review, by=by, policy=policies.PUBLISH).values_list(*ends, "id", "weight", "division_code")
    return {tuple(row[:4]): (row[4], row[5], row[6]) for row in rows}


def in_the_outbox(*, by: Actor) -> list[Ruling]:
    """The rulings of which the lake was not heard yet, the oldest first."""
    return list(visible(Ruling, by=by, policy=policies.DELIVER).filter(state="decided").order_by("id")[:200])
