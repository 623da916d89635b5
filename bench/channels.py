"""How fast a drill's truth becomes the files of its channels: rows, seconds, peak memory, on this machine.

    python bench/channels.py                                  # 200,000 people, 21 days
    python bench/channels.py --people 20000 --noise FILE.toml

What it writes is deleted again unless --keep names a folder.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import tempfile
import time
from pathlib import Path

import polars as pl

from firebreak.world.channels import load_noise, render
from firebreak.world.generate import generate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--days", type=int, default=21)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--noise", type=Path)
    parser.add_argument("--keep", type=Path, help="write here and leave it")
    given = parser.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="channels-"))
    try:
        began = time.perf_counter()
        generate(given.people, given.days, given.seed, folder)
        print(f"truth    {time.perf_counter() - began:6.1f} s")
        run(given, folder)
    finally:
        if given.keep is None:
            shutil.rmtree(folder)


def run(given: argparse.Namespace, folder: Path) -> None:
    cpu, wall = time.process_time(), time.perf_counter()
    files = render(folder / "truth", folder, load_noise(given.noise), given.seed)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    sent = files.filter(pl.col("fate") == "data")
    rows, size, channels = sent["rows"].sum(), files["bytes"].sum(), sent["channel"].n_unique()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"channels {wall:6.1f} s ({cpu:.1f} s of processor), {rows:,} rows of {channels} channels")
    print(f"         {files.height} files, {size / 1e6:,.0f} MB, {rows / wall:,.0f} rows/s, peak memory {peak:.2f} GB")
    print(f"         {os.cpu_count()} cores, Python {platform.python_version()}, polars {pl.__version__}")


if __name__ == "__main__":
    main()
