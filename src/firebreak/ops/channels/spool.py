"""Where deliveries lie until they are taken in: one folder a receipt, readable by this service alone.

The file keeps its own name, since a channel's files are told apart by theirs; a name that leads anywhere is refused.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from firebreak.ops.base.policy import Refused
from firebreak.ops.channels.policies import DELIVER
from firebreak.terms.errors import FirebreakError, value_class

LONGEST_NAME = 200
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """Delivered bytes that are on the disk, and what is known of them."""

    receipt: str
    file_name: str
    bytes: int
    sha256: str


def keep(blocks: Iterable[bytes], name: str) -> Kept:
    """Write a delivery down, on the disk before its receipt is given. Errors: Refused for its name, FirebreakError
    where it is empty or too large; then nothing of it is left."""
    check_name(name)
    receipt = secrets.token_hex(16)
    folder = _folder(receipt)
    folder.mkdir(mode=0o700, parents=True)
    try:
        kept = _written(folder / name, blocks, receipt)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return kept


def path_of(receipt: str, name: str) -> Path:
    """Where its bytes lie."""
    return _folder(receipt) / name


def drop(receipt: str) -> None:
    """Its bytes are in the lake, or nobody wants them."""
    shutil.rmtree(_folder(receipt), ignore_errors=True)


def sweep(kept: Collection[str]) -> int:
    """Drop what is a day old and belongs to no delivery that may still need it; how many. Whoever died between writing
    bytes down and saying so, or between the lake's commit and dropping them, leaves such."""
    root: Path = settings.FIREBREAK_SPOOL
    old = time.time() - 24 * 3600
    gone = (
        [one for one in root.iterdir() if one.name not in kept and one.stat().st_mtime < old] if root.is_dir() else []
    )
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return len(gone)


def check_name(name: str) -> None:
    """Raise Refused unless this is a plain file name: no folder, no drive, nothing hidden, no control character."""
    bad = (
        not name.strip() or len(name.encode("utf-8", "replace")) > LONGEST_NAME or name.startswith((".", "~$"))
        or any(one in name for one in "/\\\0") or (len(name) > 1 and name[1] == ":") or not name.isprintable()
    )  # fmt: skip
    if bad:
        raise Refused(
            "FB-CHANNEL-NAME", value_class(name), "A delivery's name is a plain file name of at most 200 bytes.",
            "Give the file's own name, without folders.", DELIVER.key,
        )  # fmt: skip


def too_large() -> Refused:
    """More bytes than this installation takes at once."""
    most = settings.FIREBREAK_MAX_UPLOAD_BYTES // (1 << 20)
    return Refused(
        "FB-DESK-BODY", f"> {most} MB", f"At most {most} MB at once.", "Deliver it in parts, or packed.", DELIVER.key
    )


def _written(path: Path, blocks: Iterable[bytes], receipt: str) -> Kept:
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for block in blocks:
            size += len(block)
            if size > settings.FIREBREAK_MAX_UPLOAD_BYTES:
                raise too_large()
            digest.update(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise FirebreakError("FB-CHANNEL-EMPTY", "0 bytes", "A delivery holds something.", "Look at the file.")
    return Kept(receipt, path.name, size, digest.hexdigest())


def _folder(receipt: str) -> Path:
    if not receipt.isalnum():
        raise ValueError("a receipt is of letters and digits")
    folder: Path = settings.FIREBREAK_SPOOL / receipt
    return folder
