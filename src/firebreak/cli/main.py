"""The ``firebreak`` command: one group, one file a command, and one place where errors become words."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

import click

from firebreak.cli.base import LazyGroup, Option
from firebreak.cli.language import choose, half, language, say, use
from firebreak.terms.errors import FirebreakError, errors_in_chinese

_NAMES = (
    "run",
    "drill",
    "ingest",
    "link",
    "trace",
    "retrace",
    "assess",
    "explain",
    "grade",
    "specs",
    "normalisers",
    "lake",
)

_DESKS = {
    "publish": "firebreak.cli.publish",
    "serve": "firebreak.config.serve",  # the server is put together in the room above this one
    "ledger": "firebreak.cli.ledger",
    "keys": "firebreak.cli.keys",
    "accounts": "firebreak.cli.accounts",
}

cli = LazyGroup(
    "firebreak",
    {name: f"firebreak.cli.{name}" for name in _NAMES} | _DESKS,
    params=[
        Option(["--lang"], type=click.Choice(["zh", "en"]), expose_value=False),
        Option(["--version"], is_flag=True, is_eager=True, expose_value=False, callback=lambda c, p, v: _version(c, v)),
    ],
)


def _version(context: click.Context, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        click.echo(f"firebreak {version('firebreak')}")
        context.exit()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command. Exit codes: 0 done; 1 done, but something is wrong with the data; 2 a mistake to mend."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    use(choose(arguments))
    try:
        sys.exit(cli.main(list(arguments), prog_name="firebreak", standalone_mode=False) or 0)
    except FirebreakError as error:
        for one in getattr(error, "each", (error,)):
            _block(one.code, _said(one))
    except click.UsageError as error:
        _usage(error)
    except click.ClickException as error:
        _block("FB-CLI", (("what", error.format_message()),))
    except (click.Abort, KeyboardInterrupt):
        click.echo(say("error.stopped"), err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        if os.environ.get("FIREBREAK_DEBUG"):
            raise
        _block("FB-FILE", _said(_unusable(error)))
    except Exception as error:
        if os.environ.get("FIREBREAK_DEBUG"):
            raise
        _bug(error)
    sys.exit(2)


def _said(error: FirebreakError) -> list[tuple[str, str]]:
    """The error in the language of this call; the detail (a file, a key) stands as it was raised."""
    chinese = errors_in_chinese().get(error.code) if language() == "zh" else None
    if chinese is None:
        return [("what", error.what), ("rule", error.rule), ("remedy", error.remedy)]
    return [("what", f"{chinese['what']}（{error.what}）"), ("rule", chinese["rule"]), ("remedy", chinese["remedy"])]


def _unusable(error: OSError) -> FirebreakError:
    """The file and what the system says of it; never the message, which a library may have put together itself."""
    name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else ""
    what = f"{name}: {error.strerror or type(error).__name__}".removeprefix(": ")
    rule = "Files and folders must be there and usable by this user."
    return FirebreakError("FB-FILE", what, rule, "Check the path, its permissions and the space left on the disk.")


def _block(code: str, lines: Sequence[tuple[str, str]]) -> None:
    """Code, what, rule and remedy as one block on standard error."""
    click.echo(f"{click.style(say('error.error'), fg='red', bold=True)} {code}", err=True)
    for key, text in lines:
        if text:
            click.echo(f"  {say(f'error.{key}')} {half(text)}", err=True)


def _usage(error: click.UsageError) -> None:
    lines = [("what", _words(error))]
    if error.ctx is not None:
        lines.append(("remedy", say("error.see_help", command=error.ctx.command_path)))
    _block("FB-CLI-USAGE", lines)


def _words(error: click.UsageError) -> str:
    """Click's own complaints in the language of the call."""
    name = getattr(getattr(error, "param", None), "opts", [""])[0]
    if isinstance(error, click.NoSuchOption):
        hint = say("error.perhaps", names=" ".join(error.possibilities)) if error.possibilities else ""
        return say("error.no_such_option", name=error.option_name) + hint
    if isinstance(error, click.MissingParameter):
        return say("error.missing", name=name)
    if isinstance(error, click.BadParameter) and name:
        return say("error.bad_value", name=name, why=error.message)
    return error.format_message()


def _bug(error: Exception) -> None:
    """A fault of the program: where it happened, without the message, which might hold a person's value."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(frame.filename)}:{frame.lineno}"
    _block("FB-BUG", (("what", f"{type(error).__name__} · {place}"), ("remedy", say("error.report_bug"))))


if __name__ == "__main__":
    main()
