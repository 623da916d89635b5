"""Which messes there are, by the column they happen to. The names are the keys of the noise file."""

from __future__ import annotations

from firebreak.world.channels.mess.addresses import ADDRESSES
from firebreak.world.channels.mess.base import Harm, Mess, gone
from firebreak.world.channels.mess.names import NAMES
from firebreak.world.channels.mess.numbers import DOCUMENTS, PHONES

_OTHER_SEX = {"男": "女", "女": "男"}


def _flipped(sex: str, _roll: int) -> str:
    return _OTHER_SEX.get(sex, sex)


def _seat_wrong(row: str, roll: int) -> str:
    """The row before or behind."""
    return str(max(1, int(row) + (1, -1)[roll % 2]))


CELLS: dict[str, tuple[Mess, ...]] = {
    "name": NAMES,
    "document": DOCUMENTS,
    "phone": PHONES,
    "sex": (
        Mess("flipped", Harm.WRONG, _flipped, "the other sex", "性别错误"),
        Mess("gap", Harm.LOST, gone, "empty", "空缺"),
    ),
    "address": ADDRESSES,
    "seat": (
        Mess("wrong_row", Harm.WRONG, _seat_wrong, "the row before or behind", "排号错误"),
        Mess("gap", Harm.LOST, gone, "coach and seat empty", "席位空缺"),
    ),
}
"""Messes of one cell, by column. At most one of them happens to a cell."""

SWAPS: dict[str, tuple[str, str]] = {"name_phone": ("name", "phone"), "sex_age": ("sex", "age")}
"""Pairs of columns whose cells may be exchanged. Both values are in the wrong place then."""

ROWS = ("lost", "duplicate", "late")
"""What may happen to a whole row: it never arrives, arrives twice in the same file, arrives one to three files late."""

FILES = ("repeated", "renamed", "empty", "truncated", "unknown")
"""What may happen to files: ``repeated`` and ``renamed`` are shares (the same file again; the same content under
another name), ``empty``, ``truncated`` and ``unknown`` are numbers of files for the whole drill."""


def all_messes() -> list[tuple[str, Mess]]:
    """Every mess of a cell with its key in the noise file (``document.old15``), in the order of their bits."""
    return [(f"{column}.{mess.name}", mess) for column, messes in CELLS.items() for mess in messes]
