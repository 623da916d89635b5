"""An order answered by Spark is answered as by DuckDB."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.executors import NO_SPARK
from tests.report_lake import made_up_lake

from firebreak.bridge.orders import Order
from firebreak.bridge.session import session
from firebreak.bridge.trace import trace
from firebreak.lake.lake import Lake

pytestmark = pytest.mark.skipif(bool(NO_SPARK), reason=NO_SPARK)

DAY = date(2020, 1, 23)
SEAT = Order(service_no="D3008", day=DAY, coach="5", seat="7A", from_place="汉口", to_place="无锡")


def answered(lake: Lake, engine: str, rule: str) -> dict[str, Any]:
    with session(lake, engine) as opened:
        found = asdict(trace(opened, SEAT, as_of=DAY, by="tester", specs=[], rule=rule))
    found.pop("timings")
    return found


@pytest.mark.parametrize("rule", ["jiangsu-first-list", "nhc-coach"])
def test_the_report_of_an_order_is_the_same(tmp_path: Path, rule: str) -> None:
    lake, _ = made_up_lake(tmp_path / "lake")
    found = answered(lake, "spark-local[2]", rule)
    assert len(found["contacts"]) > 5
    assert found == answered(lake, "duckdb", rule)


@pytest.mark.long
def test_a_cluster_answers_an_order_as_duckdb_does(tmp_path: Path) -> None:
    """A master and a worker of their own on this machine, asked from the command line."""
    lake, _ = made_up_lake(tmp_path / "lake")
    order = ["trace", "--lake", str(lake.root), "--train", "D3008", "--date", "2020-01-23", "--coach", "5", "--seat",
             "7A", "--from", "汉口", "--to", "无锡", "--as-of", "2020-01-23", "--json"]  # fmt: skip
    with cluster(tmp_path) as master:
        told = [firebreak(*order, "--engine", engine) for engine in (master, "duckdb")]
    assert told[0] == told[1]
    assert not list((lake.root / "scratch").iterdir())


@pytest.mark.long
def test_a_master_without_a_worker_is_told(tmp_path: Path) -> None:
    lake, _ = made_up_lake(tmp_path / "lake")
    with cluster(tmp_path, workers=0) as master:
        done = subprocess.run(
            [sys.executable, "-m", "firebreak.cli.main", "trace", "--lang", "en", "--lake", str(lake.root), "--train",
             "D3008", "--date", "2020-01-23", "--coach", "5", "--seat", "7A", "--engine", master],
            capture_output=True, text=True, check=False, timeout=200,
        )  # fmt: skip
    assert done.returncode == 2
    assert "FB-ENGINE-MASTER" in done.stderr
    assert "Traceback" not in done.stderr


def firebreak(*arguments: str) -> dict[str, Any]:
    import json

    run = "from firebreak.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", run, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    found.pop("timings", None)
    found.pop("seconds", None)
    return found


@contextmanager
def cluster(folder: Path, workers: int = 1) -> Iterator[str]:
    """A standalone master and its workers on the loopback address; ended by their own process ids."""
    import pyspark

    home = Path(pyspark.__file__).parent
    port = free_port()
    master = f"spark://127.0.0.1:{port}"
    ui = ["--webui-port", "0"]
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "512m"}
    started = [["Master", "--host", "127.0.0.1", "--port", str(port), *ui]]
    work = ["--host", "127.0.0.1", "--cores", "2", "--memory", "1g", "--work-dir", str(folder / "work"), *ui]
    started += [["Worker", *work, master]] * workers
    with ExitStack() as running:
        for kind, *arguments in started:
            command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{kind.lower()}.{kind}", *arguments]
            process = subprocess.Popen(
                command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder
            )
            running.callback(process.wait, 30)
            running.callback(process.terminate)
            await_port(port)
        yield master


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
        return port


def await_port(port: int) -> None:
    for _ in range(300):
        with socket.socket() as knocking:
            if knocking.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError("the master did not start")
