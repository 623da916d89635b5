"""``firebreak publish``: persons, aliases and the review queue of a lake, to the desks."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from firebreak.cli import base
from firebreak.cli.desks import start
from firebreak.cli.language import say
from firebreak.cli.progress import Stages
from firebreak.lake.lake import Lake


@base.command("publish")
@base.lake_option
@base.option("--quiet", is_flag=True)
def command(lake: Path, quiet: bool) -> int:
    opened = Lake.open(lake)
    start()
    from firebreak.bridge.case_work import take_cases
    from firebreak.bridge.publish import publish

    with Stages(quiet) as stages:
        stages.start("publish")
        done = publish(opened, stages.step)
        take_cases(opened)
    click.echo(say("publish.done", **{name: f"{count:,}" for name, count in asdict(done).items()}))
    return 0
