"""Which executor runs the engine's steps: DuckDB in this process, Spark in this process, or a Spark cluster.

The bridge asks the cluster's address whether anybody is there, since the engine knows no network: Spark itself would
try for a minute.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from firebreak.engine.backends import errors

if TYPE_CHECKING:
    from firebreak.engine.backends.base import Executor  # imports Ibis, which a command's help need not wait for

DUCKDB = "duckdb"
SPARK_LOCAL = "spark-local"

_LOCAL = re.compile(r"spark-local(?:\[([1-9]\d{0,2})\])?")
_PATIENCE = 5.0
"""Seconds for a master to answer a knock."""


def known(word: str) -> str:
    """The word itself: ``duckdb``, ``spark-local``, ``spark-local[N]``, ``spark://HOST:PORT[,HOST:PORT]``.

    EngineError FB-ENGINE-NAME.
    """
    if word == DUCKDB or _LOCAL.fullmatch(word) or _masters(word):
        return word
    raise errors.unknown(word)


def spark(word: str, files: Mapping[str, Sequence[Path]], lake: Path) -> Executor:
    """Spark over these files. EngineError FB-ENGINE-PYSPARK, -JAVA, -MASTER, -SCRATCH.

    Rows that are kept between steps lie in FIREBREAK_SCRATCH; where that is not set, in this machine's temporary
    folder, or for a cluster, which must see them, in ``scratch`` inside the lake. FIREBREAK_SPARK_MEMORY is the
    driver's memory (4g).
    """
    local = _LOCAL.fullmatch(known(word))
    if find_spec("pyspark") is None:
        raise errors.no_pyspark()
    if local is None and not any(_answers(*master) for master in _masters(word)):
        raise errors.master(word, "nobody answers there")
    from firebreak.engine.backends.spark import Spark

    named = os.environ.get("FIREBREAK_SCRATCH")
    scratch = Path(named) if named else None if local else lake / "scratch"
    master = f"local[{local[1] or os.cpu_count() or 2}]" if local else word
    return Spark(files, master, memory=os.environ.get("FIREBREAK_SPARK_MEMORY", "4g"), scratch=scratch)


def _masters(word: str) -> list[tuple[str, int]]:
    """``host, port`` of each master in the address; empty where it is none."""
    found = []
    for one in word.removeprefix("spark://").split(",") if word.startswith("spark://") else ():
        try:
            parts = urlsplit(f"spark://{one}")
            host, port = parts.hostname, parts.port
        except ValueError:
            return []
        if not host or not port or parts.path or parts.username:
            return []
        found.append((host, port))
    return found


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), _PATIENCE):
            return True
    except OSError:
        return False
