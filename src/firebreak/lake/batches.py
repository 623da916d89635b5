"""A batch: one delivered file, or one member of an archive, known by the SHA-256 of its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """``member`` is the path inside the delivered archive, empty where there is none. ``delivered_on`` is the day of
    delivery, ``committed_at`` the wall clock of the commit (the only value that differs between two equal runs)."""

    batch_id: int
    sha256: str
    channel: str
    spec_version: int
    category: str
    file_name: str
    member: str
    bytes: int
    simulated: bool
    delivered_on: date
    actor: str
    rows_in: int = 0
    rows_kept: int = 0
    rows_rejected: int = 0
    committed_at: datetime | None = None
