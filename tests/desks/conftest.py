"""What tests of the desks share."""

from __future__ import annotations

import pytest
from tests.desks import django_setup  # noqa: F401 - before any model is imported
from tests.desks.cluster import INSTALLED, WANTED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where PostgreSQL is asked for and not there, each test says so by its name."""
    if WANTED and not INSTALLED:
        for item in items:
            item.add_marker(pytest.mark.skip("PostgreSQL is not installed (apt-get install postgresql)"))


@pytest.fixture(autouse=True)
def _begin_clean(db: None) -> None:
    """Each test in a transaction that is undone; caches empty."""
    from django.core.cache import cache

    cache.clear()
