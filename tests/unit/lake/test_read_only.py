"""A lake that this user may only read is read as it lies; what cannot be done there is told as such, not as damage."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.unit.lake.lake_rows import deliver

from firebreak.lake import Lake
from firebreak.lake.catalog import Catalog
from firebreak.terms.errors import LakeError

NOBODY = 65534


@pytest.fixture
def lake() -> Iterator[Lake]:
    """A lake in a folder that everybody may read and nobody but its owner may write to."""
    root = Path(tempfile.mkdtemp()) / "lake"
    root.parent.chmod(0o755)
    lake = Lake.open(root, create=True)
    deliver(lake, b"one", [None])
    root.chmod(0o555)
    yield lake
    root.chmod(0o755)
    shutil.rmtree(root.parent)


def as_somebody_else(work: Callable[[], object]) -> str:
    """What ``work`` ends with in a process that is not the owner's: the error's code, or nothing."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        if os.getuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        try:
            work()
            os.write(writer, b"done")
        except LakeError as error:
            os.write(writer, error.code.encode())
        except BaseException as error:
            os.write(writer, repr(error).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        said = told.read()
    os.waitpid(child, 0)
    return said


def test_a_reader_who_may_not_write_reads_and_leaves_nothing(lake: Lake) -> None:
    before = sorted(lake.root.rglob("*"))
    assert as_somebody_else(lambda: Lake.open(lake.root).snapshot()) == "done"
    assert sorted(lake.root.rglob("*")) == before


def test_a_writer_who_may_not_write_is_told_so(lake: Lake) -> None:
    assert as_somebody_else(lambda: Lake.open(lake.root).drop_before("journeys", None)) == "FB-LAKE-READONLY"
    assert as_somebody_else(lambda: Catalog(lake.root).writing().__enter__()) == "FB-LAKE-READONLY"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("database is locked", "FB-LAKE-LOCKED"),
        ("attempt to write a readonly database", "FB-LAKE-READONLY"),
        ("unable to open database file", "FB-LAKE-READONLY"),
        ("database or disk is full", "FB-LAKE-FULL"),
        ("no such table: files", "FB-LAKE-DAMAGED"),
    ],
)
def test_what_sqlite_complains_of_has_its_own_code(lake: Lake, said: str, code: str) -> None:
    with pytest.raises(LakeError) as raised, Catalog(lake.root).reading():
        raise sqlite3.OperationalError(said)
    assert raised.value.code == code
