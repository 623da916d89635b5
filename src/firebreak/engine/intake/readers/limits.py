"""How large a delivery may be before it is taken for an accident or an attack."""

from __future__ import annotations

from firebreak.engine.intake.readers.errors import file_error
from firebreak.engine.intake.spec_model import ChannelSpec

DEPTH = 3
MEMBERS = 20_000
RATIO = 250
"""Bytes unpacked for one byte packed. Text of tables packs 5 to 40 times, deflate's limit is 1,032."""
FREE = 16 << 20
"""Bytes that may always be unpacked, whatever the ratio: small files of one value pack well."""
UNPACKED = 64 << 30
CELLS = 60_000_000
"""Cells a sheet may span; a sheet is held in memory."""
_WIDTH, _ALWAYS = 10, 100


def check_width(label: str, width: int, spec: ChannelSpec) -> None:
    """Raise FB-F007 where a table has ten times the columns its spec names, and more than a hundred."""
    known = max(len(spec.file_columns), len(spec.file.columns))
    if width > _ALWAYS and width >= _WIDTH * max(known, 1):
        raise file_error("FB-F007", label, f"{width:,} columns; {spec.key} names {known}")


def check_unpacked(label: str, packed: int, unpacked: int) -> None:
    """Raise FB-F006 where so many bytes came out of so few."""
    if unpacked > UNPACKED or (unpacked > FREE and unpacked > RATIO * max(packed, 1)):
        raise file_error("FB-F006", label, f"{packed:,} bytes unpack to more than {unpacked - 1:,}")
