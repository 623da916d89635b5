"""``firebreak link``: who each record speaks of, what that changed, rulings, and the pages on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from firebreak.bridge.linking import Outcome, link_new, link_whole, the_model
from firebreak.bridge.run import after_links
from firebreak.bridge.session import session
from firebreak.cli import base
from firebreak.cli.language import say
from firebreak.cli.link_pages import show_import, show_model, show_pair, show_reviews
from firebreak.cli.link_rulings import rule, undo, withdraw
from firebreak.cli.link_show import show_merges, show_outcome, show_rulings
from firebreak.cli.progress import Stages
from firebreak.lake.lake import Lake

_READ: dict[str, Callable[..., None]] = {
    "merges": show_merges,
    "rulings": show_rulings,
    "report": show_import,
    "explain": show_pair,
    "reviews": show_reviews,
    "model": show_model,
}
_MODES = ("undo", "must", "cannot", "withdraw", *_READ)


@base.command("link")
@base.lake_option
@base.engine_option
@base.option("--new", "only_new", is_flag=True)
@base.option("--undo", type=click.IntRange(1), metavar="MERGE")
@base.option("--must", nargs=2, metavar="A B")
@base.option("--cannot", nargs=2, metavar="A B")
@base.option("--withdraw", type=click.IntRange(1), metavar="RULING")
@base.option("--reason", default="")
@base.option("--merges", is_flag=True)
@base.option("--rulings", is_flag=True)
@base.option("--explain", nargs=2, metavar="A B")
@base.option("--show", is_flag=True)
@base.option("--reviews", is_flag=True)
@base.option("--model", is_flag=True)
@base.option("--report", type=click.IntRange(0), metavar="BATCH")
@base.option("--out", type=click.Path(path_type=Path, file_okay=False))
@base.option("--quiet", is_flag=True)
@base.option("--json", "as_json", is_flag=True)
@base.by_option
def command(lake: Path, only_new: bool, quiet: bool, as_json: bool, **given: Any) -> None:
    asked = [mode for mode in _MODES if given[mode] not in (None, False, ())]
    if len(asked) + only_new > 1:
        raise click.UsageError(say("error.one_of", names="、".join(f"--{mode}" for mode in asked)))
    opened = Lake.open(lake)
    if asked and asked[0] in _READ:
        with session(opened) as reading:
            _READ[asked[0]](reading, given | {"as_json": as_json})
        return
    with Stages(quiet or as_json) as stages:
        outcome = _change(opened, asked[0] if asked else "", only_new, given, stages)
    if as_json:
        click.echo(json.dumps(counts_of(opened, outcome)))
    else:
        show_outcome(outcome)
        click.echo(say("link.done", **{name: f"{count:,}" for name, count in _rows(opened).items()}))


def _change(lake: Lake, mode: str, only_new: bool, given: dict[str, Any], stages: Stages) -> Outcome:
    """Link, or rule and link those concerned; then what is known of them, their rides, and where they were."""
    by, reason, engine = given["by"], given["reason"], given["engine"]
    with lake.writer():
        stages.start("identify")
        if mode in ("must", "cannot"):
            outcome = rule(lake, mode, given[mode], by, reason)
        elif mode == "undo":
            outcome = undo(lake, given["undo"], by, reason)
        elif mode == "withdraw":
            outcome = withdraw(lake, given["withdraw"], by, reason)
        else:
            model = the_model()
            outcome = (
                link_new(lake, by, model, engine=engine) if only_new else link_whole(lake, by, model, engine=engine)
            )
        after_links(lake, outcome, stages.start, engine)
    return outcome


def counts_of(lake: Lake, outcome: Outcome) -> dict[str, Any]:
    """What changed, and the rows of each derived table afterwards."""
    changed = asdict(outcome.counts) | {"run": outcome.run_id, "kind": str(outcome.kind)}
    return _rows(lake) | {"changed": changed, "seconds": dict(outcome.seconds)}


def _rows(lake: Lake) -> dict[str, int]:
    with session(lake) as opened:
        names = ("links", "persons", "person_fields", "services", "rides")
        return {name: opened.count(name) for name in names}
