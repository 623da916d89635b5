"""A fault of the program, in the log: its kind and its place, never its message, which might hold a person's value."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from django.core.signals import got_request_exception

import firebreak

_log = logging.getLogger("firebreak.faults")
_PACKAGE = Path(firebreak.__file__).parent


def listen() -> None:
    """Connect, once."""
    got_request_exception.connect(_noted, dispatch_uid="firebreak.faults")


def place_of(error: BaseException) -> str:
    """Where it happened: the last lines of ours and of all, as ``file:line``."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    last = [*ours[-1:], *frames[-1:]]
    return " < ".join(f"{os.path.basename(frame.filename)}:{frame.lineno}" for frame in last)


def _noted(request: Any = None, **_: Any) -> None:
    error = sys.exc_info()[1]
    if error is not None:
        match = getattr(request, "resolver_match", None)
        _log.error("FB-BUG %s at %s in %s", type(error).__name__, place_of(error), match.view_name if match else "?")
