"""The lake's errors, each with its stable code. No message holds a person's value."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from firebreak.terms.errors import LakeError


def missing(root: Path) -> LakeError:
    """There is no lake where one was asked for."""
    return LakeError(
        "FB-LAKE-MISSING",
        f"No lake at {root}",
        "A lake is a folder with catalog.sqlite.",
        "Give the right folder, or ingest something first.",
    )


def not_a_lake(root: Path) -> LakeError:
    """A folder with files where a new lake would put its own."""
    return LakeError(
        "FB-LAKE-FOLDER",
        f"{root} holds folders of the names a lake uses, and no catalog",
        "A new lake takes a folder of its own: what its catalog does not name is removed from it.",
        "Name an empty or a new folder.",
    )


def locked(root: Path) -> LakeError:
    """Another process writes."""
    return LakeError(
        "FB-LAKE-LOCKED",
        f"Another process is writing to {root}",
        "One writer at a time; readers are never held up.",
        "Wait until it has finished, then start again.",
    )


def readonly(root: Path) -> LakeError:
    """This user may not write there (or not read a catalog that a writer has left open)."""
    return LakeError(
        "FB-LAKE-READONLY",
        f"The lake at {root} is read-only for this user",
        "Ingest, link and drop write to the lake; trace and explain only read it.",
        "Ask its owner for the right to write, or wait until its writer has finished and only read.",
    )


def damaged(what: str) -> LakeError:
    """The catalog or a file of it is not what was written."""
    return LakeError(
        "FB-LAKE-DAMAGED",
        what,
        "The catalog names every file with its size, rows and hash.",
        "Restore the lake from its backup, or ingest the delivered files into a new lake.",
    )


def damaged_file(path: Path | str) -> LakeError:
    """A file of the lake cannot be read: damaged, or gone."""
    return LakeError(
        "FB-LAKE-FILE",
        f"A file of the lake cannot be read: {path}",
        "The catalog names every file with its size, rows and hash.",
        "Run firebreak lake check, and restore what it names from the backup.",
    )


def newer(root: Path, found: int, known: int) -> LakeError:
    """The lake was made by a later Firebreak."""
    return LakeError(
        "FB-LAKE-NEWER",
        f"The lake at {root} has layout {found}",
        f"This version reads layouts up to {known}.",
        "Use the version of Firebreak that made it, or a later one.",
    )


def older(root: Path, found: int, known: int) -> LakeError:
    """The lake was made by an earlier Firebreak, whose tables have other columns."""
    return LakeError(
        "FB-LAKE-OLDER",
        f"The lake at {root} has layout {found}",
        f"This version reads layout {known}: columns of the tables have changed.",
        "Take the delivered files into a new lake with firebreak ingest; the old one keeps them under raw/.",
    )


def full(root: Path) -> LakeError:
    """No space is left. What was being written is gone; the lake is as it was."""
    return LakeError(
        "FB-LAKE-FULL",
        f"No space left for the lake at {root}",
        "A batch is committed as a whole or not at all; this one was not.",
        "Free some space and start again.",
    )


def unknown_table(name: str) -> LakeError:
    """A table that is not in terms.tables."""
    return LakeError("FB-LAKE-TABLE", f"No table {name}", "Tables are those of terms.tables.", "Use one of them.")


def personal(table: str, columns: list[str]) -> LakeError:
    """A column that names a person, outside the persons room."""
    return LakeError(
        "FB-LAKE-PERSONAL",
        f"Columns {', '.join(columns)} for the table {table}",
        "Columns that name a person exist in tables of the persons room only.",
        "Keep the record's id instead; names are found through mentions and persons.",
    )


def wrong_columns(table: str, detail: str) -> LakeError:
    """Columns or types that are not the table's."""
    return LakeError(
        "FB-LAKE-COLUMNS", f"{detail} for the table {table}", "A table has the columns of terms.tables.", "Mend it."
    )


def miscounted(rows_in: int, kept: int, rejected: int) -> LakeError:
    """The rows of a batch do not add up: never committed."""
    return LakeError(
        "FB-LAKE-COUNT",
        f"{rows_in} rows in, {kept} kept, {rejected} rejected",
        "Rows in = rows kept + rows rejected.",
        "This is a fault of Firebreak: report it with the channel's spec.",
    )


def outside(table: str) -> LakeError:
    """Rows of other days than those that are replaced."""
    return LakeError(
        "FB-LAKE-DAYS",
        f"Rows of the table {table} lie outside the days to be replaced",
        "Replacing some days takes rows of these days only.",
        "Filter the rows, or name all their days.",
    )


def no_raw(batch_id: int) -> LakeError:
    """The delivered bytes of a batch are not there."""
    return LakeError(
        "FB-LAKE-RAW",
        f"The delivered bytes of batch {batch_id} are not in the lake",
        "They are dropped with the last day of their batch; derived rows have none.",
        "Look at the record's batch entry for the file's name, and ask its sender.",
    )


def is_full(error: BaseException) -> bool:
    """Does the error mean that the disk is full (or the quota used up)?"""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return isinstance(error, sqlite3.OperationalError) and "full" in str(error)
