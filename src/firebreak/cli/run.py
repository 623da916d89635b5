"""``firebreak run``: everything, from a folder of delivered files to the lists of its cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from firebreak.bridge.exposures import rule_of
from firebreak.bridge.orders import Order, cases_to_trace
from firebreak.bridge.report import Timing, TraceReport
from firebreak.bridge.run import STAGES, take
from firebreak.bridge.session import Session, session
from firebreak.bridge.specs import specs_from
from firebreak.bridge.trace import trace
from firebreak.cli import base
from firebreak.cli.days import Day, today
from firebreak.cli.intake_table import show_intake
from firebreak.cli.language import language, say
from firebreak.cli.progress import Stages
from firebreak.cli.show import Shower
from firebreak.engine.intake.report import IngestReport, Outcome
from firebreak.engine.intake.spec import ChannelSpec
from firebreak.lake.lake import Lake
from firebreak.terms.errors import OrderError
from firebreak.web.report.files import write_report
from firebreak.web.report.words import stage_line

_NOT_ONE_PERSON = ("FB-ORDER-CASE", "FB-ORDER-CASE-MANY")
"""A case that leads to nobody or to several people is told at the end; the lists of the others are made."""


@base.command("run")
@base.argument("folder", required=False, type=click.Path(path_type=Path, exists=True))
@base.option("--data", multiple=True, type=click.Path(path_type=Path, exists=True))
@base.lake_option
@base.option("--out", type=click.Path(path_type=Path, file_okay=False))
@base.option("--case", multiple=True)
@base.option("--rows", type=click.IntRange(0, 50))
@base.option("--rules", multiple=True)
@base.option("--specs", multiple=True, type=click.Path(path_type=Path, exists=True))
@base.option("--as-of", type=Day())
@base.option("--workers", type=click.IntRange(1, 64), default=1)
@base.engine_option
@base.option("--show-names", is_flag=True)
@base.option("--quiet", is_flag=True)
@base.by_option
def command(folder: Path | None, data: tuple[Path, ...], lake: Path, out: Path | None, **given: Any) -> int:
    paths = [*([folder] if folder else []), *data]
    if not paths:
        raise click.UsageError(say("error.folder_or_data"), click.get_current_context())
    for rule in given["rules"]:
        rule_of(rule, given["rows"])  # a mistyped rule is told before the work, not after it
    chain = _Chain(Lake.open(lake, create=True), specs_from(given["specs"]), out, given)
    return chain.run(paths)


@dataclass(slots=True)
class _Chain:
    """One run: its lake, its specs and what was asked for; the seconds of each stage as they come."""

    lake: Lake
    specs: list[ChannelSpec]
    out: Path | None
    given: dict[str, Any]
    untraced: dict[str, str] = field(default_factory=dict)
    """Cases that lead to nobody or to several people, with the error's code."""

    def run(self, paths: list[Path]) -> int:
        console, timings = Console(), []
        with Stages(self.given["quiet"]) as stages:
            start = perf_counter()
            stages.start("ingest")
            intake = take(
                self.lake, paths, self.specs, self._as_of, self.given["by"], stages.step, self.given["workers"]
            )
            timings.append(Timing("ingest", perf_counter() - start))
            for key, stage in STAGES.items():
                start = perf_counter()
                stages.start(key)
                stage(self.lake, self.given["engine"])
                timings.append(Timing(key, perf_counter() - start))
            start = perf_counter()
            stages.start("trace")
            traced, written = self._trace_all(stages)
            timings.append(Timing("trace", perf_counter() - start))
        self._show(console, intake, traced, written, timings)
        lost = intake.of(Outcome.FAILED) or intake.of(Outcome.PARKED) or not intake.files
        empty = any(not (report.rides or report.places or report.met) for report in traced)
        return 1 if lost or empty or self.untraced else 0

    @property
    def _as_of(self) -> date:
        day: date | None = self.given["as_of"]
        return day or today()

    def _trace_all(self, stages: Stages) -> tuple[list[TraceReport], list[Path]]:
        """Every case asked for, else every case reported as confirmed, suspected or asymptomatic."""
        traced, written = [], []
        with session(self.lake, self.given["engine"]) as opened:
            numbers = self.given["case"] or cases_to_trace(opened)
            asked = [(number, rule) for number in numbers for rule in self.given["rules"] or ("",)]
            for done, (number, rule) in enumerate(asked, start=1):
                stages.step(done, len(asked))
                report = self._trace(opened, number, rule)
                if report is not None and (report.rides or report.met or self.given["case"]):
                    traced.append(report)
                    written += write_report(report, self.out, language()) if self.out else []
        return traced, written

    def _trace(self, opened: Session, number: str, rule: str) -> TraceReport | None:
        try:
            return trace(opened, Order(case_no=number), as_of=self._as_of, by=self.given["by"], specs=self.specs,
                         rule=rule, rows=self.given["rows"])  # fmt: skip
        except OrderError as error:
            if error.code not in _NOT_ONE_PERSON:
                raise
            self.untraced[number] = error.code
            return None

    def _show(
        self,
        console: Console,
        intake: IngestReport,
        traced: list[TraceReport],
        written: list[Path],
        timings: list[Timing],
    ) -> None:
        show_intake(console, intake, self.specs)
        if len(traced) == 1 or self.given["case"]:
            for report in traced:
                Shower(console, report, language(), self.given["show_names"]).show()
        _cases(console, traced)
        if self.untraced:
            named = ", ".join(f"{number} ({code})" for number, code in self.untraced.items())
            console.print(Text(say("run.untraced", n=len(self.untraced), cases=named), style="bold"))
        parts = [f"{stage_line(one.key, language())} {one.seconds:.2f}" for one in timings]
        total = sum(one.seconds for one in timings)
        console.print(Text(say("run.timings", stages=" · ".join(parts), total=f"{total:.2f}"), style="bright_black"))
        if written:
            console.print(say("done.wrote", path=f"{self.out} ({len(written)})"))


def _cases(console: Console, traced: list[TraceReport]) -> None:
    """One line a case: its ride, how many are listed, how many are complete."""
    if not traced:
        console.print(say("run.no_case"))
        return
    drill = f" · {say('run.drill')}" if any(report.simulated for report in traced) else ""
    table = Table(title=say("run.cases", n=len(traced)) + drill, title_justify="left")
    for key in ("case", "ride", "people", "complete", "seconds"):
        table.add_column(say(f"run.{key}"), justify="right" if key in ("people", "complete", "seconds") else "left")
    for report in traced:
        rides = "; ".join(f"{ride.service_no} {ride.run_date}" for ride in report.rides)
        counts = (str(len(report.contacts)), str(report.complete), f"{report.seconds:.2f}")
        table.add_row(Text(report.case.case_no), Text(rides), *counts)
    console.print(table)
