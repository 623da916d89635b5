"""Contacts handed over to another province as a signed file: Ed25519 (RFC 8032) over canonical JSON.

Canonical: UTF-8, keys sorted, no spaces, whole numbers only, so that equal content is equal bytes (a subset of RFC
8785). The key is derived from the key ring; whoever takes a file in trusts the public key beforehand, compared by
telephone.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from firebreak.ops.base.keyring import ring
from firebreak.ops.orders.issuing import Contact
from firebreak.ops.vault.boxes import FIELDS
from firebreak.terms.errors import FirebreakError

FORMAT = "firebreak-handover/1"
MOST = 10_000
MOST_BYTES = 20 * 1024 * 1024
_TEXTS = {"contact_level": 12, "setting": 24, "relation": 24, "rule": 80, "division_code": 12, "grid_code": 15}


def canonical(value: Any) -> bytes:
    """The one way to write this value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def public_key() -> str:
    """This installation's key, as partners enter it: 64 hexadecimal digits. It changes when the ring is rotated."""
    return _key().public_key().public_bytes_raw().hex()


def sealed(body: dict[str, Any]) -> bytes:
    """The file: the body, the key, the signature over the body."""
    key = _key()
    return canonical({"body": body, "key": key.public_key().public_bytes_raw().hex(),
                      "signature": key.sign(canonical(body)).hex()})  # fmt: skip


def unsealed(content: bytes, trusted: Collection[str]) -> tuple[dict[str, Any], str]:
    """The body and the key it was signed with. Errors: FirebreakError where it is no such file, nobody trusts the key,
    or one byte of it is not what was signed."""
    raw = _read(content)
    body, key, signature = raw.get("body"), raw.get("key"), raw.get("signature")
    if not isinstance(body, dict) or not isinstance(key, str) or not isinstance(signature, str):
        _no_form("its parts")
    if key not in trusted:
        raise FirebreakError(
            "FB-HANDOVER-UNKNOWN", f"key {key[:8] if key.isascii() and key.isalnum() else ''}…",
            "A file is taken in from partners whose key is trusted.",
            "Compare the key with the sender by telephone; an administrator enters it.",
        )  # fmt: skip
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), canonical(body))
    except (InvalidSignature, ValueError):
        raise FirebreakError(
            "FB-HANDOVER-TAMPERED", "the signature does not match",
            "A file is taken in as it was signed, or not at all.",
            "Ask the sender for it again, and tell the auditor.",
        ) from None  # fmt: skip
    return body, key


def contacts_of(body: dict[str, Any]) -> list[tuple[Contact, dict[str, list[str]]]]:
    """The contacts of a body with their values; ``subject_id`` is their place in the file. Errors: FirebreakError."""
    rows = body.get("contacts")
    if body.get("format") != FORMAT or not isinstance(rows, list) or len(rows) > MOST:
        _no_form("its format")
    if not all(isinstance(body.get(name), str) for name in ("number", "to", "case_no", "at", "from")):
        _no_form("its head")
    return [_contact(at, row) for at, row in enumerate(rows)]


def _contact(at: int, row: Any) -> tuple[Contact, dict[str, list[str]]]:
    if not isinstance(row, dict) or not isinstance(row.get("values"), dict):
        _no_form(f"contact {at}")
    texts = {name: row.get(name, "") for name in _TEXTS}
    values = row["values"]
    good = all(isinstance(one, str) and len(one) <= _TEXTS[name] for name, one in texts.items())
    good = good and set(values) <= set(FIELDS) and all(_are_texts(one) for one in values.values())
    minutes, met_on = row.get("minutes"), row.get("met_on")
    good = good and (minutes is None or (isinstance(minutes, int) and 0 <= minutes < 10**6))
    if not good or texts["contact_level"] not in ("close", "general", "secondary"):
        _no_form(f"contact {at}")
    try:
        day = date.fromisoformat(met_on) if met_on else None
    except (TypeError, ValueError):
        _no_form(f"contact {at}")
    return Contact(subject_id=at, met_on=day, minutes=minutes, **texts), values


def _are_texts(values: Any) -> bool:
    return (
        isinstance(values, list)
        and len(values) <= 8
        and all(isinstance(one, str) and len(one) <= 400 for one in values)
    )


def _read(content: bytes) -> dict[str, Any]:
    if len(content) > MOST_BYTES:
        _no_form("its size")
    try:
        raw = json.loads(content.decode("utf-8"), parse_float=_none, parse_constant=_none)
    except (ValueError, RecursionError):
        _no_form("JSON")
    return raw if isinstance(raw, dict) else _no_form("JSON")


def _none(_: str) -> NoReturn:
    raise ValueError


def _no_form(what: str) -> NoReturn:
    raise FirebreakError(
        "FB-HANDOVER-FORM",
        what,
        f"A handover is a signed JSON file of the format {FORMAT}.",
        "Ask the sender for it again.",
    )


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(ring().derived("handover", ring().current))
