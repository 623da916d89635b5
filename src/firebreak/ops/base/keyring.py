"""The keys: a ring of master keys, from which each purpose derives its own. The ring lies outside the database.

Authenticated encryption is AES-256-GCM (NIST SP 800-38D); derivation is HKDF-SHA256 (RFC 5869).
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from firebreak.terms.errors import ConfigError

BYTES = 32


@dataclass(frozen=True)
class KeyRing:
    """``keys`` by number; new values are sealed with ``current``, the largest; older ones still open old values."""

    keys: dict[int, bytes]
    _derived: dict[tuple[str, int], bytes] = field(default_factory=dict, repr=False, compare=False)

    @property
    def current(self) -> int:
        return max(self.keys)

    def derived(self, purpose: str, number: int) -> bytes:
        """The 32-byte key of this purpose under that master key. Errors: ConfigError where the ring lost it."""
        found = self._derived.get((purpose, number))
        if found is None:
            if number not in self.keys:
                raise ConfigError(
                    "FB-VAULT-KEY",
                    f"key {number} is not in the ring",
                    "Values stay sealed under the key they were sealed with.",
                    "Put the old key back into FIREBREAK_KEYS_FILE; remove it only after firebreak keys reseal.",
                )
            found = HKDF(SHA256(), BYTES, None, f"firebreak:{purpose}".encode()).derive(self.keys[number])
            self._derived[purpose, number] = found
        return found

    def rotated(self) -> KeyRing:
        """A ring with one more key, which becomes the current one."""
        return KeyRing({**self.keys, self.current + 1: secrets.token_bytes(BYTES)})

    def dumped(self) -> str:
        """The ring as its file holds it."""
        keys = {str(number): base64.b64encode(key).decode("ascii") for number, key in sorted(self.keys.items())}
        return json.dumps({"keys": keys}, indent=1)


def new_ring() -> KeyRing:
    """A ring of one random key."""
    return KeyRing({1: secrets.token_bytes(BYTES)})


def load(path: Path) -> KeyRing:
    """The ring in this file. Errors: ConfigError; no part of it says what was in the file."""
    try:
        raw = json.loads(path.read_text("ascii"))
        keys = {int(number): base64.b64decode(key, validate=True) for number, key in raw["keys"].items()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        keys = {}
    if not keys or any(len(key) != BYTES for key in keys.values()):
        raise ConfigError(
            "FB-CONFIG-KEYS",
            f"{path.name} is missing or not a key ring",
            "The ring is a JSON file of 32-byte keys by number.",
            "Restore it from its safe copy, or make a new one with firebreak keys new FILE.",
        )
    return KeyRing(keys)


@cache
def ring() -> KeyRing:
    """This installation's ring. A test has one of its own that no file holds."""
    path: Path | None = settings.FIREBREAK_KEYS_FILE
    return new_ring() if path is None else load(path)
