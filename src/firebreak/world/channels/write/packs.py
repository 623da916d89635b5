"""Archives around files, with fixed time stamps so that the same rows give the same bytes."""

from __future__ import annotations

import gzip
import io
import zipfile

_STAMP = (2020, 1, 1, 0, 0, 0)


def zipped(members: list[tuple[str, bytes]]) -> bytes:
    """A zip archive of the members, in that order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


def gzipped(content: bytes) -> bytes:
    """A gzip file without name and time."""
    return gzip.compress(content, compresslevel=4, mtime=0)
