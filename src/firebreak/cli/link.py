"""``firebreak link``: who each record speaks of, what is known of them, and their rides."""

from __future__ import annotations

import json
from pathlib import Path

import click

from firebreak.bridge.engines import DUCKDB
from firebreak.bridge.run import STAGES
from firebreak.cli import base
from firebreak.cli.language import say
from firebreak.cli.progress import Stages
from firebreak.lake.lake import Lake


@base.command("link")
@base.lake_option
@base.engine_option
@base.option("--quiet", is_flag=True)
@base.option("--json", "as_json", is_flag=True)
def command(lake: Path, engine: str, quiet: bool, as_json: bool) -> None:
    counts = link_all(Lake.open(lake), quiet or as_json, engine)
    if as_json:
        click.echo(json.dumps(counts))
        return
    click.echo(say("link.done", **{name: f"{count:,}" for name, count in counts.items()}))


def link_all(lake: Lake, quiet: bool, engine: str = DUCKDB) -> dict[str, int]:
    """Run the stages in their order; the rows of each derived table afterwards."""
    with Stages(quiet) as stages:
        for key, stage in STAGES.items():
            stages.start(key)
            stage(lake, engine)
    snapshot = lake.snapshot()
    return {name: snapshot.rows(name) for name in ("links", "persons", "person_fields", "services", "rides")}
