"""What the server calls: the door, with Django behind it, in one process."""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firebreak.config.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from firebreak.config.door import Door, alive

desks: Any = get_wsgi_application()
# Every page's modules now, in one thread: two requests that import them at once wait for one another for ever.
_pages = get_resolver().url_patterns
application = Door(
    desks,
    hot={"/healthz": alive},
    limits={"/channels/upload": settings.FIREBREAK_MAX_UPLOAD_BYTES, "/api/": settings.FIREBREAK_MAX_UPLOAD_BYTES},
)
