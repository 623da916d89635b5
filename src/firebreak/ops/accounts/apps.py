"""The accounts desk as a Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts, offices, sessions."""

    name = "firebreak.ops.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for lock-outs and failed sign-ins, and tell new connections who is acting."""
        from django.db.backends.signals import connection_created

        from firebreak.ops.accounts import signals
        from firebreak.ops.base import faults
        from firebreak.ops.base.scope import reconnected

        connection_created.connect(reconnected, dispatch_uid="firebreak.scope")
        signals.listen()
        faults.listen()
