"""``firebreak lake drop``: retention, on confirmation."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from firebreak.bridge.retention import dated_before, drop_before
from firebreak.cli import base
from firebreak.cli.days import Day
from firebreak.cli.language import language, say
from firebreak.cli.progress import Stages
from firebreak.lake.lake import Lake
from firebreak.terms.tables import TABLES


@base.command("lake_drop")
@base.lake_option
@base.option("--before", required=True, type=Day())
@base.option("--yes", is_flag=True)
@base.option("--quiet", is_flag=True)
def command(lake: Path, before: date, yes: bool, quiet: bool) -> None:
    opened = Lake.open(lake)
    for name, rows in dated_before(opened, before).items():
        click.echo(f"{rows:>12,}  {TABLES[name].zh if language() == 'zh' else ''} {name}")
    if not yes:
        raise click.UsageError(say("error.say_yes", day=before), click.get_current_context())
    with Stages(quiet) as stages:
        files = drop_before(opened, before, stages.start)
    click.echo(say("lake.dropped", files=files, day=before))
