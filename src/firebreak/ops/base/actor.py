"""Who acts: a signed-in person, an integration, or the system itself, with what they hold and where."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from firebreak.terms.offices import OFFICES, Office, ReachKind


@dataclass(frozen=True, slots=True)
class Grant:
    """An office within a reach: ``value`` is a division prefix, a grid code, an enterprise's or a person's id."""

    office: Office
    kind: ReachKind
    value: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever is behind an action. ``user_id`` is null for nobody and for the system.

    ``verified``: a second factor was shown in this session. Grants of an office that needs one do not count before.
    ``system`` names the part of the program that acts by itself (``bridge``, ``worker``); empty for people.
    ``integration`` names the program of somebody else that acts by a token; it may do what its ``scopes`` say, within
    its grants, whatever office these name.
    """

    user_id: int | None
    name: str
    grants: tuple[Grant, ...] = ()
    verified: bool = False
    system: str = ""
    integration: str = ""
    scopes: frozenset[str] = frozenset()

    @property
    def known(self) -> bool:
        """Is it somebody whose refusals are on record: an account or an integration?"""
        return self.user_id is not None or bool(self.integration)

    def grants_of(self, offices: Collection[Office]) -> tuple[Grant, ...]:
        """The grants of these offices that count in this session."""
        return tuple(
            grant
            for grant in self.grants
            if grant.office in offices and (self.verified or not OFFICES[grant.office].second_factor)
        )

    @property
    def needs_second_factor(self) -> bool:
        """Does any office held here ask for a second factor that was not shown yet?"""
        return not self.verified and any(OFFICES[grant.office].second_factor for grant in self.grants)


NOBODY = Actor(None, "")


def system(part: str) -> Actor:
    """The program itself, as this part of it. Policies say which of them let it in."""
    return Actor(None, f"system:{part}", verified=True, system=part)
