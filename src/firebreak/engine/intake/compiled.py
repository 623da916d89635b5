"""Compile every loop of ``kernels`` and keep the result beside the code, so that no ingest waits for it.

python -m firebreak.engine.intake.compiled

Done by ``make setup``. numba looks at a loop's own file alone to see whether it has changed, so what was kept before
goes first.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl

from firebreak.engine.intake import kernels
from firebreak.engine.intake.normalise import resident
from firebreak.engine.intake.normalise.base import Compiled, Context, texts_of
from firebreak.engine.intake.normalise.registry import normalisers
from firebreak.engine.intake.raw_hash import raw_hash
from firebreak.engine.intake.readers.found import Found
from firebreak.engine.intake.readers.read import read
from firebreak.engine.intake.spec import SHIPPED, load_specs
from firebreak.engine.intake.spec_model import ChannelSpec

_DAY = date(2020, 2, 1)


def forget() -> None:
    """Throw away what was compiled from these files or older ones."""
    for folder in kernels.__path__:
        for kept in (*Path(folder).glob("__pycache__/*.nbi"), *Path(folder).glob("__pycache__/*.nbc")):
            kept.unlink(missing_ok=True)


def use() -> None:
    """Use every loop once: read a row of each kind of file, type a column by each fast path."""
    specs = {spec.id: spec for spec in load_specs([SHIPPED / "drill"])}
    rows = [
        chunk
        for name, data in (
            ("phone-owners", _delimited(specs["phone-owners"]).encode()),
            ("community-others", _delimited(specs["community-others"]).encode("gb18030")),
            ("household-register", _fixed(specs["household-register"])),
            ("rail-sales-shanghai", _lines(specs["rail-sales-shanghai"])),
        )
        for chunk in read(Found(name, "", data, ""), specs[name])
    ]
    raw_hash(rows[0].frame)
    for normaliser in normalisers().values():
        if isinstance(normaliser.fast, Compiled):
            cells = pl.Series([f" {text}" for text, _ in normaliser.cases], dtype=pl.String)
            normaliser.fast.read(texts_of(cells), Context(_DAY))
    resident.check_column(pl.Series(["320202199001011019"]), _DAY)


def _delimited(spec: ChannelSpec) -> str:
    names = [column.source for column in spec.columns]
    return "\n".join((",".join(names), ",".join(['"张"'] * len(names)), ""))


def _fixed(spec: ChannelSpec) -> bytes:
    return b"".join("张".encode("gb18030").ljust(width) for _, width in spec.file.widths) + b"\n"


def _lines(spec: ChannelSpec) -> bytes:
    (several,) = spec.several
    people = [{column.source: "张" for column in several.columns}]
    return json.dumps({column.source: "张" for column in spec.columns} | {several.list: people}).encode()


if __name__ == "__main__":
    forget()
    use()
