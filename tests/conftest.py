"""What all tests share.

Generated inputs are the same in every run, so that a run says something about the code and not about luck.
FIREBREAK_FUZZ=1 (``make fuzz``) draws new ones, and more of them; what it finds becomes a case of its own.
"""

from __future__ import annotations

import os

from hypothesis import settings

pytest_plugins = ["tests.executors"]

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("fuzz", deadline=None, print_blob=True)
settings.load_profile("fuzz" if os.environ.get("FIREBREAK_FUZZ") else "same")
