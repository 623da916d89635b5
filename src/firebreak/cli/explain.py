"""``firebreak explain``: from a record or a person back to the delivered line, as a tree."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from firebreak.bridge.explain import Cell, Node, explain_person, explain_record, record_of
from firebreak.bridge.session import session
from firebreak.bridge.specs import specs_from
from firebreak.cli import base
from firebreak.cli.language import say
from firebreak.lake.lake import Lake
from firebreak.terms.errors import value_class
from firebreak.terms.masking import mask

_MASKED = {"alias": "name", "plate": "doc_number"}


@base.command("explain")
@base.argument("what")
@base.lake_option
@base.option("--specs", multiple=True, type=click.Path(path_type=Path, exists=True))
@base.option("--reveal", is_flag=True)
def command(what: str, lake: Path, specs: tuple[Path, ...], reveal: bool) -> None:
    known = specs_from(specs)
    with session(Lake.open(lake)) as opened:
        if what.startswith("person:") and what[7:].isdecimal():
            root = explain_person(opened, int(what[7:]), known)
        else:
            root = explain_record(opened, record_of(what, opened), known)
    Console().print(_tree(root, reveal))


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
