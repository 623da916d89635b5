"""``firebreak drill``: a synthetic province with a known truth, and the files it would send."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click
import polars as pl
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from firebreak.cli import base
from firebreak.cli.days import Day
from firebreak.cli.language import say
from firebreak.lake import Lake, parquet
from firebreak.terms.errors import FirebreakError
from firebreak.terms.tables import RIDES_BY_PERSON
from firebreak.terms.tables import TABLES as TERMS
from firebreak.world.channels import load_noise, render
from firebreak.world.channels.noise import LEVELS, Noise
from firebreak.world.generate import RIDES_A_DAY, SEED_SHARE, START, generate
from firebreak.world.scale import Province


@base.command("drill")
@base.option("--people", type=click.IntRange(1000), default=200_000, show_default=True)
@base.option("--days", type=click.IntRange(1, 400), default=21, show_default=True)
@base.option("--seed", type=int, default=7, show_default=True)
@base.option("--start", type=Day(), default=START.isoformat(), show_default=True)
@base.option("--rides-a-day", type=click.FloatRange(0.001, 0.2), default=RIDES_A_DAY, show_default=True)
@base.option("--seed-share", type=click.FloatRange(0, 1), default=SEED_SHARE, show_default=True)
@base.option("--noise", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@base.option("--dirt", type=click.Choice(LEVELS), default="light", show_default=True)
@base.option("--truth-only", is_flag=True)
@base.option("--lake", type=click.Path(file_okay=False, path_type=Path))
@base.argument("out", type=click.Path(file_okay=False, path_type=Path), required=False)
def command(
    people: int, days: int, seed: int, start: date, rides_a_day: float, seed_share: float, noise: Path | None,
    dirt: str, truth_only: bool, lake: Path | None, out: Path | None,
) -> None:  # fmt: skip
    """A drill into OUT, or into a lake."""
    if lake is not None and out is None:
        _show_lake(lake, Province(people, days, seed, start, rides_a_day))
    elif out is not None and lake is None:
        _into_folder(
            out, seed, load_noise(noise).at(dirt), truth_only,
            people=people, days=days, start=start, rides_a_day=rides_a_day, seed_share=seed_share,
        )  # fmt: skip
    else:
        raise click.UsageError(say("error.out_or_lake"))


def _bar(console: Console) -> Progress:
    return Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console)


def _into_folder(out: Path, seed: int, mess: Noise, truth_only: bool, **world: Any) -> None:
    """``world``: the other arguments of ``generate``."""
    _empty(out)
    with _bar(Console(stderr=True)) as bar:
        task = bar.add_task("真值 truth", total=world["days"])
        rows = generate(
            out=out, seed=seed, progress=lambda _stage, done, _total: bar.update(task, completed=done), **world
        )
        if not truth_only:
            channel = bar.add_task("渠道 channels", total=None)
            render(
                out / "truth",
                out,
                mess,
                seed,
                progress=lambda name: bar.update(channel, description=f"渠道 channels: {name}"),
            )
            bar.update(channel, total=1, completed=1, description="渠道 channels")
    click.echo(f"演练/DRILL → {out}")
    for table, count in rows.items():
        click.echo(f"  {table:<12}{count:>12,}")


def _empty(out: Path) -> None:
    """Makes OUT, or clears an earlier drill; refuses a folder that holds anything else."""
    if out.exists() and any(out.iterdir()):
        if not (out / "truth" / "drill.json").is_file():
            raise FirebreakError(
                "FB-DRILL-FOLDER",
                say("error.not_a_drill", folder=out),
                say("error.drill_clears"),
                say("error.other_folder"),
            )
        for part in ("truth", "channels"):
            shutil.rmtree(out / part, ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)


TABLES = ("services", "stops", "persons", "rides")


def into_lake(path: Path, province: Province, progress: Callable[[str, int], None]) -> dict[str, int]:
    """Write a province into a lake, a part at a time; returns the rows of each table."""
    lake = Lake.open(path, create=True)
    for table in TABLES:
        with lake.scratch() as folder:
            parts = list(_written(table, getattr(province, table)(), folder, progress))
            copies = {"rides_by_person": _by_person(parts, folder)} if table == "rides" else {}
            lake.replace_together({table: parts, **copies})
    snapshot = lake.snapshot()
    return {table: snapshot.rows(table) for table in TABLES}


def _by_person(rides: list[Path], folder: Path) -> Path:
    """The copy of the rides sorted by person, in one file."""
    from firebreak.engine.backends.duckdb import Duck  # takes a second to load; only a lake needs it

    path = folder / "by_person.parquet"
    with Duck({"rides": rides}, spill=folder) as duck:
        duck.write(duck.table("rides"), path, RIDES_BY_PERSON.sort)
    return path


def _written(
    table: str, parts: Iterator[pl.DataFrame], folder: Path, progress: Callable[[str, int], None]
) -> Iterator[Path]:
    """Each part as a file of the lake: parts come sorted and of one day, so the lake need not sort them again."""
    for number, part in enumerate(parts):
        path = folder / f"{number}.parquet"
        parquet.write(part, TERMS[table], path)
        progress(table, len(part))
        yield path


def _show_lake(path: Path, province: Province) -> None:
    with _bar(Console(stderr=True)) as bar:
        tasks = {table: bar.add_task(table, total=None) for table in TABLES}
        rows = into_lake(path, province, lambda table, count: bar.advance(tasks[table], count))
    for table, count in rows.items():
        click.echo(f"  {table:<12}{count:>12,}")
