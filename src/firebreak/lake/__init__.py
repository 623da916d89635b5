"""Where tables lie on disk: layout, atomic commit, retention."""

from firebreak.lake.batches import Batch
from firebreak.lake.lake import Lake

__all__ = ["Batch", "Lake"]
