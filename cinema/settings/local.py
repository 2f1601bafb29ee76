"""`make run` on a developer's machine: nothing here is a secret."""

from cinema.settings.base import *  # noqa: F403  # a settings module is its base plus what differs
from cinema.settings.base import SIMPLE_JWT
from cinema.settings.base import STORAGES as BASE_STORAGES
from cinema.settings.base import THROTTLES as BASE_THROTTLES
from cinema.settings.env import BASE_DIR, env, flag, tries

SECRET_KEY = "local-only-" + "not-a-secret-" * 4
JWT_SIGNING_KEY = SECRET_KEY
SIMPLE_JWT = {**SIMPLE_JWT, "SIGNING_KEY": SECRET_KEY}
DEBUG = flag("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=["http://localhost:4200", "http://127.0.0.1:4200"])
REFRESH_COOKIE_SECURE = False
DEMO_DATA_ALLOWED = True
# Everybody comes from the one address here, and scripts make customers by the hundred.
THROTTLES = {**BASE_THROTTLES, "sign_up_per_address": tries("THROTTLE_SIGN_UP_PER_ADDRESS", "600/60")}
STORAGES = {
    **BASE_STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = None
EMAIL_BACKEND = env.str("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = BASE_DIR / ".local" / "mail"
WHITENOISE_USE_FINDERS = True  # serves static/ without collectstatic
