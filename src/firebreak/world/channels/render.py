"""Render the truth of a drill as the files its institutions would send."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

from firebreak.world.channels.broken import Extra, cut_off, odd_files, sent_again
from firebreak.world.channels.catalogue import CHANNELS
from firebreak.world.channels.delivery import deliver
from firebreak.world.channels.layout import Channel
from firebreak.world.channels.noise import Noise
from firebreak.world.channels.reach import passengers_reached
from firebreak.world.channels.readme import write_readme
from firebreak.world.channels.truth import Truth
from firebreak.world.draws import Draws

Progress = Callable[[str], None]

_ABOUT = {
    "file": pl.String,
    "member": pl.String,
    "line": pl.Int32,
    "part": pl.Int16,
    "person": pl.Int64,
    "channel": pl.String,
    "kind": pl.String,
    "event": pl.String,
    "double": pl.Boolean,
    "mess": pl.String,
    "harm": pl.String,
}
_FILES = {
    "file": pl.String,
    "channel": pl.String,
    "fate": pl.String,
    "of": pl.String,
    "rows": pl.Int64,
    "bytes": pl.Int64,
}


def render(
    truth_dir: Path,
    out: Path,
    noise: Noise,
    seed: int,
    progress: Progress = lambda _channel: None,
    channels: Sequence[Channel] = CHANNELS,
) -> pl.DataFrame:
    """Write ``out/channels/**``, ``out/README.md`` and into ``truth_dir`` the keys to the files.

    - ``rows.parquet``: for each row of each file what it is about: ``file`` (path under ``channels/``), ``member`` of
      an archive, ``line`` (data rows from 1), ``part``, ``person``, ``kind``, ``event`` (ticket, case …), ``mess``
      and ``harm`` (none, notation, lost, wrong) done to it, ``double`` where the row stands twice in its file.
    - ``files.parquet``: each file with its ``fate``: data, repeated, renamed, empty, truncated, unknown.
    - ``channel_of_passenger.parquet``: for each ride the channels whose files put the person on board.

    Returns the table of files. ``progress`` is called with each channel's id before it is rendered.
    """
    truth, draws = Truth(truth_dir), Draws(seed)
    folder = out / "channels"
    about: list[pl.DataFrame] = []
    files: list[tuple[str, str, str, str, int, int]] = []
    archives: list[tuple[str, bytes]] = []
    for channel in channels:
        progress(channel.id)
        for file in deliver(channel, truth, noise, draws):
            path = f"{channel.folder}/{file.name}"
            _put(folder / path, file.content)
            files.append((path, channel.id, "data", "", file.about.height, len(file.content)))
            about.append(file.about.with_columns(file=pl.lit(path), channel=pl.lit(channel.id)).select(*_ABOUT))
            again = sent_again(path, file.content, noise, draws)
            files.extend(_put_extra(folder, extra, channel.id, file.about.height) for extra in again)
            if path.endswith(".zip") and not archives:
                archives.append((path, file.content))
    files.extend(_put_extra(folder, extra, "", 0) for extra in (*cut_off(archives, noise), *odd_files(noise)))
    return _keys(truth, out, channels, about, pl.DataFrame(files, schema=_FILES, orient="row"))


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _put_extra(folder: Path, extra: Extra, channel: str, rows: int) -> tuple[str, str, str, str, int, int]:
    _put(folder / extra.path, extra.content)
    return extra.path, channel, extra.fate, extra.of, rows, len(extra.content)


def _keys(
    truth: Truth, out: Path, channels: Sequence[Channel], about: list[pl.DataFrame], files: pl.DataFrame
) -> pl.DataFrame:
    """Write what each row is about, and who was reached."""
    rows = pl.concat(about) if about else pl.DataFrame(schema=_ABOUT)
    rows.write_parquet(truth.folder / "rows.parquet", compression="zstd", compression_level=1)
    files.write_parquet(truth.folder / "files.parquet", compression="zstd")
    passengers_reached(truth, rows).write_parquet(truth.folder / "channel_of_passenger.parquet", compression="zstd")
    write_readme(out / "README.md", channels, files)
    return files
