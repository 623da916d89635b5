"""The executors that the engine's expressions must agree on, for tests, and where they are known to differ.

A test that takes ``executor`` runs on DuckDB and on Spark in this process (``local[2]``, one Java machine a pytest
worker). A question of nine rows costs Spark as much as one of a million, so that in the default run it gets a few of
the inputs that ``generated`` draws; behind the marker ``long`` it gets more, the tests written by hand too, and
compiles its queries as it does in earnest. Where there is no Java or no pyspark, the tests on Spark are
skipped, by name.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from firebreak.engine.backends.base import Executor
from firebreak.engine.backends.duckdb import Duck

NO_SPARK = (
    "pyspark is not installed (make spark)"
    if find_spec("pyspark") is None
    else "no Java: apt-get install openjdk-17-jre-headless"
    if shutil.which("java") is None
    else ""
)

GAPS: dict[tuple[str, str], str] = {}
"""(executor, test) → why the executor cannot pass that test. The test is expected to fail there, strictly: when the gap
heals, the test says so, and the line goes."""

SMALL = {
    # Nine rows need no partitions, no second look at the plan and no second compiler.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.adaptive.enabled": "false",
}
INTERPRETED = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
"""Half the time of a small question goes into compiling it to Java."""

LONG_ON_SPARK = 12
"""Inputs of a generated test behind ``long``: a question as large as the contact rules costs Spark one to three seconds
of planning and compiling, whatever its rows."""

needs_spark = pytest.mark.skipif(bool(NO_SPARK), reason=NO_SPARK)

_DUCKDB = pytest.param("duckdb")
_SPARK = pytest.param("spark", marks=needs_spark)
_LONG = pytest.param("spark-long", marks=[needs_spark, pytest.mark.long])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Which executors a test runs on."""
    if "executor" in metafunc.fixturenames:
        drawn = hasattr(metafunc.function, "on_spark")
        metafunc.parametrize("executor", [_DUCKDB, _SPARK, _LONG] if drawn else [_DUCKDB, _LONG], indirect=True)


@pytest.fixture(scope="session")
def duck() -> Iterator[Executor]:
    """DuckDB, for all tests of a pytest worker."""
    with Duck(threads=1) as executor:
        yield executor


@pytest.fixture(scope="session")
def spark() -> Iterator[Executor]:
    """Spark in this process, for all tests of a pytest worker."""
    with _spark(INTERPRETED) as executor:
        yield executor


@pytest.fixture(scope="session")
def compiling_spark() -> Iterator[Executor]:
    """The same, with its queries compiled."""
    with _spark({}) as executor:
        yield executor


def _spark(more: dict[str, str]) -> Executor:
    from firebreak.engine.backends.spark import Spark

    return Spark(master="local[2]", memory="1g", settings={**SMALL, **more})


@pytest.fixture
def executor(request: pytest.FixtureRequest) -> Executor:
    """One executor after the other. A gap that is declared must be there."""
    kind = request.param
    gap = GAPS.get((kind.partition("-")[0], request.node.originalname))
    if gap:
        request.node.add_marker(pytest.mark.xfail(reason=gap, strict=True))
    fixture = {"duckdb": "duck", "spark": "spark", "spark-long": "compiling_spark"}[kind]
    found: Executor = request.getfixturevalue(fixture)
    return found


def on_both(test: Any) -> Any:
    """A test written by hand that runs on Spark in the default run too."""
    test.on_spark = 1
    return test


def generated(*, on_spark: int = 3, examples: int = 30, **drawn: Any) -> Callable[[Callable[..., None]], Any]:
    """Make a test over drawn inputs of a function of an executor: ``examples`` on DuckDB, ``on_spark`` on Spark."""

    def decorate(judge: Callable[..., None]) -> Any:
        def test(executor: Executor, request: pytest.FixtureRequest) -> None:
            kind = request.node.callspec.params["executor"]
            count = {"spark": on_spark, "spark-long": min(examples, LONG_ON_SPARK)}.get(kind, examples)
            _drawing(judge, executor, count, drawn, shrink=kind == "duckdb")()

        test.on_spark = on_spark  # type: ignore[attr-defined]
        test.__name__, test.__doc__, test.__module__ = judge.__name__, judge.__doc__, judge.__module__
        return test

    return decorate


def _drawing(
    judge: Callable[..., None], executor: Executor, count: int, drawn: dict[str, Any], shrink: bool
) -> Callable[[], None]:
    def each(**values: Any) -> None:
        judge(executor, **values)

    each.__name__, each.__qualname__ = judge.__name__, judge.__qualname__
    phases = [phase for phase in Phase if shrink or phase is not Phase.shrink]
    return settings(max_examples=count, deadline=None, phases=phases)(given(**drawn)(each))
