"""Compiled loops are those of the code beside them, wherever they are kept."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

USE = "from firebreak.engine.intake.kernels import words; assert words.equal(97, 97)"


def test_loops_of_other_code_are_thrown_away(tmp_path: Path) -> None:
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", "from firebreak.engine.intake import kernels"]
    subprocess.run(command, env=environment, check=True)
    (stamp,) = tmp_path.glob("*/kernels.sha256")
    kept = stamp.with_name("words.equal-1.nbi")
    kept.touch()
    subprocess.run(command, env=environment, check=True)
    assert kept.exists()
    stamp.write_text("of other code", "ascii")
    subprocess.run(command, env=environment, check=True)
    assert not kept.exists()
    assert stamp.read_text("ascii") != "of other code"


def test_loops_run_where_nothing_can_be_kept_beside_them_and_leave_nothing_behind(tmp_path: Path) -> None:
    nowhere = (
        "from numba.core import caching; caching.CacheImpl._locator_classes = [caching.UserProvidedCacheLocator]; "
    )
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    environment.pop("NUMBA_CACHE_DIR", None)
    subprocess.run([sys.executable, "-c", nowhere + USE], env=environment, check=True)
    assert list(tmp_path.iterdir()) == []
