"""Whose rides count, and when: infectious windows of cases, and the rides that fall into them."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import pyarrow as pa

from firebreak.engine.backends.base import Expr
from firebreak.engine.tracing.layout import SETTING_OF_MODE, unknown_formation
from firebreak.engine.tracing.resolve import CHINA_HOURS
from firebreak.engine.tracing.rules import RulePack
from firebreak.terms.enums import Setting
from firebreak.terms.tables import DAY, I64, INSTANT, RIDES

WINDOWS = pa.schema([("person_id", I64), ("window_from", INSTANT), ("window_to", INSTANT)])
"""One row a case; a null end is open."""

NAMED_RIDES = pa.schema([("person_id", I64), ("run_date", DAY), ("service_id", I64)])
"""Rides an order names: they count as a whole, whatever the window."""

LONGEST_RUN = timedelta(days=3)
"""A ticket shows the date of boarding; the run may have begun that many days before."""

_OVER = ("excluded",)


def windows(cases: Expr, links: Expr, rule: RulePack, as_of: date, tests: Expr | None = None) -> Expr:
    """``person_id, window_from, window_to`` of each case known on ``as_of``.

    From 00:00 (Asia/Shanghai) ``before_onset_days`` before the first onset any record states; where none does
    ``before_sample_days`` before the first positive sample in ``tests``, if the rule knows of samples and one was
    taken; else ``before_report_days`` before the first report. To the first isolation, at most to the end of ``as_of``
    (what is said to come later has not happened yet), and to the end of ``after_onset_days`` after onset. Left out:
    cases whose newest word is that they are excluded.
    """
    known = cases.join(links, ["record_id", "part"]).filter(ibis.coalesce(cases.reported_on <= as_of, True))
    person = known.group_by("person_id").agg(
        onset=known.onset_on.min(),
        reported=known.reported_on.min(),
        isolated=known.isolated_at.min(),
        state=known.state.argmax(
            ibis.struct({"day": ibis.coalesce(known.reported_on, ibis.date("1900-01-01")), "record": known.record_id})
        ),
    )
    window = rule.window
    sampled = (
        _first_positive(tests, links, as_of) if tests is not None and window.before_sample_days is not None else None
    )
    person = _with_sample(person, sampled)
    first = ibis.coalesce(
        person.onset - ibis.interval(days=window.before_onset_days),
        person.sampled - ibis.interval(days=window.before_sample_days or 0),
        person.reported - ibis.interval(days=window.before_report_days),
    )
    today = _midnight(ibis.date((as_of + timedelta(days=1)).isoformat()))
    end = ibis.least(ibis.coalesce(person.isolated, today), today)
    if window.after_onset_days is not None:
        last = _midnight(person.onset + ibis.interval(days=window.after_onset_days + 1))
        end = ibis.ifelse(ibis.coalesce(last < end, False), last, end)
    person = person.mutate(window_from=_midnight(first), window_to=end)
    person = person.filter(person.window_from.notnull() & ~person.state.isin(_OVER).fill_null(False))
    return person.select("person_id", "window_from", "window_to")


def _midnight(day: Expr) -> Expr:
    """The instant a day begins in Asia/Shanghai."""
    return (day.cast("timestamp") - ibis.interval(hours=CHINA_HOURS)).cast("timestamp('UTC', 6)")


def _first_positive(tests: Expr, links: Expr, as_of: date) -> Expr:
    """``person_id, sampled``: the day in Asia/Shanghai of each person's first positive sample known on ``as_of``."""
    positive = tests.filter((tests.result == "positive") & tests.sampled_at.notnull())
    known = positive.join(links, ["record_id", "part"])
    known = known.mutate(day=(known.sampled_at.cast("timestamp") + ibis.interval(hours=CHINA_HOURS)).date())
    known = known.filter(known.day <= ibis.date(as_of.isoformat()))
    return known.group_by("person_id").agg(sampled=known.day.min())


def _with_sample(person: Expr, sampled: Expr | None) -> Expr:
    if sampled is None:
        return person.mutate(sampled=ibis.null("date"))
    return person.left_join(sampled, "person_id").drop("person_id_right")


