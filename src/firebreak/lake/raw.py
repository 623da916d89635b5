"""The delivered bytes, kept as they came (zstd), by their SHA-256: what ``explain`` walks back to."""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa

_BLOCK = 1 << 20


def keep(data: bytes | Path, target: Path) -> None:
    """Compress delivered bytes into ``target``. The commit brings them to the disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source: BinaryIO = BytesIO(data) if isinstance(data, bytes) else data.open("rb")
    with source, pa.OSFile(str(target), "wb") as sink, pa.CompressedOutputStream(sink, "zstd") as packed:
        shutil.copyfileobj(source, packed, _BLOCK)


def opened(path: Path) -> BinaryIO:
    """A stream of the delivered bytes. FileNotFoundError where retention has dropped them."""
    return cast(BinaryIO, pa.CompressedInputStream(pa.OSFile(str(path), "rb"), "zstd"))
