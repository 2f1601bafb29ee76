"""Production: refuses to boot without its secrets, and with anything meant for a developer's machine."""

from django.core.exceptions import ImproperlyConfigured

from cinema.settings.base import *  # noqa: F403  # a settings module is its base plus what differs
from cinema.settings.base import PAYMENT_GATEWAY, SIMPLE_JWT
from cinema.settings.env import env, flag, old_secrets, required, secret

SECRET_KEY = secret("SECRET_KEY")
JWT_SIGNING_KEY = secret("JWT_SIGNING_KEY")
if JWT_SIGNING_KEY == SECRET_KEY:
    raise ImproperlyConfigured("JWT_SIGNING_KEY and SECRET_KEY must differ: one leak must not open both doors.")
SIMPLE_JWT = {**SIMPLE_JWT, "SIGNING_KEY": JWT_SIGNING_KEY}
SECRET_KEY_FALLBACKS = old_secrets("SECRET_KEY_FALLBACKS")
JWT_SIGNING_KEY_FALLBACKS = old_secrets("JWT_SIGNING_KEY_FALLBACKS")
TICKET_SIGNING_KEY_FALLBACKS = old_secrets("TICKET_SIGNING_KEY_FALLBACKS")
required("DATABASE_URL")
required("REDIS_URL")
required("ALLOWED_HOSTS")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS=* lets anybody choose the host in our links: name the hosts.")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[]) or [
    f"https://{'*' if host.startswith('.') else ''}{host}" for host in ALLOWED_HOSTS
]
SITE_URL = required("SITE_URL").rstrip("/")
if not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("SITE_URL must begin with https://: mails link to it.")
if PAYMENT_GATEWAY == "sandbox":
    raise ImproperlyConfigured(
        "PAYMENT_GATEWAY=sandbox takes no money: name a real gateway, or none to sell nothing online."
    )
if PAYMENT_GATEWAY == "razorpay":
    for name in ("RAZORPAY_KEY_ID", "RAZORPAY_KEY_SECRET", "RAZORPAY_WEBHOOK_SECRETS"):
        required(name)

# The proxy in front ends TLS, sets X-Forwarded-Proto itself and drops the one a client sends (docs/operations.md).
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 1)
SECURE_SSL_REDIRECT = flag("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^(health(/live|/ready)?|metrics)/?$"]  # those who watch us ask by plain HTTP from inside
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
# The prefix makes browsers refuse such a cookie from another host of the domain, or over plain HTTP.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "__Host-session", "__Host-csrf", "__Host-language"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
