"""What every page has around it: the menu, who is signed in, light or dark, drill or not."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from firebreak.ops.base.actor import NOBODY
from firebreak.web.menu import menu_of

THEMES = ("light", "dark")


def around(request: HttpRequest) -> dict[str, Any]:
    """The template context of the frame."""
    actor = getattr(request, "actor", NOBODY)
    theme = request.COOKIES.get("firebreak_theme", "")
    return {
        "actor": actor,
        "menu": menu_of(actor) if actor.user_id is not None else [],
        "here": getattr(request.resolver_match, "app_name", "") if request.resolver_match else "",
        "theme": theme if theme in THEMES else "light",
        "drill": settings.FIREBREAK_DRILL,
        "languages": settings.LANGUAGES,
    }
