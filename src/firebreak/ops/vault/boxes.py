"""How values are sealed and found: AES-256-GCM over all values of a subject, and a keyed hash of each of their forms.

A name is found by how it is written, by its pinyin, and by its first two characters; a number and a phone as a whole.
No other part of a value is indexed: the shorter the part, the more its frequency would tell. The box is bound to its
subject and its key (additional data), so a box moved to another row does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pypinyin import Style, pinyin

from firebreak.ops.base.keyring import KeyRing
from firebreak.terms.errors import FirebreakError
from firebreak.terms.masking import plain_phone

Values = Mapping[str, Sequence[str]]

FIELDS = ("name", "doc_number", "phone", "address")
INDEXED = ("name", "doc_number", "phone")
SOUND, START = "name_sound", "name_start"
_NONCE = 12
_READINGS = 3
_START = 2
_MASKS = "*＊某"

Form = tuple[str, str]
"""What a value is found by: ``INDEXED``, ``SOUND`` or ``START``, and its text as ``alike`` writes it."""


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


def tokens(ring: KeyRing, wanted: Sequence[Form]) -> list[int]:
    """The blind-index tokens of these forms under every key of the ring, the current one first."""
    numbers = sorted(ring.keys, reverse=True)
    return [_token(ring.derived("index", number), form) for number in numbers for form in wanted]


def tokens_of(ring: KeyRing, values: Values) -> set[int]:
    """The tokens to store for a subject: one a form of a value, under the current key."""
    key = ring.derived("index", ring.current)
    return {_token(key, form) for form in forms(values)}


def forms(values: Values) -> Iterator[Form]:
    """Every form by which a subject with these values is found."""
    for field in INDEXED:
        for value in values.get(field, ()):
            text = alike(field, value)
            if text:
                yield field, text
    for name in values.get("name", ()):
        if not any(mask in name for mask in _MASKS):
            yield from name_forms(alike("name", name))


def asked(field: str, value: str) -> list[Form]:
    """The forms that somebody who types this looks for; none where it is too short to look for.

    >>> asked("name", "王小*"), asked("name", "Wang Xiaoming"), asked("phone", "139 1234 5678")
    ([('name_start', '王小')], [('name', 'wangxiaoming'), ('name_sound', 'wangxiaoming')], [('phone', '13912345678')])
    """
    text = alike(field, value)
    if field == "name" and value.rstrip().endswith(("*", "＊")):
        return [(START, text)] if len(text) == _START else []
    if field == "name" and text.isascii():
        return [(field, text), (SOUND, text)] if len(text) > 1 else []
    return [(field, text)] if text else []


@lru_cache(maxsize=1 << 16)
def name_forms(name: str) -> tuple[Form, ...]:
    """The pinyin of a Chinese name, in each reading of its first character (单 is Shan and Dan), and its beginning.

    >>> name_forms("王小明")
    (('name_sound', 'wangxiaoming'), ('name_start', '王小'))
    """
    if not name or not all("㐀" <= character <= "鿿" for character in name):
        return ()
    rest = "".join(_readings(character)[0] for character in name[1:])
    found = [(SOUND, f"{first}{rest}") for first in _readings(name[0])]
    return (*found, (START, name[:_START])) if len(name) > _START else tuple(found)


@lru_cache(maxsize=1 << 15)
def _readings(character: str) -> tuple[str, ...]:
    """The commonest readings of a character without tone, the first the commonest."""
    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(found[0]))[:_READINGS] if found else (character,)


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


def _token(key: bytes, form: Form) -> int:
    return int.from_bytes(hmac.digest(key, "\0".join(form).encode(), hashlib.sha256)[:8], "big", signed=True)


def _bound(kind: str, subject_id: int, number: int) -> bytes:
    return f"{kind}:{subject_id}:{number}".encode()
