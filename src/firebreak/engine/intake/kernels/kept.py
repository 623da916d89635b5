"""Where compiled loops are kept, and that they are those of this code.

numba looks at a loop's own file alone to see whether it has changed, yet a loop has those of other files compiled into
it. So a digest of all of them stands beside what was compiled; where it is another, all of that is thrown away.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import numba
from numba.core.caching import CompileResultCacheImpl

_STAMP = "kernels.sha256"


def discard_stale() -> None:
    """Throw away what was compiled from other code than what stands here. Where nothing can be kept, neither beside
    the code nor in the user's cache, loops are kept in a temporary folder until the process ends."""
    folder = _folder()
    stamp, digest = folder / _STAMP, _digest()
    try:
        if stamp.read_text("ascii") == digest:
            return
    except (OSError, ValueError):
        pass
    for kept in (*folder.glob("*.nbi"), *folder.glob("*.nbc")):
        kept.unlink(missing_ok=True)
    stamp.write_text(digest, "ascii")


def _folder() -> Path:
    """Where numba keeps the loops of this package."""
    try:
        return _where_numba_keeps()
    except RuntimeError:  # no locator available
        private = tempfile.mkdtemp(prefix="firebreak-loops-")
        atexit.register(shutil.rmtree, private, ignore_errors=True)
        os.environ["NUMBA_CACHE_DIR"] = private  # for the processes that this one starts
        numba.config.reload_config()  # type: ignore[no-untyped-call]
        return _where_numba_keeps()


def _where_numba_keeps() -> Path:
    return Path(CompileResultCacheImpl(_digest).locator.get_cache_path())  # type: ignore[no-untyped-call]


def _digest() -> str:
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
