"""A folder for an executor's intermediate rows, gone when it is closed, and swept by the next one where it was killed.

The rows may be those of persons: the folder is its owner's alone (0700), and none outlives its process for longer than
until somebody opens the next one beside it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

_LOCK = ".lock"
"""The kernel releases it however the process ends."""


class Scratch:
    """``with Scratch(base) as folder``: a new empty folder under ``base``, which is made where there is none."""

    def __init__(self, base: Path) -> None:
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(base)
        self.path = Path(tempfile.mkdtemp(prefix="run-", dir=base))
        self._handle = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._handle, fcntl.LOCK_EX)

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the folder. A second time does nothing."""
        if self._handle >= 0:
            shutil.rmtree(self.path, ignore_errors=True)
            os.close(self._handle)
            self._handle = -1


def _sweep(base: Path) -> None:
    """Remove the folders whose process is gone. One without a lock yet is being made."""
    for folder in base.glob("run-*"):
        try:
            handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        else:
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(handle)
