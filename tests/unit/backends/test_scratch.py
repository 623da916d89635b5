"""Intermediate rows: their folder is the owner's alone, and none outlives a killed process for long."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from firebreak.engine.backends.scratch import Scratch

KILLED = """
import os, sys
from pathlib import Path
from firebreak.engine.backends.scratch import Scratch
folder = Scratch(Path(sys.argv[1])).path
(folder / "rows.parquet").write_bytes(b"rows")
os.kill(os.getpid(), 9)
"""


def test_the_next_one_sweeps_what_a_killed_process_left_and_leaves_the_living_alone(tmp_path: Path) -> None:
    with Scratch(tmp_path) as living:
        (living / "rows.parquet").write_bytes(b"rows")
        subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
        assert len(list(tmp_path.glob("run-*/rows.parquet"))) == 2
        with Scratch(tmp_path):
            assert list(tmp_path.glob("run-*/rows.parquet")) == [living / "rows.parquet"]
    assert not list(tmp_path.iterdir())


def test_nobody_else_may_look_into_it(tmp_path: Path) -> None:
    with Scratch(tmp_path / "base") as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        assert folder.parent.stat().st_mode & 0o777 == 0o700
