"""The settings of tests and of the type checker: nothing is written, secrets live as long as the process."""

import os

os.environ["FIREBREAK_MODE"] = "test"

from firebreak.config import settings as _settings
from firebreak.config.settings import *  # noqa: F403

MIDDLEWARE = [one for one in _settings.MIDDLEWARE if "whitenoise" not in one]  # no static files are collected for tests
# A fast hash where no test is about hashing; the one that is names its own.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
