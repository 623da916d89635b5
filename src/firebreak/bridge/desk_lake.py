"""The lake of this installation, as the desks' background work and pages see it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from firebreak.bridge.session import Session, session
from firebreak.bridge.specs import specs_from
from firebreak.engine.intake.spec_model import ChannelSpec
from firebreak.lake.lake import Lake
from firebreak.terms.errors import LakeError


def the_lake(create: bool = False) -> Lake:
    """The lake that FIREBREAK_LAKE names. ``create``: make it where there is none yet. Errors: LakeError."""
    path: Path | None = settings.FIREBREAK_LAKE
    if path is None:
        raise LakeError(
            "FB-RUN-LAKE", "FIREBREAK_LAKE is not set", "An installation works on one lake.",
            "Start it with firebreak serve --lake FOLDER.",
        )  # fmt: skip
    return Lake.open(path, create=create)


@contextmanager
def reading() -> Iterator[Session]:
    """One consistent look at it, for a page: the files of this instant. Costs about 20 ms. Errors: LakeError."""
    with session(the_lake(), memory_limit="512MB", threads=1) as opened:
        yield opened


def the_specs() -> tuple[ChannelSpec, ...]:
    """The channel specs of this installation: those shipped, and those of the folder that FIREBREAK_SPECS names. Read
    once a process."""
    return _specs(settings.FIREBREAK_SPECS)


@cache
def _specs(folder: Path | None) -> tuple[ChannelSpec, ...]:
    return tuple(specs_from((folder,) if folder else ()))


def today() -> date:
    """The day it is here: Shanghai's, or the one that a drill plays (FIREBREAK_TODAY)."""
    played: date | None = settings.FIREBREAK_TODAY
    return played or timezone.localdate()
