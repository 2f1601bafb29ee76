"""The test suite: quick hashes, mail in memory, the same PostgreSQL and broker as everywhere."""

from cinema.settings.local import *  # noqa: F403  # a settings module is its base plus what differs
from cinema.settings.local import DATABASES as LOCAL_DATABASES
from cinema.settings.local import INSTALLED_APPS as LOCAL_APPS

INSTALLED_APPS = [*LOCAL_APPS, "django_migration_linter"]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DATABASES = {"default": {**LOCAL_DATABASES["default"], "CONN_MAX_AGE": 0}}
