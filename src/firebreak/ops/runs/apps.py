"""Runs as a Django app."""

from django.apps import AppConfig


class RunsConfig(AppConfig):
    """Work over the lake, done in the background."""

    name = "firebreak.ops.runs"
    label = "runs"
    default_auto_field = "django.db.models.BigAutoField"
