"""One Spark in a process: its Java machine, its context, and what keeps it from starting, told as coded errors."""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from py4j.protocol import Py4JError
from pyspark import SparkConf, SparkContext
from pyspark.errors import PySparkException
from pyspark.java_gateway import launch_gateway
from pyspark.sql import SparkSession

from firebreak.engine.backends import errors

LEAST_JAVA = 17
"""Spark 4 runs on Java 17, 21 and 25."""

_WAIT = 30.0
"""Seconds a cluster gets to give the first executor."""

_LOCAL = re.compile(r"local(\[.*\])?")
_START = threading.Lock()

_ALWAYS = {
    "spark.app.name": "firebreak",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.driver.maxResultSize": "0",
}
logging.getLogger().addFilter(lambda record: "py4j" not in record.pathname)  # it logs its tracebacks to the root

_LOOPBACK = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
_SESSION = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "10000",
}


def is_local(master: str) -> bool:
    """Does this master run in our own process, as ``local[2]`` does?"""
    return _LOCAL.fullmatch(master) is not None


def session(master: str, memory: str, settings: Mapping[str, str]) -> SparkSession:
    """A session of its own in the one context of this process, which is started where there is none.

    A context on another master is stopped first. ``memory`` of the Java machine counts when it starts.
    EngineError FB-ENGINE-JAVA, FB-ENGINE-MASTER.
    """
    with _START:
        context = SparkContext._active_spark_context
        if context is not None and (context.master != master or _is_gone(context)):
            _stop(context)
            context = None
        if context is None:
            context = _context(master, memory, settings)
        found = SparkSession(context).newSession()
    for key, value in {**_SESSION, **settings}.items():
        if key.startswith("spark.sql."):
            found.conf.set(key, value)
    return found


def _context(master: str, memory: str, settings: Mapping[str, str]) -> SparkContext:
    java_at_hand()
    temporary = tempfile.gettempdir()
    wanted = {
        "spark.master": master,
        "spark.driver.memory": memory,
        "spark.local.dir": temporary,
        "spark.sql.warehouse.dir": str(Path(temporary, "firebreak-spark-warehouse")),  # else one where we stand
    }
    if is_local(master):
        wanted |= _LOOPBACK
    conf = SparkConf(loadDefaults=True)
    for key, value in {**_ALWAYS, **wanted, **settings}.items():
        conf.set(key, value)
    gateway = _gateway(conf)
    try:
        context = SparkContext(conf=conf, gateway=gateway)
    except (Py4JError, PySparkException, OSError) as error:
        _kill(gateway)
        raise errors.master(master, _first_class(error)) from None
    if not is_local(master):
        _await_executor(context, master)
    return context


def _gateway(conf: SparkConf) -> Any:
    """Start the Java machine. What it prints goes nowhere: it may hold values of rows."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        return launch_gateway(conf, quiet)
    except (PySparkException, OSError):
        raise errors.java(f"Java was found and did not start Spark ({_java_version() or '?'})") from None


def java_at_hand() -> None:
    """EngineError FB-ENGINE-JAVA where there is no Java, or one too old."""
    home = os.environ.get("JAVA_HOME")
    program = Path(home, "bin", "java") if home else shutil.which("java")
    if not program or not os.access(program, os.X_OK):
        raise errors.java(f"JAVA_HOME holds no Java: {home}" if home else "No Java was found")
    version = _java_version()
    if version is not None and version < LEAST_JAVA:
        raise errors.java(f"The Java found has version {version}")


def _java_version() -> int | None:
    """The major version of the Java that Spark would start, None where it does not say."""
    home = os.environ.get("JAVA_HOME")
    program = str(Path(home, "bin", "java")) if home else "java"
    try:
        said = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=20, check=False).stderr
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(found[1]) if found else None


def _await_executor(context: SparkContext, master: str) -> None:
    """A cluster without a free worker would let the first question wait for ever."""
    if context.getConf().get("spark.dynamicAllocation.enabled", "false") == "true":
        return
    end = monotonic() + _WAIT
    while monotonic() < end:
        try:
            if context._jsc.sc().getExecutorMemoryStatus().size() > 1:  # one is the driver
                return
        except Py4JError:
            break
        sleep(0.2)
    _stop(context)
    raise errors.master(master, "no worker took the work")


def _is_gone(context: SparkContext) -> bool:
    try:
        return bool(context._jsc is None or context._jsc.sc().isStopped())
    except (Py4JError, OSError):
        return True


def _stop(context: SparkContext) -> None:
    """Stop a context and its Java machine, so that the next one may have other memory."""
    gateway = context._gateway
    try:
        context.stop()
    except (Py4JError, PySparkException, OSError):
        SparkContext._active_spark_context = None
    SparkContext._gateway = None
    SparkContext._jvm = None
    SparkSession._instantiatedSession = None
    _kill(gateway)


def _kill(gateway: Any) -> None:
    SparkContext._gateway = None
    SparkContext._jvm = None
    process = getattr(gateway, "proc", None)
    with suppress(Py4JError, OSError):
        gateway.shutdown()
    if process is not None:
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _first_class(error: BaseException) -> str:
    """What kind of trouble it was, without its words."""
    found = re.search(r"(?:java|scala|org\.apache)\.[\w.]*?(\w+(?:Exception|Error))", str(error))
    return found[1] if found else type(error).__name__
