"""The cases desk as a Django app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Cases and their lists."""

    name = "firebreak.ops.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
