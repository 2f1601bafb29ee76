"""The test suite: quick hashes, mail in memory, the same PostgreSQL and broker as everywhere."""

import os
from datetime import timedelta

from cinema.settings.env import cache_url
from cinema.settings.local import *  # noqa: F403  # a settings module is its base plus what differs
from cinema.settings.local import CACHES as LOCAL_CACHES
from cinema.settings.local import CELERY_BROKER_TRANSPORT_OPTIONS as LOCAL_BROKER_OPTIONS
from cinema.settings.local import DATABASES as LOCAL_DATABASES
from cinema.settings.local import INSTALLED_APPS as LOCAL_APPS
from cinema.settings.local import REDIS_URL
from cinema.settings.local import THROTTLES as LOCAL_THROTTLES

INSTALLED_APPS = [*LOCAL_APPS, "django_migration_linter"]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DATABASES = {"default": {**LOCAL_DATABASES["default"], "CONN_MAX_AGE": 0}}

# Every process of a parallel run has queues and a cache of its own, apart from those of a `make run` on the same broker.
PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
CELERY_BROKER_TRANSPORT_OPTIONS = {**LOCAL_BROKER_OPTIONS, "global_keyprefix": f"test-{PROCESS}-"}
CACHES = {"default": {**LOCAL_CACHES["default"], "LOCATION": cache_url(REDIS_URL, shift=8 + int(PROCESS[2:]) % 7)}}

# All tests come from one address and many are the same person: limits are low only where they are what is tested.
# One window for all, so that no test crosses from one into the next.
THROTTLES = dict.fromkeys(LOCAL_THROTTLES, (1_000_000, 10**9))
SEAT_PAGE_KEPT = timedelta()  # tests change what is never told to have changed
CLOSING_IS_HEARD_WITHIN = 0.05  # a restore of a test closes to nobody
TMDB_BEARER = TMDB_API_KEY = ""  # no test asks the real one
RAZORPAY_KEY_ID = RAZORPAY_KEY_SECRET = ""  # no test asks the real one
RAZORPAY_WEBHOOK_SECRETS = []
