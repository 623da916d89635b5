"""A PostgreSQL cluster for one test session: made in a temporary folder, reached by a socket, gone afterwards."""

from __future__ import annotations

import atexit
import glob
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

_SHARED = "FIREBREAK_TEST_CLUSTER"
_USER = "firebreak"


WANTED = os.environ.get("FIREBREAK_TEST_DATABASE") == "postgresql"
INSTALLED = bool(glob.glob("/usr/lib/postgresql/*/bin/initdb"))


def postgresql_url() -> str:
    """The address of a database for a user who is no superuser, so that row-level security holds.

    The first process of the session starts the cluster; its workers find it in the environment.
    """
    if _SHARED not in os.environ:
        os.environ[_SHARED] = _start()
    return f"postgresql://{_USER}@{quote(os.environ[_SHARED], safe='')}/postgres"


def _start() -> str:
    programs_folder = Path(sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1])
    folder = Path(tempfile.mkdtemp(prefix="firebreak-pg-"))
    as_user = _unprivileged(folder)
    run = lambda *command: subprocess.run([*as_user, *command], check=True, capture_output=True, cwd="/")  # noqa: E731
    run(programs_folder / "initdb", "-D", folder / "data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync")
    options = f"-k {folder} -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    run(programs_folder / "pg_ctl", "-D", folder / "data", "-w", "-o", options, "-l", folder / "log", "start")
    atexit.register(_stop, as_user, programs_folder, folder, os.getpid())
    make = f"CREATE ROLE {_USER} LOGIN CREATEDB NOSUPERUSER"
    run(programs_folder / "psql", "-h", folder, "-U", "postgres", "-d", "postgres", "-c", make)
    return str(folder)


def _unprivileged(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: then the user that Debian made for it runs it."""
    if os.getuid() != 0:
        return []
    owner = pwd.getpwnam("postgres")
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups", "--"]


def _stop(as_user: list[str], programs: Path, folder: Path, starter: int) -> None:
    if os.getpid() != starter:
        return
    subprocess.run([*as_user, programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop"],
                   check=False, capture_output=True, cwd="/")  # fmt: skip
    shutil.rmtree(folder, ignore_errors=True)
