"""A process that has imported everything and forks a child for each ingest, so that a run costs no start-up.

It reads lines ``LAKE INBOX SPECS`` and answers with the child's pid, then ``done`` or ``died``. Nothing here may start a
thread before the fork: Polars and Arrow start theirs when they are first used.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from firebreak.engine.intake.ingest import ingest
from firebreak.engine.intake.spec import load_specs
from firebreak.lake import Lake
from tests.integration.delivery import AS_OF


def _child(lake: str, inbox: str, specs: str) -> None:
    ingest([Path(inbox)], Lake.open(lake, create=True), load_specs([Path(specs)]), AS_OF, "test")


def main() -> None:
    """Serve until the input ends."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                _child(*line.split())
                os._exit(0)
            finally:
                os._exit(1)
        print(child, flush=True)
        print("done" if os.waitpid(child, 0)[1] == 0 else "died", flush=True)


if __name__ == "__main__":
    main()
