"""Loops over the bytes of whole columns, compiled by numba.

Each has one meaning that is written elsewhere in plain Python, and takes only what it is sure of. What a process
compiles is kept beside the code, so that the next one starts at once.
"""

from firebreak.engine.intake.kernels.kept import discard_stale

discard_stale()
