"""A list as identities are today: people were merged and parted since it was made, its records stand."""

from __future__ import annotations

import ibis

from firebreak.engine.backends.base import Expr
from firebreak.terms.tables import EXPOSURES


def followed(exposures: Expr, links: Expr, aliases: Expr) -> Expr:
    """``exposures`` with the people whom their records speak of today.

    The contact is whoever its record speaks of; the case too (of a second degree, the contact between), and where no
    record says it, the person its id stands for by the aliases. Whoever turned out to be the case is no contact of it.
    """
    own = links.select(own_record="record_id", own_part="part", own_person="person_id")
    other = links.select(other_record="record_id", other_part="part", other_person="person_id")
    stands = aliases.select(was="alias_id", stands_for="person_id")
    rows = exposures.left_join(own, [exposures.record_id == own.own_record, exposures.part == own.own_part])
    rows = rows.left_join(other, [rows.case_record_id == other.other_record, rows.case_part == other.other_part])
    rows = rows.left_join(stands, rows.case_person_id == stands.was)
    second = rows.degree == 2
    by_alias = ibis.coalesce(rows.stands_for, rows.case_person_id)
    told = rows.mutate(
        case_person_id=ibis.ifelse(second, by_alias, ibis.coalesce(rows.other_person, by_alias)),
        via_person_id=ibis.ifelse(second, ibis.coalesce(rows.other_person, rows.via_person_id), rows.via_person_id),
        person_id=ibis.coalesce(rows.own_person, rows.person_id),
    )
    return told.filter(told.person_id != told.case_person_id).select(EXPOSURES.names)
