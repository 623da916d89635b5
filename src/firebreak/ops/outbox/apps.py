"""The outbox as a Django app."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Events on their way into the lake."""

    name = "firebreak.ops.outbox"
    label = "outbox"
    default_auto_field = "django.db.models.BigAutoField"
