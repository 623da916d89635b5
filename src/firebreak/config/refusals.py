"""What a production installation refuses to start with, each with its reason."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from firebreak.config.environment import Environment
from firebreak.terms.errors import ConfigError

_SHORT = 50
_KNOWN = ("django-insecure", "changeme", "change-me", "secret", "default", "example", "password")


def refuse(environment: Environment) -> None:
    """Raise if a production installation may not start; the error holds every reason. Drills and tests may."""
    if environment.mode != "production":
        return
    reasons = list(refusals(environment))
    if reasons:
        first = reasons[0]
        raise ConfigError(first.code, first.what, first.rule, first.remedy, each=tuple(reasons))


def refusals(environment: Environment) -> Iterator[ConfigError]:
    """Every reason why this environment is not fit for people's data."""
    yield from _secret(environment)
    yield from _debug(environment)
    yield from _plain_http(environment)
    yield from _vault(environment)


def _secret(environment: Environment) -> Iterator[ConfigError]:
    secret = environment.secret_key
    weak = len(secret) < _SHORT or len(set(secret)) < 10 or any(word in secret.lower() for word in _KNOWN)
    if weak:
        found = "empty" if not secret else f"{len(secret)} characters, or a well-known word in them"
        yield ConfigError(
            "FB-CONFIG-SECRET",
            f"FIREBREAK_SECRET_KEY: {found}",
            "Sessions and links are signed with it: whoever knows or guesses it can be anybody.",
            "Put 64 random characters into a file that only the service reads, and name it in FIREBREAK_SECRET_FILE.",
        )


def _debug(environment: Environment) -> Iterator[ConfigError]:
    if environment.debug:
        yield ConfigError(
            "FB-CONFIG-DEBUG",
            "FIREBREAK_DEBUG is on",
            "Error pages of a debug run show settings, queries and people's values to whoever caused the error.",
            "Unset FIREBREAK_DEBUG.",
        )


def _plain_http(environment: Environment) -> Iterator[ConfigError]:
    own_tls = environment.tls_cert is not None and environment.tls_key is not None
    if not environment.secure:
        found = "FIREBREAK_URL is not https"
    elif not own_tls and not environment.proxies:
        found = "FIREBREAK_URL is https, but nothing here ends TLS"
    else:
        return
    yield ConfigError(
        "FB-CONFIG-HTTP",
        found,
        "Passwords, sessions and names must not cross a network in the clear.",
        "Set FIREBREAK_URL=https://… with FIREBREAK_TLS_CERT and FIREBREAK_TLS_KEY, or FIREBREAK_PROXIES=1 behind a "
        "proxy that ends TLS and sets X-Forwarded-Proto.",
    )


def _vault(environment: Environment) -> Iterator[ConfigError]:
    problem = _problem_of_keys(environment.keys_file, environment.home)
    if problem:
        yield ConfigError(
            "FB-CONFIG-VAULT",
            f"FIREBREAK_KEYS_FILE: {problem}",
            "Names, numbers, phones and addresses are stored encrypted; the keys lie apart from the data.",
            "Make one with firebreak keys new FILE outside FIREBREAK_HOME, readable by the service only (chmod 600).",
        )


def _problem_of_keys(path: Path, home: Path) -> str:
    try:
        mode = path.stat().st_mode
    except OSError:
        return "missing"
    if path.resolve().is_relative_to(home.resolve()):
        return "lies beside the data it protects"
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return "others on this machine may read or change it"
    return ""
