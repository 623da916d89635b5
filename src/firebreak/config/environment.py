"""What the environment says about this installation, read once and checked before anything starts."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from firebreak.config.databases import Database, database
from firebreak.terms.errors import ConfigError

Mode = Literal["drill", "production", "test"]
MODES: tuple[Mode, ...] = ("drill", "production", "test")
_TRUE = ("1", "true", "yes", "on")


@dataclass(frozen=True, slots=True)
class Environment:
    """One installation. ``home`` holds its database, keys (drills only) and collected static files.

    ``mode``: ``drill`` makes its own secrets at the first start; ``production`` refuses to start without those it is
    given; ``test`` writes nothing. ``url`` is the public address. ``proxies``: how many trusted proxies stand in front.
    ``today``: the day a drill plays, if it is not the real one. ``division`` answers for the lake and for what came
    into it past the desks; empty: the whole country. ``specs``: a folder of channel specs besides those shipped.
    ``spool``: where deliveries lie until they are taken in.
    """

    mode: Mode
    home: Path
    url: str
    database: Database
    debug: bool
    secret_key: str
    keys_file: Path
    proxies: int
    tls_cert: Path | None
    tls_key: Path | None
    lake: Path | None
    today: date | None
    division: str
    spool: Path
    specs: Path | None
    oidc: Mapping[str, str]
    max_upload_bytes: int
    two_people: frozenset[str]

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def secure(self) -> bool:
        """Do browsers reach it by https?"""
        return self.url.startswith("https://")


def read(environ: Mapping[str, str] = os.environ) -> Environment:
    """The environment as this installation's settings. Errors: ConfigError, ``FB-CONFIG-…``."""
    mode = _mode(environ.get("FIREBREAK_MODE", "drill"))
    home = Path(environ.get("FIREBREAK_HOME", "build/console")).absolute()
    return Environment(
        mode=mode,
        home=home,
        url=_url(environ.get("FIREBREAK_URL", "http://127.0.0.1:8000")),
        database=database(environ.get("DATABASE_URL", ""), home, mode == "test"),
        debug=environ.get("FIREBREAK_DEBUG", "").lower() in _TRUE,
        secret_key=_secret(environ, home, mode),
        keys_file=Path(environ.get("FIREBREAK_KEYS_FILE", home / "keys.json")),
        proxies=_number(environ, "FIREBREAK_PROXIES", 0),
        tls_cert=_path(environ, "FIREBREAK_TLS_CERT"),
        tls_key=_path(environ, "FIREBREAK_TLS_KEY"),
        lake=_path(environ, "FIREBREAK_LAKE"),
        today=None if mode == "production" else _day(environ, "FIREBREAK_TODAY"),
        division=_division(environ, "" if mode == "production" else "3202"),
        specs=_path(environ, "FIREBREAK_SPECS"),
        spool=_path(environ, "FIREBREAK_SPOOL") or home / "spool",
        oidc={name.removeprefix("FIREBREAK_OIDC_").lower(): value for name, value in environ.items()
              if name.startswith("FIREBREAK_OIDC_") and value},
        max_upload_bytes=_number(environ, "FIREBREAK_MAX_UPLOAD_MB", 512) * 1024 * 1024,
        two_people=_two_people(environ.get("FIREBREAK_TWO_PEOPLE", "must")),
    )  # fmt: skip


def _mode(text: str) -> Mode:
    for mode in MODES:
        if text == mode:
            return mode
    raise ConfigError("FB-CONFIG-VALUE", "FIREBREAK_MODE", "It is drill or production.", "Correct or unset it.")


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme in ("http", "https") and parts.hostname and parts.path in ("", "/") and not parts.query:
        return text.rstrip("/")
    raise ConfigError(
        "FB-CONFIG-VALUE",
        "FIREBREAK_URL",
        "It is the public address, scheme and host only, as https://desks.example.",
        "Correct or unset it.",
    )


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, "")
    if not text:
        return default
    if text.isascii() and text.isdigit():
        return int(text)
    raise ConfigError("FB-CONFIG-VALUE", name, "It is a whole number.", "Correct or unset it.")


def _division(environ: Mapping[str, str], default: str) -> str:
    """The code of the division that answers for the lake."""
    code = environ.get("FIREBREAK_DIVISION", default)
    if code and not (code.isascii() and code.isdigit() and len(code) in (2, 4, 6)):
        raise ConfigError("FB-CONFIG-VALUE", "FIREBREAK_DIVISION", "It is a code of 2, 4 or 6 digits.", "Correct it.")
    return code


def _two_people(text: str) -> frozenset[str]:
    """The kinds of ruling on identity that a second person must confirm; ``none``: no kind."""
    kinds = frozenset(one for one in text.replace(" ", "").split(",") if one and one != "none")
    if kinds <= {"must", "cannot", "undo"}:
        return kinds
    raise ConfigError(
        "FB-CONFIG-VALUE", "FIREBREAK_TWO_PEOPLE", "It lists must, cannot, undo, or is none.", "Correct or unset it."
    )


def _day(environ: Mapping[str, str], name: str) -> date | None:
    """The day that a drill plays."""
    text = environ.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ConfigError("FB-CONFIG-VALUE", name, "It is a day, as 2020-01-31.", "Correct or unset it.") from None


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    return Path(environ[name]).absolute() if environ.get(name) else None


def _secret(environ: Mapping[str, str], home: Path, mode: Mode) -> str:
    """The secret, or what is in FIREBREAK_SECRET_FILE; a drill keeps its own in its home; empty where missing."""
    if environ.get("FIREBREAK_SECRET_KEY"):
        return environ["FIREBREAK_SECRET_KEY"]
    named = environ.get("FIREBREAK_SECRET_FILE")
    if mode == "test":
        return secrets.token_urlsafe(64)
    if named or mode == "drill":
        return _from_file(Path(named) if named else home / "secret.key", make=not named)
    return ""


def _from_file(path: Path, make: bool) -> str:
    if make and not path.exists():
        write_private(path, secrets.token_urlsafe(64))
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(
            "FB-CONFIG-FILE", path.name, "The secret's file must be readable text.", "Correct FIREBREAK_SECRET_FILE."
        ) from None


def write_private(path: Path, text: str) -> None:
    """Write a new file that only its owner may read; folders are made. An existing file stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
