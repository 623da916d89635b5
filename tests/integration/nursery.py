"""A process that has imported everything and forks a child for each ingest, so that a run costs no start-up.

It reads lines ``LAKE INBOX SPECS WORKERS`` and answers with the child's pid, then ``done`` or ``died``. Nothing here
may use Polars before the fork: it starts its threads when it is first used.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from tests.integration.delivery import AS_OF

from firebreak.engine.intake import ingest as module
from firebreak.engine.intake.spec import load_specs
from firebreak.lake import Lake


def _child(lake: str, inbox: str, specs: str, workers: str) -> None:
    if int(workers) > 1:
        module._FILES = 1  # a parcel a file, so that all workers have some
    found = load_specs([Path(specs)])
    module.ingest([Path(inbox)], Lake.open(lake, create=True), found, AS_OF, "test", workers=int(workers))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Serve until the input ends."""
    names = [path.read_text().strip() for path in Path("/proc/self/task").glob("*/comm")]
    if any(re.fullmatch(r"polars-\d+", name) for name in names):
        sys.exit("a module uses Polars when it is imported; a child would wait for its threads for ever")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                _child(*line.split())
                os._exit(0)
            finally:
                os._exit(1)
        _say(str(child))
        _say("done" if os.waitpid(child, 0)[1] == 0 else "died")


if __name__ == "__main__":
    main()
