"""Many writers at once: nobody fails, nothing is lost, every chain is whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.desks.cluster import INSTALLED, WANTED, postgresql_url

ROOT = Path(__file__).parents[2]


def test_eight_writers_leave_one_whole_chain_each_area(tmp_path: Path) -> None:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("FIREBREAK_", "DATABASE_", "DJANGO_"))
    }
    address = postgresql_url().rpartition("/")[0] + "/template1" if WANTED and INSTALLED else ""
    if address:
        import psycopg

        with psycopg.connect(address, autocommit=True) as connection:
            name = f"crowd_{os.getpid()}"
            connection.execute(f"CREATE DATABASE {name}")
        address = address.rpartition("/")[0] + f"/{name}"
    env = {**kept, "FIREBREAK_HOME": str(tmp_path), "DATABASE_URL": address}
    command = [sys.executable, "-m", "tests.desks.crowd", "8", "25"]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert (said["errors"], said["problems"]) == ([], 0)
    assert said["entries"] == 8 * 2 + 8 * 25
