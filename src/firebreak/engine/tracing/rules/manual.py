"""The reference page of the contact rules, printed from the packs."""

from __future__ import annotations

from firebreak.engine.tracing.rules.model import Management, RulePack, SettingRule, Window
from firebreak.engine.tracing.rules.shipped import shipped_rules
from firebreak.terms.enums import ContactLevel, Scope
from firebreak.terms.texts import catalogue

_HEAD = """# 密接判定规则 · Contact rules

Printed from `firebreak/engine/tracing/rules/*.toml` by `make docs`. 规则是有日期、有出处的数据，不是程序。
Rules are dated data with a source, not code.

- `firebreak trace --rules nhc`：取指令当日有效的版本；`nhc@5` 或 `nhc-v5` 指定版本，当日未生效则注明。
  `nhc` means the version in force on the day of the order (`--as-of`); `nhc@5` or `nhc-v5` names one, and the list says
  where it was not in force that day. 多条规则并列：`--rules jiangsu-first-list,nhc-v5`、`--rules all`。
- 场景不详时取列入人员较多者：机型不详按无过滤，列车不详按全封闭，席位不详按在范围内。
  What is not known is taken as what lists more: no HEPA, a sealed train, a seat within reach, long enough.
- 每天恰有一个版本有效；缺漏或重叠在读入时拒绝。On each day one version is in force; gaps and overlaps are refused.
- **未核实 unverified** 一栏照来源的标注写明哪些内容未经核实。says what in a pack no source was read for.

The keys of a pack: `id`, `version`, `valid_from`, `valid_to`, `jurisdiction`, `zh`, `en`, `source`, `weak`, `weak_zh`,
`settings_of` (the pack whose settings hold where this one says nothing), `[window]`, `[companions]`, `[second_degree]`,
`[management]`, `[[setting]]`: see `engine/tracing/rules/model.py`.
"""


def rules_page() -> str:
    """The whole page as Markdown."""
    packs = [pack for versions in shipped_rules().values() for pack in versions]
    return "\n".join([_HEAD, _overview(packs), *(_section(pack) for pack in packs)])


def _overview(packs: list[RulePack]) -> str:
    rows = [
        f"| [`{pack.cite}`](#{_anchor(pack)}) | {pack.zh} | {pack.en} | {_span(pack)} "
        f"| {window_words(pack.window, 'zh')} | {window_words(pack.window, 'en')} |"
        for pack in packs
    ]
    return "\n".join(["| rule | 规则 | | 有效期 in force | 时间窗 | window |", "|---|---|---|---|---|---|", *rows, ""])


def _anchor(pack: RulePack) -> str:
    return pack.cite.replace("@", "")


def _span(pack: RulePack) -> str:
    return f"{pack.valid_from} – {pack.valid_to or ''}"


def window_words(window: Window, lang: str) -> str:
    """When the infectious window opens and closes, in words.

    >>> window_words(Window(2, 2, 2), "en")
    'from 2 d before onset; no onset: 2 d before the sample, else 2 d before the report'
    """
    zh = lang == "zh"
    parts = [_before(window.before_onset_days, "发病", "onset", zh)]
    if window.before_sample_days is not None:
        parts.append(
            ("无症状者" if zh else "no onset: ") + _before(window.before_sample_days, "采样", "the sample", zh, "")
        )
    parts[-1] += ("，否则" if zh else ", else ") + _before(window.before_report_days, "报告", "the report", zh, "")
    if window.after_onset_days is not None:
        days = window.after_onset_days
        parts.append(f"至发病后 {days} 天" if zh else f"to {days} d after onset")
    return ("；" if zh else "; ").join(parts)


def _before(days: int, zh_event: str, en_event: str, zh: bool, start: str = "from ") -> str:
    if zh:
        return f"{zh_event}前 {days} 天起" if days else f"{zh_event}之日起"
    return f"{start}{days} d before {en_event}" if days else f"{start}the day of {en_event}"


def reach_words(rule: SettingRule, lang: str) -> str:
    """Whom the rule lists in a setting, in words."""
    zh, parts = lang == "zh", []
    parts.append(_scope(rule, zh))
    if rule.distance_m is not None:
        parts.append(f"{rule.distance_m:g} 米以内" if zh else f"within {rule.distance_m:g} m")
    if rule.minutes is not None:
        parts.append(f"连续 {rule.minutes} 分钟" if zh else f"{rule.minutes} minutes at a stretch")
    if rule.cumulative_minutes is not None:
        parts.append(
            f"{rule.within_hours} 小时内累计 {rule.cumulative_minutes} 分钟"
            if zh
            else f"{rule.cumulative_minutes} minutes in all within {rule.within_hours} hours"
        )
    if rule.lag_minutes is not None:
        parts.append(
            f"病例离开后 {rule.lag_minutes} 分钟内" if zh else f"up to {rule.lag_minutes} minutes after the case left"
        )
    if rule.crew != "none":
        parts.append(_CREW[rule.crew][not zh])
    if rule.same_seat_later:
        parts.append("其后使用同一座位者（一般接触）" if zh else "the seat's later users (general)")
    return ("；" if zh else "; ").join(parts)


