"""The table of a delivery: each channel's rows, what was typed, what was rejected and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from unicodedata import east_asian_width

from firebreak.engine.intake.report import FileReport, IngestReport, Outcome


@dataclass(slots=True)
class Tally:
    """One channel's files: rows = ``kept`` + ``rejected``; ``records`` counts what the kept rows gave.

    ``reasons`` counts rejects by (scope, field, code), and the files that are not in the lake by ("file", "", code).
    """

    channel: str
    files: int = 0
    rows: int = 0
    kept: int = 0
    rejected: int = 0
    records: int = 0
    reasons: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def add(self, file: FileReport) -> None:
        """Count one file."""
        self.files += 1
        self.rows += file.rows_in
        self.kept += file.rows_kept
        self.rejected += file.rows_rejected
        self.records += file.records
        for each in file.rejects:
            self.reasons[each.scope, each.field or "", each.code] += each.count
        if file.outcome is not Outcome.TAKEN:
            self.reasons["file", "", file.code or file.outcome.value] += 1


def tallies(report: IngestReport) -> list[Tally]:
    """One tally a channel, by id; files without a channel come last, under ``—``."""
    found: dict[str, Tally] = {}
    for file in report.files:
        found.setdefault(file.channel, Tally(file.channel or "—")).add(file)
    return [found[channel] for channel in sorted(found, key=lambda name: (not name, name))]


_HEAD = ("渠道 channel", "文件 files", "行 rows", "入库 kept", "退回 rejected", "记录 records", "原因 reasons")


def table(report: IngestReport) -> str:
    """The tallies as aligned text, one line a channel and one a further reason. Shows codes, never values."""
    lines: list[tuple[str, ...]] = [_HEAD]
    for one in tallies(report):
        counts = (one.files, one.rows, one.kept, one.rejected, one.records)
        reasons = _reasons(one) or [""]
        lines.append((one.channel, *(f"{count:,}" for count in counts), reasons[0]))
        lines.extend((*[""] * (len(_HEAD) - 1), reason) for reason in reasons[1:])
    widths = [max(_width(line[column]) for line in lines) for column in range(len(_HEAD))]
    return "\n".join("  ".join(_padded(line, widths)).rstrip() for line in lines)


def _reasons(one: Tally) -> list[str]:
    ordered = sorted(one.reasons.items(), key=lambda each: (-each[1], each[0]))
    return [f"{count:,} × {' '.join(part for part in reason if part)}" for reason, count in ordered]


def _width(text: str) -> int:
    """Columns on a terminal: Han characters take two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _padded(line: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """Names and reasons to the left, numbers to the right."""
    for column, (text, width) in enumerate(zip(line, widths, strict=True)):
        gap = " " * (width - _width(text))
        yield gap + text if 0 < column < len(line) - 1 else text + gap
