"""What every executor promises: the same rows and types, files read as they are, trouble told without a value."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from hashlib import md5
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.executors import needs_spark, on_both
from tests.generative.travel import arrow

from firebreak.engine.backends.base import Executor
from firebreak.engine.backends.duckdb import Duck
from firebreak.engine.backends.functions import key64
from firebreak.terms.errors import EngineError, LakeError
from firebreak.terms.tables import TABLES

ODD = "la ke [1] {a,b} 100% 湖/day=2020-01-23"
"""A folder whose name Spark would take for a pattern, for an escaped one, and for a column."""


@contextmanager
def like(executor: Executor, files: dict[str, list[Path]]) -> Iterator[Executor]:
    """Another executor of the same kind, over these files."""
    if isinstance(executor, Duck):
        with Duck(files, threads=1) as other:
            yield other
    else:
        from firebreak.engine.backends.spark import Spark

        with Spark(files, master="local[2]", memory="1g") as other:
            yield other


def in_order(table: pa.Table) -> list[str]:
    return sorted(map(repr, table.to_pylist()))


@on_both
def test_every_type_of_the_lake_goes_in_and_comes_out_as_it_was(executor: Executor) -> None:
    values = {
        pa.int64(): -(2**63), pa.int32(): 2**31 - 1, pa.int16(): -1, pa.int8(): 127, pa.float32(): 36.5,
        pa.string(): "王\u00a0伟'\"\\%_𠮷", pa.bool_(): False, pa.date32(): date(1582, 10, 15),
        pa.timestamp("us", tz="UTC"): datetime(1991, 4, 14, 18, 59, 59, 999_999, tzinfo=UTC),
    }  # fmt: skip
    types = {column.type for table in TABLES.values() for column in table}
    assert types <= {*values}, "a type that this test does not try"
    table = pa.table({f"c{index}": pa.array([value, None], kind) for index, (kind, value) in enumerate(values.items())})
    kept = executor.keep("kept", executor.put("sent", table))
    for found in (executor.run(executor.table("sent")), executor.run(kept)):
        assert found.schema == table.schema
        assert in_order(found) == in_order(table)


@on_both
def test_a_name_given_again_is_a_new_table_and_no_file_is_an_empty_one(executor: Executor) -> None:
    executor.put("again", pa.table({"a": [1]}))
    executor.keep("again", executor.put("other", pa.table({"b": ["x", "y"]})))
    assert executor.run(executor.table("again")).column_names == ["b"]
    assert executor.run(executor.scan("cases", [])).schema == TABLES["cases"].schema


@on_both
def test_files_are_read_as_they_are_named(executor: Executor, tmp_path: Path) -> None:
    folder = tmp_path / ODD
    folder.mkdir(parents=True)
    paths = [folder / f"batch-0000000001-{run:03d}.parquet" for run in (0, 1)]
    for person, path in enumerate(paths):
        pq.write_table(arrow("cases", [{"record_id": person, "case_no": "A"}]), path)
    pq.write_table(arrow("cases", [{"record_id": 9}]), tmp_path / "la ke 1 a 100% 湖.parquet")
    with like(executor, {"cases": paths, "own": paths[:1]}) as other:
        found = other.run(other.table("cases"))
        assert found.schema == TABLES["cases"].schema
        assert sorted(found["record_id"].to_pylist()) == [0, 1]
        assert other.run(other.table("own"))["case_no"].to_pylist() == ["A"]


@on_both
def test_a_later_layer_hides_the_rows_of_the_same_key(executor: Executor, tmp_path: Path) -> None:
    def layer(generation: int, *rows: dict[str, object]) -> Path:
        path = tmp_path / f"made-{generation:08d}-000.parquet"
        pq.write_table(arrow("persons", list(rows)), path)
        return path

    first = layer(3, {"person_id": 1, "records": 1}, {"person_id": 2, "records": 1}, {"person_id": 3, "records": 1})
    second = layer(12, {"person_id": 2, "records": 5}, {"person_id": 3, "records": None})
    with like(executor, {"persons": [second, first]}) as other:
        found = other.run(other.table("persons").select("person_id", "records"))
    assert sorted(map(tuple, (row.values() for row in found.to_pylist()))) == [(1, 1), (2, 5)]


@on_both
def test_a_written_file_is_one_sorted_file_with_the_types_declared(executor: Executor, tmp_path: Path) -> None:
    rows = [{"record_id": number % 3, "case_no": letter} for number in range(50) for letter in ("乙", "A", None)]
    sent = executor.put("to_write", arrow("cases", rows))
    path = tmp_path / "写 [1].parquet"
    assert executor.write(sent, path, sort=("case_no", "record_id")) == len(rows)
    written = pq.read_table(path)
    assert written.schema.equals(TABLES["cases"].schema)
    keys = [(row["case_no"] is not None, row["case_no"] or "", row["record_id"]) for row in written.to_pylist()]
    assert keys == sorted(keys)
    assert executor.write(sent.filter(sent.record_id > 9), tmp_path / "none.parquet") == 0
    assert pq.read_table(tmp_path / "none.parquet").schema.equals(TABLES["cases"].schema)


@on_both
def test_a_file_that_is_gone_or_damaged_is_named(executor: Executor, tmp_path: Path) -> None:
    folder = tmp_path / ODD
    folder.mkdir(parents=True)
    good, bad = folder / "good.parquet", folder / "bad.parquet"
    pq.write_table(arrow("cases", [{"record_id": 1}] * 1000), good)
    content = good.read_bytes()
    bad.write_bytes(content[:200] + b"\0" * 200 + content[400:])
    with pytest.raises(LakeError, match="FB-LAKE-FILE"):
        executor.run(executor.scan("cases", [good, folder / "gone.parquet"]))
    with pytest.raises(LakeError, match=r"FB-LAKE-FILE.*(bad|Parquet)"):
        executor.run(executor.scan("cases", [bad]))
    executor.scan("cases", [])


@needs_spark
def test_spark_never_shows_the_value_it_stumbled_on(spark: Executor, capfd: pytest.CaptureFixture[str]) -> None:
    names = spark.put("names", pa.table({"name": ["演练张三", "1"]}))
    with pytest.raises(EngineError, match="CAST_INVALID_INPUT") as caught:
        spark.run(names.select(number=names.name.cast("int64")), "numbers")
    printed = capfd.readouterr()
    assert "张三" not in str(caught.value) + printed.out + printed.err
    assert caught.value.__suppress_context__


@needs_spark
def test_closing_spark_leaves_no_row_behind(tmp_path: Path) -> None:
    from firebreak.engine.backends.spark import Spark

    with Spark(master="local[2]", scratch=tmp_path / "scratch") as executor:
        executor.keep("kept", executor.put("sent", pa.table({"name": ["演练张三"]})))
        assert list((tmp_path / "scratch").rglob("*.parquet"))
    assert not list((tmp_path / "scratch").iterdir())


@on_both
def test_a_key_is_the_same_number_on_every_executor(executor: Executor) -> None:
    texts = ["", "phone|+8613900000001", "document|王𠮷", None]
    said = executor.put("said", pa.table({"said": pa.array(texts, pa.string())}))
    found = executor.run(executor.keep("keyed", said.mutate(key=key64(said.said)))).to_pylist()
    told = {text: text if text is None else _key(text) for text in texts}
    assert {row["said"]: row["key"] for row in found} == told


def _key(text: str) -> int:
    return int.from_bytes(md5(text.encode()).digest()[:8], "little") % 2**60


@on_both
def test_a_text_is_split_at_the_separator_as_it_is_written(executor: Executor) -> None:
    texts = ["resident|32.0", "a/b", "|x", "无", None]
    said = executor.put("said", pa.table({"said": pa.array(texts, pa.string())}))
    parts = {f"at{number}": said.said.split(mark) for number, mark in enumerate(("|", "/", ".", "||"))}
    found = executor.run(said.select("said", **{name: part[1] for name, part in parts.items()})).to_pylist()
    for row in found:
        told = [row["said"].split(mark) if row["said"] is not None else [] for mark in ("|", "/", ".", "||")]
        assert [row[name] for name in parts] == [part[1] if len(part) > 1 else None for part in told]
