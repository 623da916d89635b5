"""What the shipped contact rules say, against the facts they were written from; and what the loader refuses."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from firebreak.engine.tracing.rules import load_rule, rule_named, shipped_rules
from firebreak.engine.tracing.rules.shipped import ordered
from firebreak.terms.enums import Setting
from firebreak.terms.errors import FirebreakError, OrderError, SpecError

WINDOWS = [
    # pack, days before onset, days before the positive sample, days after onset
    ("nhc@2", 0, None, None),  # after onset only
    ("nhc@3", 0, 0, None),  # after onset, or positive test
    ("nhc@4", 2, 2, None),
    ("nhc@5", 2, 2, None),
    ("nhc@6", 2, 2, None),
    ("nhc@7", 2, 2, None),
    ("nhc@8", 4, 4, None),
    ("nhc@9", 2, 2, None),
    ("nhc@10", 2, 2, None),  # the twenty measures
    ("who@1", 2, 2, 10),
    ("us-cdc@1", 2, 2, None),
]


@pytest.mark.parametrize(("name", "onset", "sample", "after"), WINDOWS)
def test_the_window_opens_and_closes_as_the_plan_says(
    name: str, onset: int, sample: int | None, after: int | None
) -> None:
    window = rule_named(name).window
    assert (window.before_onset_days, window.before_sample_days, window.after_onset_days) == (onset, sample, after)


VEHICLES = [
    # setting, scope, rows, bays, crew, the rest
    ("aircraft_hepa", "rows", 3, 0, "coach", "general"),
    ("aircraft_no_hepa", "vehicle", 0, 0, "set", None),
    ("train_sealed", "coach", 0, 0, "coach", None),
    ("sleeper_hard", "coach", 0, 0, "coach", None),
    ("sleeper_soft", "compartment", 0, 0, "coach", "general"),
    ("train_unsealed", "bays", 0, 1, "coach", "general"),
    ("coach_sealed", "vehicle", 0, 0, "set", None),
    ("coach_ventilated", "rows", 3, 0, "set", "general"),
    ("ship", "compartment", 0, 0, "coach", "general"),
]


@pytest.mark.parametrize("pack", ["four-ministry", *(f"nhc@{version}" for version in range(2, 11))])
@pytest.mark.parametrize(("setting", "scope", "rows", "bays", "crew", "rest"), VEHICLES)
def test_every_plan_has_the_vehicle_rule_of_the_four_ministries(
    pack: str, setting: str, scope: str, rows: int, bays: int, crew: str, rest: str | None
) -> None:
    rule = rule_named(pack).on(Setting(setting))
    assert rule is not None
    assert (rule.scope, rule.rows, rule.bays, rule.crew, rule.otherwise) == (scope, rows, bays, crew, rest)


DISTANCES = [
    # pack, setting, metres, minutes at a stretch, minutes in all, within hours
    ("who", "train_sealed", 1, 15, None, None),
    ("ecdc", "train_sealed", 2, 15, None, None),
    ("us-cdc@1", "train_sealed", 1.83, 15, None, None),
    ("us-cdc@2", "train_sealed", 1.83, None, 15, 24),
    ("who", "venue", 1, 15, None, None),
]


@pytest.mark.parametrize(("pack", "setting", "metres", "minutes", "in_all", "hours"), DISTANCES)
def test_the_rules_of_metres_and_minutes(
    pack: str, setting: str, metres: float, minutes: int | None, in_all: int | None, hours: int | None
) -> None:
    rule = rule_named(pack).on(Setting(setting))
    assert rule is not None
    assert (rule.distance_m, rule.minutes, rule.cumulative_minutes, rule.within_hours) == (
        metres,
        minutes,
        in_all,
        hours,
    )


def test_the_ecdc_takes_two_seats_in_any_direction_on_an_aircraft() -> None:
    rule = rule_named("ecdc").on(Setting.AIRCRAFT_HEPA)
    assert rule is not None
    assert (rule.rows, rule.seats, rule.crew) == (2, 2, "coach")


MANAGEMENT = [("nhc@8", 14, 7, (14, 16, 21)), ("nhc@9", 7, 3, (1, 2, 3, 5, 7, 10)), ("nhc@10", 5, 3, ())]


@pytest.mark.parametrize(("pack", "central", "home", "tests"), MANAGEMENT)
def test_the_days_of_quarantine(pack: str, central: int, home: int, tests: tuple[int, ...]) -> None:
    manage = rule_named(pack).management
    assert (manage.central_days, manage.home_days, manage.test_days) == (central, home, tests)


IN_FORCE = [
    ("nhc", date(2020, 1, 23), "nhc@2"),
    ("nhc", date(2020, 1, 28), "nhc@3"),
    ("nhc", date(2020, 2, 5), "nhc@3"),
    ("nhc", date(2020, 2, 6), "nhc@4"),
    ("nhc", date(2020, 3, 6), "nhc@5"),
    ("nhc", date(2020, 9, 11), "nhc@7"),
    ("nhc", date(2022, 1, 1), "nhc@8"),
    ("nhc", date(2022, 6, 28), "nhc@9"),
    ("nhc", date(2023, 1, 1), "nhc@10"),
    ("nhc", date(2020, 1, 1), "nhc@2"),  # before the first version: the first, and the list says it was not in force
    ("nhc-v5", date(2020, 1, 23), "nhc@5"),  # named: that one, whatever the day
    ("nhc@5", date(2020, 1, 23), "nhc@5"),
    ("us-cdc", date(2020, 10, 20), "us-cdc@1"),
    ("us-cdc", date(2020, 10, 21), "us-cdc@2"),
]


@pytest.mark.parametrize(("name", "day", "cite"), IN_FORCE)
def test_an_order_of_a_day_is_traced_by_the_version_in_force_that_day(name: str, day: date, cite: str) -> None:
    assert rule_named(name, day).cite == cite


def test_on_each_day_exactly_one_version_of_a_rule_is_in_force() -> None:
    for versions in shipped_rules().values():
        day = versions[0].valid_from
        while day <= date(2023, 1, 1):
            assert sum(pack.in_force(day) for pack in versions) == 1
            day += timedelta(days=1)


@pytest.mark.parametrize("name", ["nix", "nhc@99", "nhc-v1", "jiangsu-first-list@7", "@"])
def test_a_rule_that_is_not_there_is_refused_with_those_that_are(name: str) -> None:
    with pytest.raises(OrderError) as refused:
        rule_named(name)
    assert refused.value.code in ("FB-RULE-4", "FB-ORDER-RULE")
    assert "Known:" in refused.value.remedy


def test_what_was_not_verified_is_said_in_both_languages() -> None:
    for versions in shipped_rules().values():
        for pack in versions:
            assert pack.weak
            assert pack.weak_zh
            assert pack.source


HEAD = """id = "x"
version = 1
valid_from = 2020-01-01
jurisdiction = "00"
zh = "演练"
en = "drill"
source = "made up"
"""
WINDOW = "[window]\nbefore_onset_days = 2\n"
SETTING = '[[setting]]\nsetting = "train_sealed"\nscope = "rows"\nrows = 3\n'
WRONG = [
    # what is wrong, code, the key named
    (HEAD + WINDOW, "FB-RULE-2", "setting"),
    (HEAD + SETTING, "FB-RULE-2", "window"),
    (HEAD + 'colour = "red"\n' + WINDOW + SETTING, "FB-RULE-3", "colour"),
    (HEAD + WINDOW + "after = 3\n" + SETTING, "FB-RULE-3", "window.after"),
    (HEAD + WINDOW + SETTING + "seat = 3\n", "FB-RULE-3", "setting 1: seat"),
    (HEAD + "[window]\nbefore_onset_days = -2\n" + SETTING, "FB-RULE-5", "window.before_onset_days"),
    (HEAD + '[window]\nbefore_onset_days = "2"\n' + SETTING, "FB-RULE-5", "window.before_onset_days"),
    (HEAD.replace("2020-01-01", '"2020-01-01"') + WINDOW + SETTING, "FB-RULE-5", "valid_from"),
    (HEAD + "valid_to = 2019-01-01\n" + WINDOW + SETTING, "FB-RULE-5", "valid_to"),
    (HEAD + 'weak = "all of it"\n' + WINDOW + SETTING, "FB-RULE-5", "weak_zh"),
    (HEAD + "window = 3\n" + SETTING, "FB-RULE-5", "window"),
    (HEAD + WINDOW + SETTING.replace("train_sealed", "tram"), "FB-RULE-5", "setting 1: setting"),
    (HEAD + WINDOW + SETTING.replace('"rows"', '"row"'), "FB-RULE-5", "setting 1: scope"),
    (HEAD + WINDOW + SETTING.replace('"rows"', '"coach"'), "FB-RULE-5", "setting 1: rows"),
    (HEAD + WINDOW + SETTING + SETTING, "FB-RULE-5", "setting 2: setting"),
    (HEAD + WINDOW + SETTING + "cumulative_minutes = 15\n", "FB-RULE-5", "setting 1: cumulative_minutes"),
    (HEAD + WINDOW + SETTING + "rows = 3\n", "FB-RULE-1", "x.toml"),
    (HEAD + WINDOW + SETTING + "unplaced = 1\n", "FB-RULE-5", "setting 1: unplaced"),
    (HEAD + WINDOW + SETTING + 'crew = "all"\n', "FB-RULE-5", "setting 1: crew"),
    (HEAD + WINDOW + SETTING + "distance_m = 0\n", "FB-RULE-5", "setting 1: distance_m"),
]


@pytest.mark.parametrize(("text", "code", "key"), WRONG)
def test_a_wrong_rule_file_is_refused_with_file_key_and_remedy(tmp_path: Path, text: str, code: str, key: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SpecError) as refused:
        load_rule(path)
    assert refused.value.code == code
    assert "x.toml" in refused.value.what
    assert key in refused.value.what
    assert refused.value.rule
    assert refused.value.remedy


def _versions(tmp_path: Path, *spans: tuple[int, str, str]) -> list[Path]:
    paths = []
    for number, (version, start, end) in enumerate(spans):
        dated = HEAD.replace("version = 1", f"version = {version}").replace("2020-01-01", start)
        path = tmp_path / f"{number}.toml"
        path.write_text(dated + (f"valid_to = {end}\n" if end else "") + WINDOW + SETTING, "utf-8")
        paths.append(path)
    return paths


SPANS = [
    ((1, "2020-01-01", "2020-02-05"), (2, "2020-02-07", "")),  # a day without a rule
    ((1, "2020-01-01", "2020-02-06"), (2, "2020-02-06", "")),  # a day with two
    ((1, "2020-01-01", ""), (2, "2020-02-06", "")),  # never ends
    ((1, "2020-01-01", "2020-02-05"), (1, "2020-02-06", "")),  # one version twice
]


@pytest.mark.parametrize("spans", SPANS)
def test_versions_that_leave_a_gap_or_overlap_are_refused(
    tmp_path: Path, spans: tuple[tuple[int, str, str], ...]
) -> None:
    with pytest.raises(FirebreakError) as refused:
        ordered(load_rule(path) for path in _versions(tmp_path, *spans))
    assert refused.value.code == "FB-RULE-6"


def test_versions_that_follow_one_another_are_kept(tmp_path: Path) -> None:
    paths = _versions(tmp_path, (2, "2020-02-06", ""), (1, "2020-01-01", "2020-02-05"))
    assert [pack.version for pack in ordered(load_rule(path) for path in paths)["x"]] == [1, 2]
