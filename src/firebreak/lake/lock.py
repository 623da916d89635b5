"""One writer at a time: an flock that the kernel releases when its process ends, however it ends."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

from firebreak.lake import errors, layout


class WriterLock:
    """Taken and released in nested pairs by one Lake object; only the outermost pair touches the kernel."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._handle = -1
        self._depth = 0

    def acquire(self) -> bool:
        """True where this was the outermost. LakeError FB-LAKE-LOCKED where another holds it, FB-LAKE-READONLY where
        this user may not write."""
        if self._depth == 0:
            try:
                handle = os.open(self._root / layout.LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            except OSError as error:
                if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
                    raise errors.readonly(self._root) from None
                raise
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                raise errors.locked(self._root) from None
            self._handle = handle
        self._depth += 1
        return self._depth == 1

    def release(self) -> None:
        """Undo one ``acquire``."""
        self._depth -= 1
        if self._depth == 0:
            os.close(self._handle)
            self._handle = -1
