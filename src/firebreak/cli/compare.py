"""A comparison of rules on the terminal: the rules, who is in and out under each, and why."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from firebreak.bridge.compare import Comparison, Line
from firebreak.terms.masking import mask
from firebreak.web.report import compare_words, words
from firebreak.web.report.compare_files import rule_headings, rule_rows

_STYLES = {"close": "bold red", "general": "dark_orange3", "secondary": "dark_orange3", None: "bright_black"}
_FEW = 4
"""So many rules are shown person by person; more as groups of people whom every rule judges alike."""


def show_comparison(console: Console, comparison: Comparison, lang: str, names: bool) -> None:
    """The rules, the groups with their reasons, and for a few rules the people."""
    text = words.texts().text
    if comparison.simulated:
        console.print(Text(f" {text('page.drill', lang)} ", style="bold black on yellow"))
    console.print(Text(f"{text('compare.title', lang)}  {comparison.case.case_no}", style="bold"))
    for ride in comparison.rides:
        console.print(compare_words.ride_line(ride, lang))
    if not comparison.rides:
        console.print(text("gap.no_ride", lang))
    _rules(console, comparison, lang)
    _groups(console, comparison, lang)
    if len(comparison.columns) <= _FEW:
        _people(console, comparison, lang, names)
    if comparison.met:
        _met(console, comparison, lang, names)


def _rules(console: Console, comparison: Comparison, lang: str) -> None:
    table = Table(title=words.texts().text("compare.rules", lang), title_justify="left")
    table.add_column("")
    for head in rule_headings(lang):
        table.add_column(head, overflow="fold")
    for number, (row, column) in enumerate(zip(rule_rows(comparison, lang), comparison.columns, strict=True), start=1):
        table.add_row(str(number), *row, style="" if column.in_force else "bright_black")
    console.print(table)


def _groups(console: Console, comparison: Comparison, lang: str) -> None:
    text = words.texts().text
    console.print(Text(text("compare.groups", lang), style="italic"))
    console.print(Text(text("compare.legend", lang), style="bright_black"))
    table = Table()
    table.add_column(text("people.relation", lang))
    table.add_column(text("compare.people", lang), justify="right")
    for number, _ in enumerate(comparison.columns, start=1):
        table.add_column(str(number), justify="center")
    for group in comparison.groups:
        signs = [Text(compare_words.sign(one), style=_STYLES[one.level]) for one in group.verdicts]
        table.add_row(compare_words.relations(group, lang), str(len(group.lines)), *signs)
    console.print(table)
    for group in comparison.groups:
        ride = comparison.rides[group.lines[0].ride]
        head = f"{compare_words.relations(group, lang)} · {len(group.lines)} · {ride.service_no} {ride.run_date}"
        console.print(Text(head, style="bold"))
        for mark, rules, said in compare_words.reasons(comparison, group, lang):
            console.print(Text.assemble(f"  {mark} {said}  ", (rules, "bright_black")))


def _people(console: Console, comparison: Comparison, lang: str, names: bool) -> None:
    text = words.texts().text
    table = Table(title=text("compare.lines", lang), title_justify="left")
    for key in ("compare.person", "people.relation", "people.seat", "people.segment", "people.expected"):
        table.add_column(text(key, lang), overflow="fold")
    for column in comparison.columns:
        table.add_column(column.cite, overflow="fold")
    for line in comparison.lines:
        if any(one.level for one in line.verdicts):
            table.add_row(*_person(line, lang, names))
    console.print(table)


def _met(console: Console, comparison: Comparison, lang: str, names: bool) -> None:
    """Whom the case met off its rides, a sign a rule."""
    text = words.texts().text
    table = Table(title=text("compare.met_title", lang), title_justify="left")
    for key in ("compare.person", "people.relation", "compare.setting", "compare.place", "people.segment"):
        table.add_column(text(key, lang), overflow="fold")
    for number, _ in enumerate(comparison.columns, start=1):
        table.add_column(str(number), justify="center")
    for met in comparison.met:
        person, name, place, relation, _, span, minutes, *_, setting = compare_words.met_cells(met, lang)
        who = f"{person} {met.person.text('name') if names else name}"
        signs = [Text(compare_words.sign(one), style=_STYLES[one.level]) for one in met.verdicts]
        cells = (who, relation, setting, place, f"{span} {minutes}'" if met.meeting.minutes is not None else span)
        table.add_row(*map(Text, cells), *signs)
    console.print(table)


def _person(line: Line, lang: str, names: bool) -> list[Text]:
    name = line.person.text("name")
    minutes = words.minutes(line.minutes) + ("" if line.minutes is None else "'")
    cells = [
        Text(f"{line.person.person_id} {name if names else mask('name', name)}"),
        Text(words.relation(line.relation, lang)),
        Text(compare_words.seat(line, lang)),
        Text(f"{line.from_station}→{line.to_station} {minutes}"),
        Text(words.expected_line(line.expected, lang)),
    ]
    said = (
        Text(f"{compare_words.sign(one)} {compare_words.reason(one, lang)}", style=_STYLES[one.level])
        for one in line.verdicts
    )
    return [*cells, *said]


def as_plain(comparison: Comparison, names: bool) -> dict[str, Any]:
    """The comparison as plain values; names masked unless ``names``, other values of people left out."""
    plain = asdict(comparison)
    for column in plain["columns"]:
        column["pack"] = {key: column["pack"][key] for key in ("id", "version", "zh", "en", "valid_from", "valid_to")}
    for entry in (*plain["lines"], *plain["met"], plain["case"]):
        person = entry.pop("person") or {"person_id": None, "values": {}}
        name = person["values"].get("name", {}).get("text", "")
        entry["person_id"], entry["name"] = person["person_id"], name if names else mask("name", name)
    return plain
