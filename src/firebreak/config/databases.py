"""``DATABASE_URL`` as Django's settings: SQLite by default, PostgreSQL by one address."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from firebreak.terms.errors import ConfigError

Database = dict[str, Any]

# WAL: readers do not wait for the writer. NORMAL in WAL loses no commit to a crash of the program, and tears no page.
_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
    " PRAGMA cache_size=-64000; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
)


def database(url: str, home: Path, in_memory: bool = False) -> Database:
    """Django's entry for the default database.

    ``url``: empty (``home/desks.sqlite``), ``sqlite:///PATH`` or ``postgresql://user:password@host:port/name?option=…``;
    a host that starts with ``/`` (percent-encoded) is a socket's folder. Errors: ConfigError.
    """
    parts = urlsplit(url)
    if not url or parts.scheme == "sqlite":
        path = unquote(parts.path)[1:] if url else ""
        return _sqlite(":memory:" if in_memory and not path else Path(path or home / "desks.sqlite"))
    if parts.scheme in ("postgres", "postgresql"):
        return _postgresql(url)
    raise ConfigError(
        "FB-CONFIG-VALUE",
        "DATABASE_URL",
        "It starts with postgresql:// or sqlite:///.",
        "Correct it, or unset it for SQLite in FIREBREAK_HOME.",
    )


def _sqlite(path: Path | str) -> Database:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "ATOMIC_REQUESTS": False,  # a read must not take the writer's lock
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": _PRAGMAS},
    }


def _postgresql(url: str) -> Database:
    parts = urlsplit(url)
    if not parts.path.strip("/"):
        raise ConfigError("FB-CONFIG-VALUE", "DATABASE_URL", "It names a database.", "Add /NAME after the host.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "firebreak", **dict(parse_qsl(parts.query))},
    }
