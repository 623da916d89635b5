"""``firebreak keys``: the ring that the vault and the ledger are sealed with."""

from __future__ import annotations

import os
from pathlib import Path

import click

from firebreak.cli import base
from firebreak.cli.desks import start
from firebreak.cli.language import say
from firebreak.terms.errors import ConfigError

command = base.LazyGroup(
    "keys",
    {
        "new": "firebreak.cli.keys:new",
        "rotate": "firebreak.cli.keys:rotate",
        "reseal": "firebreak.cli.keys:reseal",
    },
)


@base.command("keys_new")
@base.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def new(file: Path) -> int:
    from firebreak.ops.base.keyring import new_ring

    if file.exists():
        raise ConfigError(
            "FB-KEYS-THERE",
            file.name,
            "A ring is never written over: what it sealed would be lost.",
            "Name a new file.",
        )
    _write(file, new_ring().dumped())
    click.echo(say("keys.made", path=file))
    return 0


@base.command("keys_rotate")
@base.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def rotate(file: Path) -> int:
    from firebreak.ops.base.keyring import load

    ring = load(file).rotated()
    _write(file, ring.dumped())
    click.echo(say("keys.rotated", n=ring.current))
    return 0


@base.command("keys_reseal")
def reseal() -> int:
    start()
    from firebreak.ops.base.actor import system
    from firebreak.ops.vault import actions

    total = 0
    while done := actions.reseal(by=system("cli")):
        total += done
    click.echo(say("keys.resealed", n=total))
    return 0


def _write(path: Path, text: str) -> None:
    """The whole ring or the old one, whatever happens meanwhile; for its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
