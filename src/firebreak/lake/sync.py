"""Bring what was written to the disk, before the catalog says that it is there."""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

MANY = 24
"""So many files are brought to the disk sooner by one sync of their file system than one by one."""


def to_disk(root: Path, paths: Collection[Path]) -> None:
    """Sync these files and the folders they are in, up to ``root``. Raises OSError."""
    folders = {folder for path in paths for folder in path.parents if folder.is_relative_to(root)}
    if len(paths) >= MANY and _whole_file_system(root):
        return
    for path in (*paths, *folders):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _whole_file_system(root: Path) -> bool:
    """``syncfs(2)``; False where this system has none."""
    call = _syncfs()
    if call is None:
        return False
    handle = os.open(root, os.O_RDONLY)
    try:
        if call(handle) == 0:
            return True
        code = ctypes.get_errno()
    finally:
        os.close(handle)
    if code in (errno.ENOSYS, errno.EOPNOTSUPP):
        return False
    raise OSError(code, os.strerror(code))


@cache
def _syncfs() -> Any:
    return getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
