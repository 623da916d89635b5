"""How values are sealed and found: AES-256-GCM over all values of a subject, and a keyed hash of each value.

The box is bound to its subject and its key (additional data), so a box moved to another row does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import unicodedata
from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from firebreak.ops.base.keyring import KeyRing
from firebreak.terms.errors import FirebreakError
from firebreak.terms.masking import plain_phone

Values = Mapping[str, Sequence[str]]

FIELDS = ("name", "doc_number", "phone", "address")
INDEXED = ("name", "doc_number", "phone")
_NONCE = 12


def seal(ring: KeyRing, kind: str, subject_id: int, values: Values) -> tuple[int, bytes]:
    """The key's number and the box: nonce, ciphertext, tag."""
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise ValueError(f"the vault has no field {sorted(unknown)}")
    number, nonce = ring.current, os.urandom(_NONCE)
    text = json.dumps({field: list(found) for field, found in values.items()}, ensure_ascii=False).encode()
    return number, nonce + AESGCM(ring.derived("vault", number)).encrypt(nonce, text, _bound(kind, subject_id, number))


def open_box(ring: KeyRing, kind: str, subject_id: int, number: int, box: bytes) -> dict[str, list[str]]:
    """The values in a box. Errors: FirebreakError where it was tampered with or belongs to another subject."""
    try:
        cipher = AESGCM(ring.derived("vault", number))
        text = cipher.decrypt(bytes(box[:_NONCE]), bytes(box[_NONCE:]), _bound(kind, subject_id, number))
    except InvalidTag:
        raise FirebreakError(
            "FB-VAULT-OPEN", f"{kind} {subject_id}", "A sealed value opens only where it was put, unchanged.",
            "Somebody changed the database, or the key ring is another one. Restore from a backup; tell the auditor.",
        ) from None  # fmt: skip
    values: dict[str, list[str]] = json.loads(text)
    return values


def tokens(ring: KeyRing, field: str, value: str) -> list[int]:
    """The blind-index tokens of a value under every key of the ring, the current one first."""
    numbers = sorted(ring.keys, reverse=True)
    return [_token(ring.derived("index", number), field, value) for number in numbers]


def tokens_of(ring: KeyRing, values: Values) -> set[int]:
    """The tokens to store for a subject: one a value, under the current key."""
    key = ring.derived("index", ring.current)
    return {_token(key, field, value) for field in INDEXED for value in values.get(field, ()) if value}


def alike(field: str, value: str) -> str:
    """The form under which two ways to write a value are the same.

    >>> alike("doc_number", "32020219900101123x"), alike("phone", "+86 139-1234-5678"), alike("name", " 王 小明")
    ('32020219900101123X', '13912345678', '王小明')
    """
    text = unicodedata.normalize("NFKC", value)
    if field == "phone":
        return plain_phone("".join(character for character in text if character.isdecimal() or character == "+"))
    text = unicodedata.normalize("NFKC", "".join(text.split()).casefold())
    kept = "".join(character for character in text if character.isalnum() or unicodedata.combining(character))
    return kept.upper() if field == "doc_number" else kept


def _token(key: bytes, field: str, value: str) -> int:
    message = f"{field}\0{alike(field, value)}".encode()
    return int.from_bytes(hmac.digest(key, message, hashlib.sha256)[:8], "big", signed=True)


def _bound(kind: str, subject_id: int, number: int) -> bytes:
    return f"{kind}:{subject_id}:{number}".encode()
