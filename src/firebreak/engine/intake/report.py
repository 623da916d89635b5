"""What became of each delivered file. No person's value is in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """``taken``: its rows are in the lake. ``repeated``: the same bytes were there already. ``parked``: no channel
    fits well enough. ``failed``: it cannot be read; nothing of it is in the lake."""

    TAKEN = "taken"
    REPEATED = "repeated"
    PARKED = "parked"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RejectCount:
    """How often one rule refused a value of one field. ``scope`` as in terms.enums.RejectScope."""

    scope: str
    field: str
    column: str
    code: str
    count: int


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file, or one member of an archive.

    ``score`` 0–1 and ``reason`` are the classifier's; where the file is parked or failed, ``code`` and ``remedy`` say
    what to do. ``unknown_columns`` stand in the file and not in the spec, ``absent_columns`` the other way round.
    """

    name: str
    member: str
    outcome: Outcome
    sha256: str = ""
    batch_id: int | None = None
    channel: str = ""
    version: int = 0
    category: str = ""
    simulated: bool = False
    score: float = 0.0
    reason: str = ""
    rows_in: int = 0
    rows_kept: int = 0
    rows_rejected: int = 0
    records: int = 0
    rejects: tuple[RejectCount, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    absent_columns: tuple[str, ...] = ()
    code: str = ""
    rule: str = ""
    remedy: str = ""
    seconds: float = 0.0


@dataclass(slots=True)
class IngestReport:
    """All files of one run, in the order they were taken."""

    files: list[FileReport] = field(default_factory=list)
    seconds: float = 0.0

    def of(self, outcome: Outcome) -> list[FileReport]:
        """The files with this outcome."""
        return [file for file in self.files if file.outcome is outcome]

    @property
    def rows_in(self) -> int:
        """Rows of the files taken."""
        return sum(file.rows_in for file in self.files)

    @property
    def rows_kept(self) -> int:
        """Rows that gave a record."""
        return sum(file.rows_kept for file in self.files)

    @property
    def rows_rejected(self) -> int:
        """Rows that gave none, each with its reason in the rejects table."""
        return sum(file.rows_rejected for file in self.files)

    @property
    def records(self) -> int:
        """Records given; a row may give several."""
        return sum(file.records for file in self.files)

    @property
    def simulated(self) -> bool:
        """Is anything in it simulated? Then what is shown of it says 演练/DRILL."""
        return any(file.simulated for file in self.files)
