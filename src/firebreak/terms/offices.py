"""Who works at the desks, and how far each of them sees.

An office is what somebody may do; a reach is where. A person at the desks holds grants: an office within a reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Office(StrEnum):
    """What somebody is here to do. The value is stored; ``OFFICES`` holds the labels."""

    OFFICER = "officer"
    STEWARD = "steward"
    GRID_WORKER = "grid_worker"
    ENTERPRISE = "enterprise"
    CITIZEN = "citizen"
    COMMANDER = "commander"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class ReachKind(StrEnum):
    """What the value of a reach is."""

    DIVISION = "division"  # a prefix of a division code; empty: the whole country
    GRID = "grid"  # a GB/T 34300 grid code: community code and three digits
    ENTERPRISE = "enterprise"  # an enterprise's id
    PERSON = "person"  # one person's id: a citizen sees what concerns the citizen


@dataclass(frozen=True, slots=True)
class OfficeTerms:
    """An office's names, whether it needs a second factor, and the kinds of reach it can be given."""

    zh: str
    en: str
    second_factor: bool
    reaches: tuple[ReachKind, ...] = (ReachKind.DIVISION,)


OFFICES: dict[Office, OfficeTerms] = {
    Office.OFFICER: OfficeTerms("流调人员", "Officer", True),
    Office.STEWARD: OfficeTerms("数据管理员", "Data steward", True),
    Office.GRID_WORKER: OfficeTerms("网格员", "Grid worker", False, (ReachKind.GRID,)),
    Office.ENTERPRISE: OfficeTerms("企业专员", "Enterprise contact", False, (ReachKind.ENTERPRISE,)),
    Office.CITIZEN: OfficeTerms("市民", "Citizen", False, (ReachKind.PERSON,)),
    Office.COMMANDER: OfficeTerms("指挥员", "Commander", True),
    Office.AUDITOR: OfficeTerms("审计员", "Auditor", True),
    Office.ADMINISTRATOR: OfficeTerms("系统管理员", "Administrator", True),
}

REACH_KINDS: dict[ReachKind, tuple[str, str]] = {
    ReachKind.DIVISION: ("行政区划", "Division"),
    ReachKind.GRID: ("网格", "Grid"),
    ReachKind.ENTERPRISE: ("企业", "Enterprise"),
    ReachKind.PERSON: ("本人", "Own person"),
}
