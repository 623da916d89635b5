"""The executors that the engine's expressions must agree on, for tests, and where they are known to differ.

``executor`` is DuckDB, then Spark in this process (``local[2]``, one Java machine a pytest worker). Where there is no
Java or no pyspark, the tests on Spark are skipped, by name. ``generated`` draws inputs: many for DuckDB, a few for
Spark, to which a question of nine rows costs as much as one of a million; many for it too behind the marker ``long``.
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

needs_spark = pytest.mark.skipif(bool(NO_SPARK), reason=NO_SPARK)


@pytest.fixture(scope="session")
def spark() -> Iterator[Executor]:
    """Spark in this process, for all tests of a pytest worker."""
    from firebreak.engine.backends.spark import Spark

    with Spark(master="local[2]", memory="1g", settings=SMALL) as executor:
        yield executor


@pytest.fixture(scope="session")
def duck() -> Iterator[Executor]:
    with Duck(threads=1) as executor:
        yield executor


@pytest.fixture(
    params=[
        "duckdb",
        pytest.param("spark", marks=needs_spark),
        pytest.param("spark-long", marks=[needs_spark, pytest.mark.long]),
    ]
)
def executor(request: pytest.FixtureRequest) -> Executor:
    """Each executor in turn. ``spark-long`` is Spark again, and only for what ``generated`` draws."""
    kind = request.param.partition("-")[0]
    gap = GAPS.get((kind, request.node.originalname))
    if gap:
        request.node.add_marker(pytest.mark.xfail(reason=gap, strict=True))
    found: Executor = request.getfixturevalue("duck" if kind == "duckdb" else kind)
    return found


def generated(*, on_spark: int = 3, examples: int = 30, **drawn: Any) -> Callable[[Callable[..., None]], Any]:
    """Make a test over drawn inputs of a function of an executor: ``examples`` on DuckDB, ``on_spark`` on Spark."""

    def decorate(judge: Callable[..., None]) -> Any:
        def test(executor: Executor, request: pytest.FixtureRequest) -> None:
            spark = request.node.callspec.params["executor"] == "spark"
            _drawing(judge, executor, on_spark if spark else examples, drawn, shrink=not spark)()

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
