"""What keeps an executor from starting or from answering. No message holds a person's value."""

from __future__ import annotations

from firebreak.terms.errors import EngineError


def unknown(word: str) -> EngineError:
    """An executor of no known kind."""
    return EngineError(
        "FB-ENGINE-NAME",
        f"No executor {word}",
        "Executors are duckdb, spark-local, spark-local[N] and spark://HOST:PORT.",
        "Use one of them.",
    )


def no_pyspark() -> EngineError:
    """The optional extra is not installed."""
    return EngineError(
        "FB-ENGINE-PYSPARK",
        "pyspark is not installed",
        "Spark is an optional extra: half a gigabyte that most machines do not need.",
        "Run make spark, or pip install --no-deps -r requirements-spark.lock.",
    )


def java(what: str) -> EngineError:
    """No Java, or one that Spark cannot use."""
    return EngineError(
        "FB-ENGINE-JAVA",
        what,
        "Spark needs Java 17 or newer, in JAVA_HOME or on the PATH.",
        "On Debian 12: apt-get install openjdk-17-jre-headless. Or use --engine duckdb.",
    )


def master(where: str, why: str) -> EngineError:
    """The cluster cannot be reached, or gives no executor."""
    return EngineError(
        "FB-ENGINE-MASTER",
        f"The Spark master {where} did not give an executor ({why})",
        "A master is spark://HOST:PORT, of the same Spark version, with a worker that has a free core.",
        "Check the address and the master's page, or use --engine spark-local or duckdb.",
    )


def lost(step: str) -> EngineError:
    """The connection to Spark broke while it worked."""
    return EngineError(
        "FB-ENGINE-LOST",
        f"Spark was lost in the step {step or '-'}",
        "Its Java machine must live as long as the command; want of memory is what mostly ends it.",
        "Give it more memory or fewer rows, and start again: nothing was committed.",
    )


def failed(step: str, condition: str) -> EngineError:
    """Spark refused a step for what it found in the rows, or for want of something."""
    return EngineError(
        "FB-ENGINE-STEP",
        f"Spark could not run the step {step or '-'}: {condition}",
        "Both executors run the same expressions; what one refuses is a fault of the expression or of the cluster.",
        "Run it with --engine duckdb, and report the condition.",
    )


def scratch(folder: str) -> EngineError:
    """Nowhere to keep intermediate rows."""
    return EngineError(
        "FB-ENGINE-SCRATCH",
        f"No rows can be kept in {folder}",
        "Spark keeps intermediate rows in files that it and its executors can both write and read.",
        "Name a folder on the shared storage in FIREBREAK_SCRATCH.",
    )
