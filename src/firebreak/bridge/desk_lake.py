"""The lake of this installation, as the desks read it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from firebreak.bridge.session import Session, session
from firebreak.lake.lake import Lake
from firebreak.terms.errors import FirebreakError


def the_lake() -> Lake:
    """The lake of FIREBREAK_LAKE. Errors: FirebreakError where there is none; LakeError where it cannot be read."""
    if settings.FIREBREAK_LAKE is None:
        raise FirebreakError(
            "FB-PERSONS-LAKE", "FIREBREAK_LAKE", "Files of persons and pairs are read from a lake.",
            "Name it, and start again.",
        )  # fmt: skip
    return Lake.open(settings.FIREBREAK_LAKE)


def connected() -> bool:
    """Does this installation have a lake?"""
    return settings.FIREBREAK_LAKE is not None


@contextmanager
def reading() -> Iterator[Session]:
    """One consistent look at it: the files of this instant. Costs about 20 ms."""
    with session(the_lake(), memory_limit="512MB", threads=1) as opened:
        yield opened
