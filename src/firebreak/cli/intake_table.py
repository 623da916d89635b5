"""What became of the delivered files, as tables: by channel, refused files, rejected values."""

from __future__ import annotations

from collections import Counter, defaultdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from firebreak.cli.language import half, language, say
from firebreak.engine.intake.report import FileReport, IngestReport, Outcome
from firebreak.engine.intake.spec import ChannelSpec

_REASONS = 15
_COUNTS = ("rows_in", "rows_kept", "rows_rejected", "records")


def show_intake(console: Console, report: IngestReport, specs: list[ChannelSpec]) -> None:
    """Rows in = rows kept + rows rejected, for every channel; then each file that was not taken, and why."""
    names = {spec.id: spec.zh if language() == "zh" else spec.en for spec in specs}
    _channels(console, report, names)
    _refused(console, report)
    _reasons(console, report)
    speed = report.rows_in / report.seconds if report.seconds else 0
    counts = {key: f"{getattr(report, key):,}" for key in _COUNTS}
    spent = {"seconds": f"{report.seconds:.1f}", "speed": f"{speed:,.0f}"}
    console.print(say("ingest.done", files=len(report.files), **counts, **spent))


def _channels(console: Console, report: IngestReport, names: dict[str, str]) -> None:
    by_channel: dict[str, list[FileReport]] = defaultdict(list)
    for file in report.of(Outcome.TAKEN):
        by_channel[file.channel].append(file)
    if not by_channel:
        return
    table = Table(title=say("ingest.channels", n=len(by_channel)), title_justify="left")
    for key in ("channel", "files", "score", "rows", "typed", "rejected", "records"):
        table.add_column(say(f"ingest.{key}"), justify="left" if key == "channel" else "right")
    for channel, files in sorted(by_channel.items()):
        drill = f" [{say('specs.drill')}]" if any(file.simulated for file in files) else ""
        counts = [sum(getattr(file, key) for file in files) for key in _COUNTS]
        score = f"{min(file.score for file in files):.2f}"
        cells = (f"{names.get(channel, channel)}{drill}", str(len(files)), score, *(f"{count:,}" for count in counts))
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)


def _refused(console: Console, report: IngestReport) -> None:
    if repeated := len(report.of(Outcome.REPEATED)):
        console.print(say("ingest.repeated", n=repeated))
    refused = [*report.of(Outcome.PARKED), *report.of(Outcome.FAILED)]
    if not refused:
        return
    table = Table(title=say("ingest.refused", n=len(refused)), title_justify="left")
    for key in ("outcome", "file", "why"):
        table.add_column(say(f"ingest.{key}"), overflow="fold")
    for file in refused:
        name = f"{file.name} › {file.member}" if file.member else file.name
        why = " ".join(half(part) for part in (file.code, file.reason, file.remedy) if part)
        table.add_row(say(f"outcome.{file.outcome}"), Text(name), Text(why))
    console.print(table)


def _reasons(console: Console, report: IngestReport) -> None:
    counts: Counter[tuple[str, str, str]] = Counter()
    for file in report.files:
        for one in file.rejects:
            counts[(one.scope, one.field or "—", one.code)] += one.count
    if not counts:
        return
    table = Table(title=say("ingest.reasons"), title_justify="left")
    for key in ("scope", "field", "code", "values"):
        table.add_column(say(f"ingest.{key}"), justify="right" if key == "values" else "left")
    for (scope, field, code), count in counts.most_common(_REASONS):
        table.add_row(say(f"scope.{scope}"), Text(field), Text(code), f"{count:,}")
    rest = counts.total() - sum(count for _, count in counts.most_common(_REASONS))
    if rest:
        table.add_row(say("ingest.others"), "", "", f"{rest:,}")
    console.print(table)
