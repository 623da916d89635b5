"""Train the linkage model that comes with the program, without labels, on a drill of its own.

``python scripts/train_model.py`` writes ``engine/identity/model/default.json``. The drill has another seed than those
of bench/linkage.py, and its truth is not read.
"""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from firebreak.bridge.run import take
from firebreak.bridge.session import session
from firebreak.bridge.specs import specs_from
from firebreak.engine.identity.model.learn import learned
from firebreak.engine.identity.model.model import save
from firebreak.lake.lake import Lake
from firebreak.world.channels import load_noise, render
from firebreak.world.generate import generate

VERSION = "2020.1"
PEOPLE, DAYS, SEED = 40_000, 21, 11
PLACE = Path(__file__).parent.parent / "src/firebreak/engine/identity/model/default.json"


def main() -> None:
    """Drill, ingest, learn, save."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        generate(out=out, people=PEOPLE, days=DAYS, seed=SEED)
        render(out / "truth", out, load_noise(), SEED)
        lake = Lake.open(out / "lake", create=True)
        take(lake, [out / "channels"], specs_from(), date(2020, 1, 31), "training", lambda *_: None, workers=2)
        with session(lake) as opened:
            made_of = f"drill (演练), {PEOPLE:,} people, {DAYS} days, seed {SEED}, light dirt; EM without labels"
            save(learned(opened.duck, VERSION, made_of), PLACE)


if __name__ == "__main__":
    main()
