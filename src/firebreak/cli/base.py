"""Commands whose help is looked up when it is shown, in the language of the call, and groups that load late."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from firebreak.bridge.engines import DUCKDB, known
from firebreak.cli.language import can_say, say


class Option(click.Option):
    """An option whose help is the text ``option.NAME``."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        own = f"{getattr(ctx.command, 'key', '')}.{self.name}"
        key = own if can_say(f"option.{own}") else str(self.name)
        self.help = say(f"option.{key}") if can_say(f"option.{key}") else self.help
        return super().get_help_record(ctx)


class Argument(click.Argument):
    """An argument whose help is the text ``argument.COMMAND_NAME``."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        return self.make_metavar(ctx), say(f"argument.{getattr(ctx.command, 'key', '')}_{self.name}")


class Command(click.Command):
    """A command whose help is the texts ``command.KEY`` (short) and, where there is one, ``about.KEY``."""

    def __init__(self, key: str, **arguments: Any) -> None:
        super().__init__(name=key.rpartition("_")[2], **arguments)
        self.key = key

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(
            ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=f"{say('help.usage')} "
        )

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.help = say(f"command.{self.key}")
        if can_say(f"about.{self.key}"):
            self.help += "\n\n" + say(f"about.{self.key}")
        super().format_help_text(ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [record for param in self.get_params(ctx) if (record := param.get_help_record(ctx)) is not None]
        if records:
            with formatter.section(say("help.options")):
                formatter.write_dl(records)

    def get_short_help_str(self, limit: int = 45) -> str:
        return say(f"command.{self.key}")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say("help.help")
        return option


class LazyGroup(Command, click.Group):
    """A group whose commands are modules, imported when they are called: listing them costs nothing."""

    def __init__(self, key: str, modules: dict[str, str], **arguments: Any) -> None:
        super().__init__(key, **arguments)
        self.modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.modules:
            return None
        module, _, attribute = self.modules[cmd_name].partition(":")
        found: click.Command = getattr(import_module(module), attribute or "command")
        return found

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        Command.format_options(self, ctx, formatter)
        with formatter.section(say("help.commands")):
            formatter.write_dl([(name, say(f"command.{self._key_of(name)}")) for name in self.modules])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.modules and not args[0].startswith("-"):
            raise click.UsageError(say("error.no_such_command", name=args[0]), ctx)
        return super().resolve_command(ctx, args)

    def _key_of(self, name: str) -> str:
        return name if self.key == "firebreak" else f"{self.key}_{name}"


def command(key: str) -> Callable[[Callable[..., Any]], Command]:
    """Decorate a function as the command ``key``; its options come from the decorators below it."""

    def wrap(function: Callable[..., Any]) -> Command:
        parameters = list(reversed(getattr(function, "__click_params__", [])))
        parameters.append(Option(["--lang"], type=click.Choice(["zh", "en"]), expose_value=False))
        return Command(key, callback=function, params=parameters)

    return wrap


def option(*names: str, **arguments: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``click.option`` with its help from the catalogue."""
    return click.option(*names, cls=Option, **arguments)


def argument(*names: str, **arguments: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``click.argument`` with its help from the catalogue."""
    return click.argument(*names, cls=Argument, **arguments)


def lake_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--lake FOLDER``."""
    return option("--lake", required=True, envvar="FIREBREAK_LAKE", type=click.Path(path_type=Path, file_okay=False))(
        function
    )


def engine_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--engine duckdb|spark-local|spark://HOST:PORT``: what executes the engine's steps."""
    wanted = option("--engine", default=DUCKDB, envvar="FIREBREAK_ENGINE", callback=lambda _c, _p, word: known(word))
    return wanted(function)


def by_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--by NAME``: who does it; the user of the operating system where not given."""
    return option("--by", default=_user, envvar="FIREBREAK_BY", show_default=False)(function)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
