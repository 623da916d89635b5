"""The vault as a Django app."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """Sealed values of persons."""

    name = "firebreak.ops.vault"
    label = "vault"
    default_auto_field = "django.db.models.BigAutoField"
