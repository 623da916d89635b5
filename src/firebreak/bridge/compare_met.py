"""Whom a case met off its rides, under each rule of a comparison."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from firebreak.bridge.exposures import Traced
from firebreak.bridge.meet import Encounters, meet
from firebreak.bridge.meetings import meetings_of
from firebreak.bridge.orders import Target
from firebreak.bridge.people import people_of
from firebreak.bridge.report import Meeting, Person
from firebreak.bridge.session import Session
from firebreak.engine.tracing.rules import RulePack
from firebreak.engine.tracing.why import Verdict
from firebreak.terms.enums import Setting

_STRENGTH = {"close": 3, "secondary": 2, "general": 1}


@dataclass(frozen=True, slots=True)
class MetLine:
    """Somebody met off the rides, once a kind of meeting (``Meeting.section``) and setting; ``meeting`` is the nearest
    under any rule, ``verdicts`` as the comparison's columns."""

    person: Person
    meeting: Meeting
    verdicts: tuple[Verdict, ...]


def met_lines(
    session: Session, target: Target, packs: Sequence[tuple[RulePack, str]], traced: Sequence[Traced], as_of: date
) -> tuple[MetLine, ...]:
    """Everybody that one of the rules lists off the rides, the nearest first."""
    found = [
        meet(session, target, as_of, cite, None, one.exposures) for (_, cite), one in zip(packs, traced, strict=True)
    ]
    listed = [_by_person(session, one) for one in found]
    keys = {key: meetings[0] for one in reversed(listed) for key, meetings in one.items()}
    people = people_of(session, {person for person, _, _ in keys}, {}) if keys else {}
    return tuple(
        _line(people, key, keys[key], packs, listed) for key in sorted(keys, key=lambda key: _order(key, keys))
    )


Key = tuple[int, str, str]
Listed = Mapping[Key, Sequence[Meeting]]


def _by_person(session: Session, found: Encounters) -> Listed:
    rows = defaultdict(list)
    for row in found.exposures:
        rows[row["person_id"]].append(row)
    listed: dict[Key, list[Meeting]] = defaultdict(list)
    for person, own in rows.items():
        for meeting in meetings_of(session, own):
            listed[person, meeting.section, meeting.setting].append(meeting)
    return listed


def _order(key: Key, meetings: Mapping[Key, Meeting]) -> tuple[object, ...]:
    sections = ("joint", "household", "place", "second")
    return sections.index(key[1]), -(meetings[key].minutes or 0), key


def _line(
    people: Mapping[int, Person], key: Key, meeting: Meeting, packs: Sequence[tuple[RulePack, str]],
    listed: Sequence[Listed],
) -> MetLine:  # fmt: skip
    verdicts = tuple(_verdict(pack, key, own.get(key, ())) for (pack, _), own in zip(packs, listed, strict=True))
    return MetLine(people[key[0]], meeting, verdicts)


def _verdict(pack: RulePack, key: Key, meetings: Sequence[Meeting]) -> Verdict:
    """The strongest of what the rule calls the meetings; why not, where it lists none."""
    if meetings:
        return Verdict(max((one.contact_level for one in meetings), key=lambda one: _STRENGTH.get(one, 0)), "met")
    return Verdict(None, "met_not" if pack.on(Setting(key[2])) else "no_setting")
