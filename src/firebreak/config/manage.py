"""Django's own commands for whoever keeps an installation: ``python -m firebreak.config.manage check --deploy``."""

import os
import sys


def main() -> None:
    """Run one of Django's management commands with this installation's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firebreak.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
