"""The settings of tests and of the type checker: nothing is written, secrets live as long as the process."""

import os

os.environ["FIREBREAK_MODE"] = "test"

from firebreak.config.settings import *  # noqa: F403

# A fast hash where no test is about hashing; the one that is names its own.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
