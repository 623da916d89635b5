"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import zipfile
from functools import lru_cache

from firebreak.engine.intake.readers.found import Found

_CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_FOREIGN = (
    b"%PDF",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"BM",
    b"\x7fELF",
    b"MZ",
    b"BZh",
    b"\xfd7zXZ",
)
_MARK = b"\xef\xbb\xbf"


def kind_of(found: Found) -> str:
    """``gz``, ``zip``, ``tar``, ``xlsx``, ``xls``, ``encrypted``, ``foreign``, ``markup``, ``tree`` or ``text``."""
    return _remembered(found) if found.sha256 else _kind(found)


@lru_cache(maxsize=8)
def _remembered(found: Found) -> str:
    """Asked for some times of each file, by those who open, classify and read it."""
    return _kind(found)


def _kind(found: Found) -> str:
    with found.open() as stream:
        head = stream.read(1024)
    if head.startswith(_ZIP):
        return "xlsx" if _is_workbook(found) else "zip"
    if head.startswith(b"\x1f\x8b"):
        return "gz"
    if head.startswith(_CFB):
        return "encrypted" if _holds_encrypted_package(found) else "xls"
    if head[257:262] == b"ustar":
        return "tar"
    if (any(head.startswith(mark) for mark in _FOREIGN) and b"\x00" in head) or head.startswith(b"%PDF-"):
        return "foreign"
    body = head.removeprefix(_MARK).lstrip()
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16: its zero bytes are no text of ours
        body = head[2:].replace(b"\x00", b"").lstrip()
    if body.startswith((b"<?xml", b"<")):
        return "markup"
    return "tree" if body.startswith((b"{", b"[")) else "text"


def _is_workbook(found: Found) -> bool:
    try:
        with found.open() as stream, zipfile.ZipFile(stream) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def _holds_encrypted_package(found: Found) -> bool:
    """An XLSX with a password is a compound file whose directory has an entry of this name ([MS-OFFCRYPTO] 1.3.3)."""
    with found.open() as stream:
        held = b""
        while block := stream.read(1 << 20):
            if _ENCRYPTED in held + block:
                return True
            held = block[-64:]
    return False
