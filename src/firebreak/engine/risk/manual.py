"""The manual of the risk rules, printed from the rule files and their examples, in both languages."""

from __future__ import annotations

from firebreak.engine.risk.areas import shipped_areas
from firebreak.engine.risk.rule_set import Example, Rule, RuleSet, shipped_sets
from firebreak.engine.risk.screening import weights
from firebreak.engine.risk.vocabulary import FACTS, LABELS

_COLOURS = {"red": "红 red", "yellow": "黄 yellow", "pending": "绿码待定 pending", "green": "绿 green"}

_HEAD = """# Risk rules 风险规则

Printed from `src/firebreak/engine/risk/rules/` by `make docs`; each line of the tables of examples is a test.
由规则文件生成；示例表的每一行都是测试。

**How a colour comes about 码色如何得出.** Every rule of the set in force where a person lives is asked; where that
place has none of its own, of the set of the place that assesses. A rule holds
when its condition is true and, where it has days, fewer have passed since the newest fact it starts from.
The colour is that of the gravest rule that holds (red, yellow, pending); of several with one colour the one that ends
last, then the first in the file. Nobody for whom no rule holds is anything but green. A rule with days ends by itself.
逐条询问居住地生效的规则（居住地无专门规则者，适用判定地的规则）；取最重者（红、黄、待定），同色取最晚解除者；无一成立即为绿。有天数者到期自动解除。
"""


def risk_rules_page() -> str:
    """The whole page as Markdown."""
    parts = [_HEAD, *(_set(one) for one in shipped_sets()), _facts(), _areas(), _weights()]
    return "\n".join(parts)


def _set(rules: RuleSet) -> str:
    days = f"{rules.valid_from} – {rules.valid_to or '…'}"
    lines = [f"## {rules.zh} {rules.en} `{rules.cite}`", "", f"{days} · `{rules.jurisdiction or '*'}`  "]
    lines += [f"Source 出处: {rules.source}  "]
    lines += [f"**Not verified 未核实**: {rules.weak}"] if rules.weak else []
    lines += ["", "| rule 规则 | | condition 条件 | from 起于 | ends 止于 | colour 码色 |", "|---|---|---|---|---|---|"]
    lines += [_rule(rule) for rule in rules.rules]
    lines += [f"| – | {rules.default[0]} {rules.default[1]} | – | – | – | {_COLOURS['green']} |", ""]
    lines += ["| example 示例 | facts, days ago 事实（几天前） | colour 码色 | rule 规则 |", "|---|---|---|---|"]
    lines += [_example(one) for one in rules.examples]
    return "\n".join([*lines, ""])


def _rule(rule: Rule) -> str:
    since = ", ".join(f"{LABELS[kind][0]} {LABELS[kind][1]}" for kind in rule.since)
    ends = f"{rule.days} d" if rule.days is not None else f"{rule.until[0]} {rule.until[1]}"
    return f"| `{rule.id}` | {rule.zh} {rule.en} | `{rule.when.text}` | {since} | {ends} | {_COLOURS[rule.colour]} |"


def _example(one: Example) -> str:
    facts = ", ".join(f"`{kind}` {days}" for kind, days in one.facts) or "–"
    return f"| {one.zh} {one.en} | {facts} | {_COLOURS[one.colour]} | {f'`{one.rule}`' if one.rule else '–'} |"


def _facts() -> str:
    lines = ["## Facts a condition may use 条件可用的事实", "", "| fact | type 类型 | meaning 含义 |", "|---|---|---|"]
    for fact in FACTS.values():
        kind = f"word: {', '.join(fact.words)}" if fact.words else fact.type
        lines.append(f"| `{fact.name}` | {kind} | {fact.zh}；{fact.en} |")
    return "\n".join([*lines, ""])


def _areas() -> str:
    lines = [
        "## Areas of elevated risk 风险地区",
        "",
        "| division 区划 | level 等级 | days 日期 | source 出处 |",
        "|---|---|---|---|",
    ]
    for area in shipped_areas():
        days = f"{area.valid_from} – {area.valid_to or '…'}, {area.before_days} d before 此前 {area.before_days} 天"
        lines.append(f"| {area.division} {area.zh} {area.en} | `{area.level}` | {days} | {area.source} |")
    return "\n".join([*lines, ""])


def _weights() -> str:
    lines = [
        "## Whom to verify first 排摸次序",
        "",
        "Chance of infection by kind of fact, from `data/screening.toml`, which says",
    ]
    lines += ["where each comes from and which are assumptions. 各类事实的感染概率；来源与假设见该文件。", ""]
    lines += ["| fact 事实 | chance 概率 |", "|---|---|"]
    lines += [f"| {LABELS[kind][0]} {LABELS[kind][1]} | {value:g} |" for kind, value in weights().items()]
    return "\n".join([*lines, ""])
