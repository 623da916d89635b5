"""The channels desk as a Django app."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Deliveries and channels."""

    name = "firebreak.ops.channels"
    label = "channels"
    default_auto_field = "django.db.models.BigAutoField"
