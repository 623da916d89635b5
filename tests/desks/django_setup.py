"""Django for tests, set up once in the process that collects tests of the desks, and in no other.

SQLite by default. ``FIREBREAK_TEST_DATABASE=postgresql`` runs the same tests on a throw-away PostgreSQL cluster.
"""

from __future__ import annotations

import os

from tests.desks.cluster import INSTALLED, WANTED, postgresql_url

if WANTED and INSTALLED:
    os.environ["DATABASE_URL"] = postgresql_url()
else:
    os.environ.pop("DATABASE_URL", None)
os.environ["DJANGO_SETTINGS_MODULE"] = "firebreak.config.settings_test"

import django

django.setup()
