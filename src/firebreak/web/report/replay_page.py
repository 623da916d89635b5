"""The reference page that replays one made-up journey under every shipped rule."""

from __future__ import annotations

from firebreak.bridge.compare import Comparison, RideLine
from firebreak.bridge.replay import replayed
from firebreak.web.report import compare_words, words

_HEAD = """# 同一行程，全部规则 · One journey under every rule

**演练/DRILL**：行程、人员均为虚构。Printed by `make docs` from `firebreak.bridge.replay`: nobody in it exists.
Your own: `firebreak trace --case … --rules all`.

病例发病 onset {onset}；名单日期 judged on {as_of}。三段行程，所有座位均有人；对每个人，逐条规则问：列入否，为什么。
Three rides with every seat taken; of everybody on board each rule is asked: listed or not, and why.
"""


def replay_page() -> str:
    """The whole page as Markdown, in both languages."""
    found = replayed()
    parts = [_HEAD.format(onset=found.case.onset_on, as_of=found.as_of), _rules(found)]
    for at, ride in enumerate(found.rides):
        parts.append(f"## {_heading(ride)}\n")
        parts.append(_table(found, at))
        parts.append(_why(found, at))
    return "\n".join(parts)


def _heading(ride: RideLine) -> str:
    zh, en = (compare_words.ride_line(ride, lang).split(" · ") for lang in ("zh", "en"))
    return " · ".join([*zh[:2], f"{zh[2]} {en[2]}", *zh[3:]])


def _rules(found: Comparison) -> str:
    rows = []
    for number, column in enumerate(found.columns, start=1):
        runs = " ".join(found.rides[at].service_no for at in column.runs) or "—"
        force = "" if column.in_force else "当日未生效 not in force that day"
        own = f"| {number} | `{column.cite}` | {column.pack.zh} | {column.pack.en} "
        rows.append(f"{own}| {force} | {runs} | {column.close} | {column.general} |")
    head = "| | rule | 规则 | | | 计入的行程 rides counted | ● 密接 close | ○ 一般 general |"
    return "\n".join([head, "|---|---|---|---|---|---|---|---|", *rows, ""])


def _table(found: Comparison, ride: int) -> str:
    head = "| 与病例 · relation | 人数 | " + " | ".join(str(at) for at in range(1, len(found.columns) + 1)) + " |"
    rows = [
        f"| {compare_words.relations(group, 'zh')} · {compare_words.relations(group, 'en')} | {len(group.lines)} | "
        + " | ".join(compare_words.sign(verdict) for verdict in group.verdicts)
        + " |"
        for group in found.groups
        if group.lines[0].ride == ride
    ]
    return "\n".join([head, "|---|---|" + "---|" * len(found.columns), *rows, ""])


def _why(found: Comparison, ride: int) -> str:
    lines = []
    for group in found.groups:
        if group.lines[0].ride != ride:
            continue
        kinds = " · ".join(compare_words.relations(group, lang) for lang in ("zh", "en"))
        lines.append(f"- **{kinds}** ({len(group.lines)})")
        both = zip(*(compare_words.reasons(found, group, lang) for lang in ("zh", "en")), strict=True)
        lines += [f"  - {zh[0]} {zh[2]} · {en[2]}: {zh[1]}" for zh, en in both]
    legend = " · ".join(words.texts().text("compare.legend", lang) for lang in ("zh", "en"))
    return "\n".join([legend, "", *lines, ""])
