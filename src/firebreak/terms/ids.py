"""How ids are made: from content alone, so that the same bytes have the same id everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

LINE_BITS = 32
_BATCH_MASK = (1 << 31) - 1


def batch_id(sha256_hex: str, attempt: int = 0) -> int:
    """31 bits of the file's SHA-256; ``attempt`` takes the next 31 where another batch already has the first.

    >>> batch_id("ff" * 32), batch_id("00" * 32)
    (2147483647, 0)
    """
    return (int(sha256_hex, 16) >> (256 - 31 * (attempt + 1))) & _BATCH_MASK


def free_batch_id(sha256_hex: str, taken: Mapping[int, str]) -> int:
    """The first of the file's ids that no other file has; ``taken`` maps the ids in use to the hashes of their files.

    >>> free_batch_id("00" * 32, {}), free_batch_id("00000001" + "00" * 28, {0: "another"})
    (0, 1073741824)
    """
    candidates = (batch_id(sha256_hex, attempt) for attempt in range(256 // 31))
    return next(candidate for candidate in candidates if taken.get(candidate, sha256_hex) == sha256_hex)


def record_id(batch: int, line: int) -> int:
    """``batch << 32 | line``; ``line`` counts data rows from 1."""
    return batch << LINE_BITS | line


def split_record_id(record: int) -> tuple[int, int]:
    """The batch and line of a record."""
    return record >> LINE_BITS, record & ((1 << LINE_BITS) - 1)


def service_id(mode: str, service_key: str) -> int:
    """63 bits of BLAKE2b over mode and the operator's key.

    ``service_key`` is 12306's ``train_no`` for trains; where an operator has none, the public number stands for it.
    """
    digest = blake2b(f"{mode}\x1f{service_key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def place_id(kind: str, *identified_by: str) -> int:
    """63 bits of BLAKE2b over the kind of place and what identifies it (division, code or name; or place and cell).

    >>> place_id("hotel", "320211", "H32021101") == place_id("hotel", "320211", "H32021101")
    True
    >>> place_id("hotel", "a", "bc") == place_id("hotel", "ab", "c")
    False
    """
    digest = blake2b("\x1f".join((kind, *identified_by)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
