"""``firebreak explain``: from a record or a person back to the delivered line, from a case to a contact; as a tree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from firebreak.bridge.explain import Cell, Node, explain_person, explain_record, record_of
from firebreak.bridge.orders import Order
from firebreak.bridge.paths import Path as ExposurePath
from firebreak.bridge.paths import path_between
from firebreak.bridge.session import session
from firebreak.bridge.specs import specs_from
from firebreak.cli import base
from firebreak.cli.days import Day, today
from firebreak.cli.language import language, say
from firebreak.lake.lake import Lake
from firebreak.terms.errors import value_class
from firebreak.terms.masking import mask
from firebreak.web.report.path_page import encounter_lines, step_lines, write_path
from firebreak.web.report.words import texts

_MASKED = {"alias": "name", "plate": "doc_number"}


@base.command("explain")
@base.argument("what")
@base.lake_option
@base.option("--specs", multiple=True, type=click.Path(path_type=Path, exists=True))
@base.option("--rules", default="")
@base.option("--as-of", type=Day())
@base.option("--out", type=click.Path(path_type=Path, file_okay=False))
@base.option("--reveal", is_flag=True)
def command(what: str, lake: Path, specs: tuple[Path, ...], reveal: bool, **given: Any) -> None:
    known = specs_from(specs)
    with session(Lake.open(lake)) as opened:
        case_no, _, person = what.rpartition("/person:")
        if case_no and person.isdecimal():
            as_of = given["as_of"] or today()
            _show_path(
                path_between(opened, Order(case_no), int(person), rule=given["rules"], as_of=as_of), given["out"]
            )
            return
        if what.startswith("person:") and what[7:].isdecimal():
            root = explain_person(opened, int(what[7:]), known)
        else:
            root = explain_record(opened, record_of(what, opened), known)
    Console().print(_tree(root, reveal))


def _show_path(path: ExposurePath, out: Path | None) -> None:
    """Each exposure as a branch: case → ride → rule → overlap → contact, one inside the other."""
    text, lang = texts().text, language()
    if path.simulated:
        Console().print(Text(f" {text('page.drill', lang)} ", style="bold black on yellow"))
    root = Tree(Text(f"{text('path.title', lang)} {path.case_no} → {path.person_id} · {path.cite}", style="bold"))
    if not path.in_force:
        root.add(Text(text("summary.not_in_force", lang), style="bold yellow"))
    chains = [step_lines(path, step, lang) for step in path.steps]
    chains += [encounter_lines(path, met, lang) for met in path.encounters]
    for chain in chains:
        branch = root
        for line in chain:
            branch = branch.add(Text(line))
    Console().print(root)
    if out is not None:
        click.echo(say("done.wrote", path=write_path(path, out)))


def _tree(node: Node, reveal: bool, parent: Tree | None = None) -> Tree:
    label = Text(say(f"explain.{node.key}", **node.values))
    here = Tree(label) if parent is None else parent.add(label)
    for cell in node.cells:
        here.add(Text(f"{cell.label}：", style="bright_black").append(_value(cell, reveal), style="default"))
    for child in node.children:
        _tree(child, reveal, here)
    return here


def _value(cell: Cell, reveal: bool) -> str:
    """A value as it may be seen: delivered cells as their shape, a person's fields masked, unless revealed."""
    if reveal or not cell.field:
        return cell.value
    if cell.field == "raw":
        return value_class(cell.value)
    field = _MASKED.get(cell.field, cell.field)
    masked = mask(field, cell.value)
    return masked if masked != cell.value or cell.field == "grid_code" else value_class(cell.value)
