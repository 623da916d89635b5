"""Work for tests of background runs: it notes each beginning in a file, and may take for ever."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from firebreak.ops.runs.progress import Job
from firebreak.terms.errors import LakeError

NOTES = Path(os.environ.get("FIREBREAK_TEST_NOTES", "/dev/null"))


def note(text: str) -> None:
    """One line more."""
    with NOTES.open("a", encoding="utf-8") as file:
        file.write(f"{text}\n")


def first_for_ever(job: Job) -> dict[str, Any]:
    """The first time it never ends, so that it can be killed; the second time it is done."""
    before = NOTES.read_text("utf-8").count("begun") if NOTES.exists() else 0
    note("begun")
    job.step("rides", before, 10)
    while not before:
        time.sleep(0.05)
    return {"rows": 7}


def for_ever(job: Job) -> dict[str, Any]:
    """It never ends."""
    note("begun")
    while True:
        time.sleep(0.05)


def short(job: Job) -> dict[str, Any]:
    """Done at once."""
    for done in range(3):
        job.step("rides", done + 1, 3, "rides")
    return {"rows": 3}


def busy(job: Job) -> dict[str, Any]:
    """Another writes to the lake."""
    raise LakeError("FB-LAKE-LOCKED", "locked", "One writer.", "Wait.")


def broken(job: Job) -> dict[str, Any]:
    """A fault whose message holds a person's number."""
    raise ValueError("32020219900101123X")
