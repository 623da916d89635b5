"""What a contact rule says, as values: a pack, its windows, and how far it reaches in each setting."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from firebreak.terms.enums import ContactLevel, Scope, Setting

BROADER: dict[Setting, Setting] = {
    Setting.SLEEPER_HARD: Setting.TRAIN_SEALED,
    Setting.SLEEPER_SOFT: Setting.TRAIN_SEALED,
    Setting.METRO: Setting.TRAIN_SEALED,
    Setting.BUS: Setting.COACH_SEALED,
    Setting.CAR: Setting.TAXI,
    Setting.WAITING_HALL: Setting.VENUE,
    Setting.HOTEL: Setting.VENUE,
    Setting.CLASS: Setting.WORKPLACE,
}
"""Where a pack says nothing of a setting, what it says of this one holds; failing that, of ``any``; failing that, it
lists nobody there."""


@dataclass(frozen=True, slots=True)
class Window:
    """Days that open and close a case's infectious window, each counted from 00:00 Asia/Shanghai of that day.

    It opens ``before_onset_days`` before the first onset, and where no onset is known ``before_sample_days`` before the
    first positive sample (None: the sample does not open it), else ``before_report_days`` before the first report. It
    closes at isolation, and where ``after_onset_days`` is given at the end of that day after onset if that is earlier.
    """

    before_onset_days: int
    before_sample_days: int | None
    before_report_days: int
    after_onset_days: int | None = None


@dataclass(frozen=True, slots=True)
class Companions:
    """``listed``: people on the same order, in any coach. ``joint_trips``: that many trips together within
    ``within_days`` make companions too (None: not counted)."""

    listed: bool = True
    joint_trips: int | None = None
    within_days: int | None = None


@dataclass(frozen=True, slots=True)
class SecondDegree:
    """Contacts of a close contact, met between its first contact with the case and its isolation, in ``settings``."""

    listed: bool = False
    settings: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True)
class Management:
    """What the rule orders for close contacts: days centrally and at home, days of tests. It lists nobody."""

    central_days: int | None = None
    home_days: int | None = None
    test_days: tuple[int, ...] = ()
    secondary_central_days: int | None = None
    secondary_home_days: int | None = None


@dataclass(frozen=True, slots=True)
class SettingRule:
    """How far the rule reaches in one setting, and what the contact is then called.

    ``scope``: rows (``rows`` each way, and ``seats`` each way in them where given; berths: ``bays`` each way), bays,
    compartment, coach, set (coaches one can walk to), vehicle, cell, place, none (nobody but crew and companions).
    ``minutes``: together at least so long without a break; ``cumulative_minutes`` within ``within_hours``; time that
    is not known counts as long enough. ``lag_minutes``: whoever came so soon after the case had left.
    ``distance_m``: metres, where the place tells them. ``crew``: none, coach (in charge of it), set, vehicle.
    ``otherwise``: what everybody else of the coach, vehicle or place is (None: not listed). ``unplaced``: people of
    whom nobody knows how near, standing ones too, are listed. ``same_seat_later``: whoever had the case's seat later.
    """

    setting: Setting
    scope: Scope
    rows: int = 0
    bays: int = 0
    seats: int | None = None
    minutes: int | None = None
    cumulative_minutes: int | None = None
    within_hours: int | None = None
    lag_minutes: int | None = None
    distance_m: float | None = None
    crew: str = "none"
    contact_level: ContactLevel = ContactLevel.CLOSE
    otherwise: ContactLevel | None = None
    unplaced: bool = True
    same_seat_later: bool = False


@dataclass(frozen=True, slots=True)
class RulePack:
    """One version of a contact rule: who counts as a contact of a case, in each setting, and in which window.

    ``weak`` says what in it is unverified. ``settings_of``: the pack (``id@version``) whose settings hold where this
    one says nothing; once loaded they are among ``settings``. In force from ``valid_from`` to ``valid_to``,
    inclusive (None: open).
    """

    id: str
    version: int
    valid_from: date
    valid_to: date | None
    jurisdiction: str
    zh: str
    en: str
    source: str
    weak: str
    weak_zh: str
    window: Window
    companions: Companions = Companions()
    second_degree: SecondDegree = SecondDegree()
    management: Management = Management()
    settings: tuple[SettingRule, ...] = field(default=())
    settings_of: str = ""

    @property
    def cite(self) -> str:
        """How a finding names this rule: ``id@version``."""
        return f"{self.id}@{self.version}"

    def in_force(self, day: date) -> bool:
        """Is the rule in force on that day?"""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def on(self, setting: Setting) -> SettingRule | None:
        """What the rule says of a setting: its own entry, else the broader setting's, else that of ``any``."""
        own = {entry.setting: entry for entry in self.settings}
        found = own.get(setting) or own.get(BROADER.get(setting, setting)) or own.get(Setting.ANY)
        return replace(found, setting=setting) if found else None

    def with_rows(self, rows: int) -> RulePack:
        """The same rule reaching ``rows`` each way wherever it counts rows."""
        changed = tuple(replace(one, rows=rows) if one.scope == Scope.ROWS else one for one in self.settings)
        return replace(self, settings=changed)
