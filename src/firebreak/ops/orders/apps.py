"""The orders desk as a Django app."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Orders, the persons on them, handovers."""

    name = "firebreak.ops.orders"
    label = "orders"
    default_auto_field = "django.db.models.BigAutoField"
