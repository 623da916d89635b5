"""Archives: every table file inside a delivery, unpacked within limits, before the first one is read.

A damaged member refuses the delivery as a whole. Members are kept beside each other under numbers, never under their
own names, so that no name leads anywhere.
"""

from __future__ import annotations

import gzip
import hashlib
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

from firebreak.engine.intake.readers.errors import file_error
from firebreak.engine.intake.readers.found import Found
from firebreak.engine.intake.readers.limits import DEPTH, MEMBERS, check_unpacked
from firebreak.engine.intake.readers.magic import kind_of

ARCHIVES = ("zip", "gz", "tar")
_BLOCK = 1 << 20
_SMALL = 1 << 20
_JUNK = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


def tables_in(path: Path) -> Iterator[Found]:
    """Every table file at ``path``: itself, or what it holds if it is an archive (zip, gz, tar, tar.gz; nested).

    Unpacked files live as long as the iterator. Raises FileError before the first one is given.
    """
    found = _delivered(path)
    if kind_of(found) not in ARCHIVES:
        yield found
        return
    with tempfile.TemporaryDirectory(prefix="firebreak-") as folder:
        unpacking = _Unpacking(Path(folder), found.size)
        tables = list(unpacking.tables(found, 1))
        if not tables:
            raise file_error("FB-F004", found.label, "an archive without files")
        yield from tables


def _delivered(path: Path) -> Found:
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return Found(str(path), "", path, digest)
    except OSError as error:
        raise file_error("FB-F014", path.name, type(error).__name__) from None


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass
class _Unpacking:
    """One delivery being unpacked: where to, how large it was, how many files and bytes have come out of it."""

    folder: Path
    packed: int
    unpacked: int = 0
    files: int = 0
    _open: list[str] = field(default_factory=list)

    def tables(self, found: Found, depth: int) -> Iterator[Found]:
        """What ``found`` holds, through archives within it."""
        kind = kind_of(found)
        if kind not in ARCHIVES:
            yield found
            return
        if depth > DEPTH:
            raise file_error("FB-F010", found.label)
        opener = {"zip": self._zip, "gz": self._gz, "tar": self._tar}[kind]
        try:
            members = list(opener(found))
        except RuntimeError:  # zipfile's word for a password
            raise file_error("FB-F005", found.label) from None
        except (EOFError, zipfile.BadZipFile, tarfile.TarError, zlib.error, OSError, NotImplementedError) as error:
            raise file_error("FB-F002", found.label, _what(error)) from None
        for member in members:
            # a gz is a wrapper, not a level: tar.gz and csv.gz nest no deeper than tar and csv
            yield from self.tables(member, depth + (kind != "gz"))

    def _zip(self, found: Found) -> Iterator[Found]:
        with found.open() as stream, zipfile.ZipFile(stream) as archive:
            for info in archive.infolist():
                name = _zip_name(info)
                if info.is_dir() or self._skips(found, name):
                    continue
                if info.flag_bits & 1:
                    raise file_error("FB-F005", found.label)
                with archive.open(info) as member:
                    yield self._take(found, name, member, info.compress_size)

    def _tar(self, found: Found) -> Iterator[Found]:
        with found.open() as stream, tarfile.open(fileobj=stream, mode="r:", encoding="utf-8") as archive:
            for info in archive:
                if not info.isfile() or self._skips(found, name := _mended(info.name)):
                    continue
                member = archive.extractfile(info)
                if member is not None:
                    taken = self._take(found, name, member, info.size)
                    if taken.size != info.size:
                        raise EOFError
                    yield taken

    def _gz(self, found: Found) -> Iterator[Found]:
        name = (found.member or PurePosixPath(found.name).name).removesuffix(".gz")
        name = f"{name[:-4]}.tar" if name.endswith(".tgz") else name
        with found.open() as stream, gzip.GzipFile(fileobj=stream) as member:
            yield self._take(found, name, member, found.size, wrapper=True)

    def _skips(self, found: Found, name: str) -> bool:
        """Whether the member is no part of the delivery. Raises where its name leads out, or there are too many."""
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if name.startswith(("/", "\\")) or ".." in parts or (len(name) > 1 and name[1] == ":"):
            raise file_error("FB-F011", found.label)
        self.files += 1
        if self.files > MEMBERS:
            raise file_error("FB-F010", found.label)
        return any(part in _JUNK or part.startswith("._") for part in parts)

    def _take(self, found: Found, name: str, member: _Readable, packed: int, *, wrapper: bool = False) -> Found:
        """Copy one member out, counting. ``packed`` is its size inside the archive."""
        path = self.folder / f"{len(self._open):06d}"
        self._open.append(name)
        digest, size = hashlib.sha256(), 0
        with path.open("wb") as out:
            while block := member.read(_BLOCK):
                size += len(block)
                self.unpacked += len(block)
                check_unpacked(found.label, packed, size)
                check_unpacked(found.label, self.packed, self.unpacked // DEPTH)
                digest.update(block)
                out.write(block)
        place = name if wrapper else f"{found.member}/{name}" if found.member else name
        data: bytes | Path = path if size > _SMALL else path.read_bytes()
        return Found(found.name, place, data, digest.hexdigest())


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The member's name. Without the UTF-8 flag Chinese systems write GBK where the standard has code page 437."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for codec in ("ascii", "utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return info.filename


def _mended(name: str) -> str:
    """A tar name that is no UTF-8 is GBK."""
    raw = name.encode("utf-8", "surrogateescape")
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return name.encode("utf-8", "replace").decode()


def _what(error: Exception) -> str:
    return "a kind of packing that is not known" if isinstance(error, NotImplementedError) else "the archive is damaged"
