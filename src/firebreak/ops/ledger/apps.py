"""The ledger as a Django app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Append-only account of every write and every look at a person's values."""

    name = "firebreak.ops.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
