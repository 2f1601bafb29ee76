"""Production: refuses to boot without its secrets, and with anything meant for a developer's machine."""

from django.core.exceptions import ImproperlyConfigured

from cinema.settings.base import *  # noqa: F403  # a settings module is its base plus what differs
from cinema.settings.base import PAYMENT_GATEWAY, SIMPLE_JWT
from cinema.settings.env import env

SECRET_KEY = env.str("SECRET_KEY")
JWT_SIGNING_KEY = env.str("JWT_SIGNING_KEY")
SIMPLE_JWT = {**SIMPLE_JWT, "SIGNING_KEY": JWT_SIGNING_KEY}
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[f"https://{host}" for host in ALLOWED_HOSTS])
env.str("DATABASE_URL")
env.str("REDIS_URL")
if PAYMENT_GATEWAY == "sandbox":
    raise ImproperlyConfigured("PAYMENT_GATEWAY=sandbox takes no money: production needs a real gateway.")

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