def rides_in_windows(rides: Expr, windows: Expr) -> Expr:
    """The cases' rides that touch their window, in the columns of ``rides``.

    Where a time is not known the day of the run stands for it: nobody boards before the run begins, or alights later
    than ``LONGEST_RUN`` days after the end of that day. So no ride is in every window.
    """
    own = rides.join(windows, "person_id")
    begun = _midnight(own.run_date)
    over = _midnight(own.run_date + ibis.interval(days=LONGEST_RUN.days + 1))
    starts = ibis.coalesce(ibis.coalesce(own.board_at, begun) < own.window_to, True)
    ends = ibis.coalesce(ibis.coalesce(own.alight_at, own.board_at, over) > own.window_from, True)
    return own.filter(starts & ends).select(RIDES.names).distinct()


def rides_named(rides: Expr, named: Expr) -> Expr:
    """The rides an order names, in the columns of ``rides``."""
    return rides.semi_join(named, ["person_id", "run_date", "service_id"]).select(RIDES.names)


def placed(case_rides: Expr, services: Expr, neighbours: Expr, coaches: Expr, walks: Expr) -> Expr:
    """The cases' rides with what their formation says: the setting, letters of the row, letters beside, places a bay,
    first and last coach of the set.

    ``c_`` names each column. Where no formation is known the mode's default layout stands, and the set is unlimited.
    """
    own = _with_service(case_rides, services)
    own = own.mutate(coach_no=ibis.ifelse(own.formation.isnull(), -1, own.coach))
    beside = neighbours.select("formation", "letter", "beside", coach_no=ibis.coalesce(neighbours.coach, -1))
    own = own.left_join(
        beside,
        [own.layout == beside.formation, own.coach_no == beside.coach_no, own.letter == beside.letter],
        rname="{name}_n",
    )
    inside = coaches.select(
        "formation", "setting", "letters", "pitch", "places_a_bay", coach_no=ibis.coalesce(coaches.coach, -1)
    )
    own = own.left_join(inside, [own.layout == inside.formation, own.coach_no == inside.coach_no], rname="{name}_y")
    own = own.left_join(
        walks,
        [own.formation == walks.formation, (own.coach >= walks.first) & (own.coach <= walks.last)],
        rname="{name}_w",
    )
    return own.select(
        *(own[name].name(f"c_{name}") for name in RIDES.names),
        c_setting=_setting(own),
        c_letters=own.letters,
        c_pitch=own.pitch,
        c_beside=own.beside,
        c_bay=own.places_a_bay,
        c_first=own.first,
        c_last=own.last,
    ).distinct()


def _with_service(case_rides: Expr, services: Expr) -> Expr:
    """Rides with the mode and formation of the stop list in force that day, and the layout that stands for it."""
    lists = services.select("service_id", "valid_from", "valid_to", "mode", "formation")
    own = case_rides.left_join(
        lists,
        [
            case_rides.service_id == lists.service_id,
            (case_rides.run_date >= lists.valid_from) & (case_rides.run_date <= lists.valid_to),
        ],
    ).drop("service_id_right")
    mode = ibis.coalesce(own.mode, "train")
    fallback = ibis.cases(*((mode == word, unknown_formation(word)) for word in SETTING_OF_MODE), else_="?")
    latest = ibis.window(group_by=["person_id", "record_id", "part", "coach", "board_seq"])
    own = own.mutate(mode=mode, layout=ibis.coalesce(own.formation, fallback), newest=own.valid_from.max().over(latest))
    return own.filter(ibis.coalesce(own.valid_from == own.newest, True))


def _setting(own: Expr) -> Expr:
    """The coach's setting; a berth on a train of unknown formation is in a hard sleeper; else the mode's own."""
    by_mode = ibis.cases(
        ((own["mode"] == "train") & (own.place == "berth"), Setting.SLEEPER_HARD.value),
        *((own["mode"] == word, setting.value) for word, setting in SETTING_OF_MODE.items()),
        else_=SETTING_OF_MODE["other"].value,
    )
    known = ibis.ifelse(own.formation.notnull(), own.setting, ibis.null("string"))
    return ibis.coalesce(known, by_mode)
