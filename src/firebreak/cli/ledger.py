"""``firebreak ledger``: is the ledger what was written?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from firebreak.cli import base
from firebreak.cli.desks import start
from firebreak.cli.language import language, say
from firebreak.terms.errors import FirebreakError

command = base.LazyGroup("ledger", {"verify": "firebreak.cli.ledger:verify"})
Heads = dict[str, tuple[int, str]]


@base.command("ledger_verify")
@base.option("--anchor", type=click.Path(path_type=Path, dir_okay=False))
def verify(anchor: Path | None) -> int:
    compared = anchor is not None and anchor.exists()
    noted = _noted(anchor) if anchor is not None and compared else {}
    start(migrate=False)
    from firebreak.ops.base.actor import system
    from firebreak.ops.ledger import selectors

    if anchor is not None and not compared:
        click.echo(say("ledger.uncompared", path=anchor), err=True)
    verdict = selectors.verdict(by=system("cli"), anchor=noted)
    if verdict.problems:
        click.echo(say("ledger.broken", n=len(verdict.problems)), err=True)
        for problem in verdict.problems:
            click.echo(_line(problem), err=True)
        return 1
    click.echo(say("ledger.whole", entries=verdict.entries, chains=len(verdict.heads)))
    if anchor:
        anchor.write_text(json.dumps(verdict.heads, indent=1), "utf-8")
        click.echo(say("ledger.anchored", path=anchor))
    return 0


def _line(problem: Any) -> str:
    from firebreak.ops.ledger.words import FAULTS

    words = FAULTS[problem.fault][0 if language() == "zh" else 1]
    return say("ledger.problem", fault=words, chain=problem.chain or "—", place=problem.name or f"#{problem.seq}")


def _noted(path: Path) -> Heads:
    try:
        raw = json.loads(path.read_text("utf-8"))
        return {str(chain): (int(seq), str(seal)) for chain, (seq, seal) in raw.items()}
    except (ValueError, TypeError, AttributeError):
        raise FirebreakError(
            "FB-LEDGER-ANCHOR", path.name, "The file holds the heads that an earlier verify --anchor wrote.",
            "Name that file.",
        ) from None  # fmt: skip
