"""Readers: from a path to chunks of text cells, whatever the format, encoding and packing."""

from firebreak.engine.intake.readers.archive import tables_in
from firebreak.engine.intake.readers.found import Chunk, Found, Problem
from firebreak.engine.intake.readers.read import read

__all__ = ["Chunk", "Found", "Problem", "read", "tables_in"]
