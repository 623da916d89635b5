"""``firebreak lake``: is the lake whole?"""

from __future__ import annotations

from pathlib import Path

import click

from firebreak.cli import base
from firebreak.cli.language import say
from firebreak.lake.lake import Lake

command = base.LazyGroup("lake", {"check": "firebreak.cli.lake:check", "drop": "firebreak.cli.lake_drop"})


@base.command("lake_check")
@base.lake_option
def check(lake: Path) -> int:
    found = Lake.open(lake).check()
    for one in found:
        click.echo(f"{one.code:8} {one.path}")
    damaged = [one for one in found if one.code != "orphan"]
    click.echo(say("lake.damaged", n=len(damaged)) if damaged else say("lake.whole", orphans=len(found)))
    return 1 if damaged else 0
