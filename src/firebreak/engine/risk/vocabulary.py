"""The words a risk rule may use: facts about one person as of one day, each with its type, range and meaning.

A fact of a kind is a dated statement about a person (``facts.FACTS``). A column is what a rule asks of all facts of one
kind up to the day of assessment. A column without any fact is null, and a comparison with null is not true (SQL).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of facts. The number in ``CODES`` is what is stored."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    ASYMPTOMATIC = "asymptomatic"
    EXCLUDED = "excluded"
    RECOVERED = "recovered"
    DIED = "died"
    CLOSE = "close"
    GENERAL = "general"
    SECONDARY = "secondary"
    KEY_AREA = "key_area"
    HIGH_AREA = "high_area"
    MEDIUM_AREA = "medium_area"
    ABROAD = "abroad"
    SYMPTOM = "symptom"
    TEMPERATURE = "temperature"
    FEVER_CLINIC = "fever_clinic"
    POSITIVE = "positive"
    NEGATIVE = "negative"
    HOUSEHOLD_CASE = "household_case"
    HOUSEHOLD_CLOSE = "household_close"
    HOUSEHOLD_FEVER = "household_fever"
    CENTRAL_QUARANTINE = "central_quarantine"
    HOME_QUARANTINE = "home_quarantine"
    RELEASED = "released"
    CLEARED = "cleared"
    VENUE = "venue"
    RESIDENT = "resident"
    DECLARED = "declared"
    FEVER = "fever"


CODES: dict[Kind, int] = {kind: number for number, kind in enumerate(Kind, start=1)}
"""Stored numbers. New kinds are added at the end: a number never changes its meaning."""

LABELS: dict[Kind, tuple[str, str]] = {
    Kind.SUSPECTED: ("疑似病例", "suspected case"),
    Kind.CONFIRMED: ("确诊病例", "confirmed case"),
    Kind.ASYMPTOMATIC: ("无症状感染者", "asymptomatic infection"),
    Kind.EXCLUDED: ("已排除", "excluded"),
    Kind.RECOVERED: ("治愈出院", "recovered, discharged"),
    Kind.DIED: ("死亡", "died"),
    Kind.CLOSE: ("密切接触", "close contact with a case"),
    Kind.GENERAL: ("一般接触", "general contact with a case"),
    Kind.SECONDARY: ("密接的密接", "contact of a close contact"),
    Kind.KEY_AREA: ("到过重点疫区", "was in a key epidemic area"),
    Kind.HIGH_AREA: ("到过高风险地区", "was in a high-risk area"),
    Kind.MEDIUM_AREA: ("到过中风险地区", "was in a medium-risk area"),
    Kind.ABROAD: ("境外入境", "arrived from abroad"),
    Kind.SYMPTOM: ("有症状", "symptoms"),
    Kind.TEMPERATURE: ("测温", "temperature taken"),
    Kind.FEVER_CLINIC: ("发热门诊就诊", "seen at a fever clinic"),
    Kind.POSITIVE: ("检测阳性", "tested positive"),
    Kind.NEGATIVE: ("检测阴性", "tested negative"),
    Kind.HOUSEHOLD_CASE: ("与病例同住", "lives with a case"),
    Kind.HOUSEHOLD_CLOSE: ("与密接者同住", "lives with a close contact"),
    Kind.HOUSEHOLD_FEVER: ("与发热门诊留观者同住", "lives with somebody under observation at a fever clinic"),
    Kind.CENTRAL_QUARANTINE: ("集中隔离", "central quarantine began"),
    Kind.HOME_QUARANTINE: ("居家隔离", "home quarantine began"),
    Kind.RELEASED: ("解除隔离", "released from quarantine"),
    Kind.CLEARED: ("复核解除", "cleared after review"),
    Kind.VENUE: ("扫场所码", "scanned a venue's code"),
    Kind.RESIDENT: ("本地登记", "registered as living or working here"),
    Kind.DECLARED: ("健康申报", "declared health and travel"),
    Kind.FEVER: ("体温达到发热标准", "temperature at or above the fever threshold"),
}
"""Chinese and English names of the kinds."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A column a rule may use.

    ``type``: ``days`` (whole days since the last fact of ``kind``, 0 on its day), ``count``, ``degrees`` (°C), ``word``
    (one of ``words``) or ``flag``. ``of``: for counts, the kind since which they count. ``low`` and ``high`` bound what
    a value can be: a rule that asks for more can never fire.
    """

    name: str
    type: str
    zh: str
    en: str
    kind: Kind | None = None
    of: Kind | None = None
    words: tuple[str, ...] = ()
    low: float = 0
    high: float = 36_500


def _days(kind: Kind) -> Fact:
    zh, en = LABELS[kind]
    return Fact(f"days_since_{kind}", "days", f"距最近一次“{zh}”的天数", f"days since the last fact “{en}”", kind)


CASE_STATES = (Kind.SUSPECTED, Kind.CONFIRMED, Kind.ASYMPTOMATIC, Kind.EXCLUDED, Kind.RECOVERED, Kind.DIED)
QUARANTINE_STATES = (Kind.CENTRAL_QUARANTINE, Kind.HOME_QUARANTINE, Kind.RELEASED)

FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact(
            "case_state",
            "word",
            "作为病例的最新状态",
            "newest state as a case",
            words=tuple(str(kind) for kind in CASE_STATES),
        ),
        Fact(
            "quarantine",
            "word",
            "最近的隔离状态",
            "newest state of quarantine",
            words=tuple(str(kind) for kind in QUARANTINE_STATES),
        ),
        *(_days(kind) for kind in Kind),
        Fact(
            "highest_temperature",
            "degrees",
            "14 天内最高体温（°C）",
            "highest temperature of the last 14 days, °C",
            Kind.TEMPERATURE,
            low=30,
            high=45,
        ),
        Fact(
            "negatives_since_close",
            "count",
            "最近一次密切接触之后的阴性检测天数",
            "days with a negative test after the last close contact",
            Kind.NEGATIVE,
            Kind.CLOSE,
            high=1000,
        ),
        Fact(
            "venues",
            "count",
            "14 天内扫码场所数（次·日）",
            "days in the last 14 with a venue scan",
            Kind.VENUE,
            high=14,
        ),
    )
}
"""The typed vocabulary, by column name."""
