"""What tests of the desks share."""

from __future__ import annotations

import pytest
from tests.desks import django_setup  # noqa: F401 - before any model is imported


@pytest.fixture(autouse=True)
def _begin_clean(db: None) -> None:
    """Each test in a transaction that is undone; caches empty."""
    from django.core.cache import cache

    cache.clear()
