"""A file larger than memory should hold is read in bounded memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LINE = "张三,32020219900101{:04d},13800001234,G1234,05,12A,2020-01-23 10:05,汉口,无锡,x\n"
READ = """
import resource, sys
from pathlib import Path
from firebreak.engine.intake.readers import read, tables_in
from tests.channel_spec import layout
spec = layout(format="csv")
(found,) = tables_in(Path(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
rows = sum(chunk.rows_in for chunk in read(found, spec))
print(rows, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10)
"""


@pytest.mark.long
@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_six_hundred_megabytes_of_csv_are_read_in_a_quarter_of_a_gigabyte(codec: str, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    block = "".join(LINE.format(n % 10_000) for n in range(40_000)).encode(codec)
    with path.open("wb") as out:
        out.write("姓名,证件,电话,车次,车厢,座位,时间,上车,下车,备注\n".encode(codec))
        blocks = -(-(600 << 20) // len(block))
        for _ in range(blocks):
            out.write(block)
    run = [sys.executable, "-c", READ, str(path)]
    environment = {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PATH": "", "POLARS_MAX_THREADS": "2"}
    told = subprocess.run(run, check=True, capture_output=True, text=True, env=environment).stdout
    rows, megabytes = map(int, told.split())
    assert rows == blocks * 40_000
    assert megabytes < 256