_CREW = {
    "coach": ("负责该处的乘务员", "crew in charge of it"),
    "set": ("可通行各车厢的乘务员", "crew of all coaches one can walk to"),
    "vehicle": ("全体乘务员", "all crew"),
}


def _scope(rule: SettingRule, zh: bool) -> str:
    bays = (
        (f"，铺位：本隔间及相邻 {rule.bays} 个" if zh else f", berths: the bay and {rule.bays} on either side")
        if rule.bays
        else ""
    )
    seats = (
        (f"，左右 {rule.seats} 座" if zh else f", {rule.seats} seats to either side") if rule.seats is not None else ""
    )
    said = {
        Scope.ROWS: (f"前后 {rule.rows} 排{seats}{bays}", f"{rule.rows} rows each way{seats}{bays}"),
        Scope.BAYS: (f"本隔间及相邻 {rule.bays} 个隔间", f"the bay and {rule.bays} on either side"),
        Scope.COMPARTMENT: ("同一包厢（舱室）", "the compartment or cabin"),
        Scope.COACH: ("整节车厢", "the whole coach"),
        Scope.SET: ("可通行的各车厢", "all coaches one can walk to"),
        Scope.VEHICLE: ("全车（机）人员", "everybody aboard"),
        Scope.CELL: ("同一房间或相邻处", "the same room, or near by"),
        Scope.PLACE: ("同一场所", "the whole place"),
        Scope.NONE: ("不列旅客", "no passengers"),
    }
    return said[rule.scope][not zh]


def _section(pack: RulePack) -> str:
    lines = [
        f"## `{pack.cite}`", "", f"**{pack.zh}** · {pack.en}", "",
        f"- 有效期 in force: {_span(pack)} · 适用 jurisdiction: {pack.jurisdiction}",
        f"- 出处 source: {pack.source}",
    ]  # fmt: skip
    if pack.weak:
        lines.append(f"- **未核实 unverified**: {pack.weak_zh} {pack.weak}")
    lines += [
        f"- 时间窗 window: {window_words(pack.window, 'zh')} · {window_words(pack.window, 'en')}",
        f"- 同行 companions: {_companions(pack, True)} · {_companions(pack, False)}",
        *_second_degree(pack),
        *_management(pack.management),
    ]
    rows = [_row(rule) for rule in pack.settings]
    return "\n".join(
        [
            *lines,
            "",
            "| 场景 setting | 列入 | listed | 称为 called | 其余 the rest |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _companions(pack: RulePack, zh: bool) -> str:
    own = pack.companions
    said = (
        ("同订单一律为密接" if zh else "same order: always close") if own.listed else ("不列" if zh else "not listed")
    )
    if own.joint_trips is not None:
        joint = (
            f"{own.within_days} 天内同行 {own.joint_trips} 次"
            if zh
            else f"{own.joint_trips} trips together in {own.within_days} days"
        )
        said += f"；{joint}" if zh else f"; {joint}"
    return said


def _second_degree(pack: RulePack) -> list[str]:
    if not pack.second_degree.listed:
        return []
    where = "、".join(_word(f"setting.{one}", "zh") for one in pack.second_degree.settings)
    there = ", ".join(_word(f"setting.{one}", "en") for one in pack.second_degree.settings)
    return [f"- 次密接 contacts of contacts: {where} · {there}"]


def _management(manage: Management) -> list[str]:
    zh, en = [], []
    for days, word, said in (
        (manage.central_days, "集中", "centrally"), (manage.home_days, "居家", "at home"),
    ):  # fmt: skip
        if days is not None:
            zh.append(f"{word} {days} 天")
            en.append(f"{days} days {said}")
    if manage.test_days:
        zh.append(f"第 {'、'.join(map(str, manage.test_days))} 天检测")
        en.append(f"tests on days {', '.join(map(str, manage.test_days))}")
    for days, word, said in (
        (manage.secondary_central_days, "次密接集中", "contacts of contacts centrally"),
        (manage.secondary_home_days, "次密接居家", "contacts of contacts at home"),
    ):
        if days is not None:
            zh.append(f"{word} {days} 天")
            en.append(f"{said} {days} days")
    return [f"- 管理 management: {'，'.join(zh)} · {', '.join(en)}"] if zh else []


def _row(rule: SettingRule) -> str:
    setting = f"`{rule.setting}` {_word(f'setting.{rule.setting}', 'zh')}"
    rest = _level(rule.otherwise) if rule.otherwise else "—"
    return (
        f"| {setting} | {reach_words(rule, 'zh')} | {reach_words(rule, 'en')} | {_level(rule.contact_level)} | {rest} |"
    )


def _level(level: ContactLevel) -> str:
    return f"{_word(f'contact_level.{level}', 'zh')} {level}"


def _word(key: str, lang: str) -> str:
    return catalogue("firebreak.terms").text(key, lang)
