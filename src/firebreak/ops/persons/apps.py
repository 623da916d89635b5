"""The persons desk as a Django app."""

from django.apps import AppConfig


class PersonsConfig(AppConfig):
    """Persons, the review queue, rulings."""

    name = "firebreak.ops.persons"
    label = "persons"
    default_auto_field = "django.db.models.BigAutoField"
