"""Readers: from a path to chunks of text cells, whatever the format and packing; and which channel a file is."""

from firebreak.engine.intake.readers.archive import tables_in
from firebreak.engine.intake.readers.classify import Classification, classify
from firebreak.engine.intake.readers.found import Chunk, Found, Problem
from firebreak.engine.intake.readers.read import read

__all__ = ["Chunk", "Classification", "Found", "Problem", "classify", "read", "tables_in"]
