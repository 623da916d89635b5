"""A small made-up delivery (演练/DRILL) of two channels, for tests of the ingest. Every person in it is invented."""

from __future__ import annotations

import json
import random
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

from firebreak.engine.intake.spec import load_specs
from firebreak.engine.intake.spec_model import ChannelSpec
from firebreak.lake import Lake

AS_OF = date(2020, 2, 1)

RAIL = """
id = "made-up-rail"
version = 1
valid_from = 2020-01-01
zh = "演练客票"
en = "Made-up tickets (DRILL)"
category = "journey"
simulated = true
[file]
format = "csv"
names = ["rail*.csv"]
[constants]
mode = "train"
[columns]
"姓名" = { field = "name" }
"电话" = { field = "phone" }
"车次" = { field = "service_no", required = true }
"乘车日期" = { field = "board_date", required = true }
"席位" = { field = "seat" }
"""

HOTEL = """
id = "made-up-hotel"
version = 1
valid_from = 2020-01-01
zh = "演练住宿"
en = "Made-up stays (DRILL)"
category = "stay"
simulated = true
[file]
format = "jsonl"
names = ["hotel*.jsonl"]
[constants]
place_kind = "hotel"
[columns]
"guest" = { field = "name" }
"hotel" = { field = "place_name", required = true }
"in" = { field = "start_at" }
"""


def specs(folder: Path) -> list[ChannelSpec]:
    """The specs of both channels, written to ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rail.toml").write_text(RAIL, "utf-8")
    (folder / "hotel.toml").write_text(HOTEL, "utf-8")
    return load_specs([folder])


def deliver(folder: Path, files: int, rows: int, seed: int = 1) -> Path:
    """Write ``files`` files of ``rows`` rows, a third of them hotels, with gaps and bad values."""
    draw = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    for nth in range(files):
        if nth % 3 == 2:
            lines = [json.dumps(_stay(draw), ensure_ascii=False) for _ in range(rows)]
            (folder / f"hotel-{nth}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
        else:
            lines = ["姓名,电话,车次,乘车日期,席位", *(",".join(_ticket(draw)) for _ in range(rows))]
            (folder / f"rail-{nth}.csv").write_text("\n".join(lines) + "\n", "gb18030" if nth % 2 else "utf-8")
    return folder


def _ticket(draw: random.Random) -> list[str]:
    return [
        f"演{draw.choice('甲乙丙丁')}{draw.choice('子丑寅卯')}",
        draw.choice([f"13{draw.randrange(10**9):09d}", "不详", "12"]),
        draw.choice(["D3008", "g1 次", "K446/K447", ""]),
        draw.choice(["2020-01-23", "20200124", "1月25日", "?"]),
        draw.choice([f"0{draw.randrange(1, 9)}车{draw.randrange(1, 19)}A", "无座", "13A/13B", ""]),
    ]


def _stay(draw: random.Random) -> dict[str, Any]:
    return {
        "guest": f"演{draw.choice('甲乙丙丁')}",
        "hotel": draw.choice(["演练宾馆", "演练饭店", ""]),
        "in": draw.choice(["2020-01-23 14:05", "昨天", None]),
    }


def state(lake: Lake) -> dict[str, Any]:
    """All that a lake holds, but for the wall clock: rows of the catalog, and every other file with its bytes."""
    connection = sqlite3.connect(lake.root / "catalog.sqlite")
    found: dict[str, Any] = {}
    for table in ("batches", "files", "raw", "generations", "retired"):
        rows = connection.execute(f"SELECT * FROM {table} ORDER BY 1")
        clock = [nth for nth, column in enumerate(rows.description) if column[0].endswith("_at")]
        found[table] = [tuple(v for nth, v in enumerate(row) if nth not in clock) for row in rows]
    connection.close()
    files = (path for path in lake.root.rglob("*") if path.is_file() and "catalog" not in path.name)
    return found | {str(path.relative_to(lake.root)): path.read_bytes() for path in files}
