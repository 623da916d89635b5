"""Integrations as a Django app."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Who may use the API."""

    name = "firebreak.ops.integrations"
    label = "integrations"
    default_auto_field = "django.db.models.BigAutoField"
