"""The rows of one key in a table that is sorted by it, out of the one row group that holds them: no query is planned.

DuckDB looks at every row group's minimum each time: 50 ms for the 1,300 groups of 160 million facts. Here a file's
minima are read once and the group is found by bisection; what takes time is to decompress the one group.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from firebreak.lake.errors import damaged_file
from firebreak.lake.layout import generation_of
from firebreak.terms.tables import TABLES

Row = dict[str, Any]


class Lookup:
    """Files of one table of the lake, sorted by a whole number that is its first sort column; a later layer hides the
    rows of earlier ones. ``columns``: all, or those named. Files are opened when first asked and stay open. LakeError
    FB-LAKE-FILE."""

    def __init__(self, table: str, files: Sequence[Path], columns: Sequence[str] = ()) -> None:
        self._table = TABLES[table]
        needed = {self._table.sort[0], self._table.present}
        self._columns = [name for name in self._table.names if not columns or name in {*columns, *needed}]
        layers: dict[int, list[Path]] = defaultdict(list)
        for file in files:
            layers[generation_of(file) if self._table.key else 0].append(file)
        self._layers = [layers[generation] for generation in sorted(layers, reverse=True)]
        self._open: dict[Path, _Sorted] = {}

    def rows(self, key: int) -> list[Row]:
        """Every row whose first sort column is ``key``."""
        for files in self._layers:
            found = [row for file in files for row in self._file(file).rows(key, self._columns)]
            if found:
                present = self._table.present
                return [row for row in found if present is None or row[present] is not None]
        return []

    def _file(self, path: Path) -> _Sorted:
        if path not in self._open:
            self._open[path] = _sorted_file(path, self._table.sort[0])
        return self._open[path]


@dataclass(frozen=True, slots=True)
class _Sorted:
    """``lows`` and ``highs``: the least and the greatest key of each row group."""

    path: Path
    column: str
    file: pq.ParquetFile
    lows: tuple[int, ...]
    highs: tuple[int, ...]

    def rows(self, key: int, columns: list[str]) -> list[Row]:
        found: list[Row] = []
        group = bisect_left(self.highs, key)
        while group < len(self.lows) and self.lows[group] <= key:
            rows = _read(self, group, columns)
            found += rows.filter(pc.equal(rows[self.column], key)).to_pylist()
            group += 1
        return found


def _sorted_file(path: Path, column: str) -> _Sorted:
    try:
        file = pq.ParquetFile(path)
        at = file.schema_arrow.get_field_index(column)
        told = [file.metadata.row_group(group).column(at).statistics for group in range(file.num_row_groups)]
    except (OSError, pa.ArrowException):
        raise damaged_file(path) from None
    return _Sorted(path, column, file, tuple(one.min for one in told), tuple(one.max for one in told))


def _read(one: _Sorted, group: int, columns: list[str]) -> pa.Table:
    try:
        return one.file.read_row_group(group, columns, use_threads=False)
    except (OSError, pa.ArrowException):
        raise damaged_file(one.path) from None
