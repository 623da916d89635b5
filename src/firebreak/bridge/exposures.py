"""Where the bridge asks the engine who was near the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from firebreak.bridge.orders import Target
from firebreak.bridge.session import Session


@dataclass(frozen=True, slots=True)
class Traced:
    """``rule`` as ``id@version``; ``rows`` each way, None where the rule takes the whole coach.

    ``case_rides`` are the case's rows of ``rides``, ``rides`` those of everybody on the same runs, ``exposures``
    rows of that table.
    """

    rule: str
    rows: int | None
    case_rides: tuple[dict[str, Any], ...]
    rides: tuple[dict[str, Any], ...]
    exposures: tuple[dict[str, Any], ...]


def expose(session: Session, target: Target, as_of: date, rule: str, rows: int | None) -> Traced:
    raise NotImplementedError
