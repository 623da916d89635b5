"""``firebreak accounts``: the first administrator of an installation, and the logins of a drill."""

from __future__ import annotations

import click

from firebreak.cli import base
from firebreak.cli.desks import start
from firebreak.cli.language import language, say

command = base.LazyGroup("accounts", {"first": "firebreak.cli.accounts:first", "drill": "firebreak.cli.accounts:drill"})


@base.command("accounts_first")
@base.argument("name")
def first(name: str) -> int:
    start()
    from firebreak.ops.accounts.first import first_administrator

    click.echo(say("accounts.first", name=name, password=first_administrator(name)))
    return 0


@base.command("accounts_drill")
def drill() -> int:
    start()
    from firebreak.ops.accounts.drill import logins

    click.echo(say("accounts.logins"))
    for login in logins():
        office = login.zh if language() == "zh" else login.en
        click.echo(
            say("accounts.login", office=office, name=login.name, password=login.password, code=login.code).rstrip()
        )
    return 0
