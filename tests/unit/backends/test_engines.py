"""Naming an executor: what is understood, and what is said, in both languages, where it cannot be started."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from tests.executors import NO_SPARK, needs_spark

from firebreak.bridge import engines
from firebreak.cli.main import main
from firebreak.terms.errors import EngineError


@pytest.mark.parametrize("word", ["duckdb", "spark-local", "spark-local[4]", "spark://host:7077", "spark://a:1,b:2"])
def test_these_words_name_an_executor(word: str) -> None:
    assert engines.known(word) == word


@pytest.mark.parametrize(
    "word",
    ["", "postgres", "Spark-local", "spark-local[0]", "spark-local[two]", "spark://", "spark://host", "spark://:7077",
     "spark://host:99999", "spark://me@host:1", "spark://host:1/path", "spark://a:1,", "local[2]"],
)  # fmt: skip
def test_any_other_word_is_told_with_the_words_there_are(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["trace", "--lang", "en", "--lake", "nowhere", "--case", "X", "--engine", word])
    said = capsys.readouterr().err
    assert "FB-ENGINE-NAME" in said
    assert "spark-local" in said


def test_without_pyspark_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    with pytest.raises(EngineError, match=r"FB-ENGINE-PYSPARK.*make spark"):
        engines.spark("spark-local", {}, tmp_path)


@pytest.mark.skipif("pyspark" in NO_SPARK, reason=NO_SPARK)
def test_without_a_java_it_is_said_which_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from firebreak.engine.backends import spark_start

    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match=r"FB-ENGINE-JAVA.*openjdk-17"):
        spark_start.java_at_hand()
    old = tmp_path / "java"
    old.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_392\"' >&2\n")
    old.chmod(0o755)
    with pytest.raises(EngineError, match="version 8"):
        spark_start.java_at_hand()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "none"))
    with pytest.raises(EngineError, match="JAVA_HOME holds no Java"):
        spark_start.java_at_hand()


@needs_spark
def test_a_master_that_nobody_answers_for_is_told_at_once(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(EngineError, match="FB-ENGINE-MASTER"):
        engines.spark(f"spark://127.0.0.1:{port}", {}, tmp_path)
