"""Settings that every environment shares; local, test and production only say what differs."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from celery.schedules import crontab

import cinema
from cinema.core import jobs
from cinema.core.logs import reporting_to
from cinema.settings.env import BASE_DIR, cache_url, database, embedded, env, flag, one_of, tries

DEBUG = False
SECRET_KEY: str = env.str("SECRET_KEY", "")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])  # sign nothing, are still believed
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
ROOT_URLCONF = "cinema.urls"
WSGI_APPLICATION = "cinema.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

INSTALLED_APPS = [
    "ops.office.apps.OfficeConfig",  # django.contrib.admin with our site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "corsheaders",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "cinema.core",
    "accounts",
    "catalog",
    "venues",
    "scheduling",
    "billing",
    "concessions",
    "booking",
    "ops",
]

MIDDLEWARE = [
    "cinema.core.middleware.request_id",
    "cinema.core.middleware.observe",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cinema.core.middleware.content_security_policy",
    "cinema.core.middleware.permissions_policy",
    "corsheaders.middleware.CorsMiddleware",
    "cinema.core.middleware.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "cinema.core.middleware.maintenance_page",  # before anything that asks the database
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.name_actor",
    "ops.office.clock.house_clock",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
APPEND_SLASH = False  # both forms answer (cinema.core.api.routing); a redirect would lose a POST

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.unread",
            ],
        },
    },
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **database(embedded("DATABASE_URL", "postgresql://postgres@localhost/marquee")),
        "CONN_MAX_AGE": 60,  # under gthread persistent connections beat the pool
        "CONN_HEALTH_CHECKS": True,
    }
}
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    "-c lock_timeout=4s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"
)

REDIS_URL: str = embedded("REDIS_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.str("CACHE_URL", "") or cache_url(REDIS_URL),
        "KEY_PREFIX": "marquee",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},  # nobody waits for a cache that is away
    }
}

PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{kind}PasswordHasher" for kind in ("Argon2", "PBKDF2")]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email", "phone"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.password_words.HouseWordsValidator"},
]
PASSWORD_WORDS = ["marquee", "cinema", "movie", "ticket", "popcorn", *env.list("PASSWORD_WORDS", default=[])]
CSRF_FAILURE_VIEW = "cinema.core.pages.csrf_failed"
LOGIN_URL = "/account/login"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = "en-in"
LANGUAGES = [("en-in", "English")]  # what a browser may ask for; docs/translating.md adds one
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["cinema.locales"]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "UTC"  # instants are shown in the zone of their venue or of the house (ops.office.clock)
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT: Path | None = BASE_DIR / "staticfiles"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / ".local" / "media"))
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "backups": {  # private: never below MEDIA_ROOT, never served
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": env.path("BACKUP_ROOT", default=str(BASE_DIR / ".local" / "backups")),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["cinema.core.api.permissions.IsAdmin"],  # a view that forgets to say is closed
    "DEFAULT_RENDERER_CLASSES": ["cinema.core.api.json.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["cinema.core.api.json.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["cinema.core.api.filters.QueryFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "cinema.core.api.paging.SkipLimitPagination",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "cinema.core.api.json.JSONOnly",
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS is for CORS, which answers before any view
    "DEFAULT_SCHEMA_CLASS": "cinema.core.api.schema.AutoSchema",
    "EXCEPTION_HANDLER": "cinema.core.api.errors.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": False,  # numbers, not strings: docs/adr/0003
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Marquee",
    "DESCRIPTION": "The HTTP API of a cinema: what is on, seats, shows, bookings, food, tax, tickets.",
    "VERSION": cinema.VERSION,
    "OAS_VERSION": "3.1.0",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "cinema.core.api.schema.describe_refusals",
        "booking.api.openapi.describe_seat_map_page",
        "cinema.api_examples.describe_examples",
    ],
    "PATH_CONVERTER_OVERRIDES": {"id": {"type": "integer"}},
    "ENUM_NAME_OVERRIDES": {
        "ArchiveTypeEnum": "ops.states.ArchiveType",
        "RunStatusEnum": "ops.states.RunStatus",
        "RoleEnum": "accounts.states.Role",
        "BookingStatusEnum": "booking.states.BookingStatus",
        "LockStatusEnum": "booking.states.LockStatus",
        "ShowStatusEnum": "scheduling.states.ShowStatus",
        "SeatKindEnum": "venues.states.SeatKind",
    },
}

JWT_SIGNING_KEY: str = env.str("JWT_SIGNING_KEY", SECRET_KEY)
JWT_SIGNING_KEY_FALLBACKS: list[str] = env.list("JWT_SIGNING_KEY_FALLBACKS", default=[])  # keep the old one a week
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(hours=1),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=7),
    "SIGNING_KEY": JWT_SIGNING_KEY or "unset",
    "USER_ID_FIELD": "id",
    "USER_ID_CLAIM": "user_id",
}
SESSION_LONGEST = timedelta(days=90)  # however often its tokens are rotated: then a password is asked for again
REFRESH_COOKIE_SECURE = True
PASSWORD_RESET_LIFETIME = timedelta(minutes=15)
ORDER_LINK_OUTLIVES_SHOW = timedelta(days=7)  # the link in a guest's mail
GUEST_KEPT = timedelta(days=1)  # one that never bought anything
# Tries within so many seconds; the environment overrides each as THROTTLE_LOG_IN_PER_ACCOUNT=10/900.
THROTTLES: dict[str, tuple[int, int]] = {
    name: tries(f"THROTTLE_{name.upper()}", default)
    for name, default in {
        "log_in_per_address": "60/60",
        "log_in_per_account": "10/900",
        "sign_up_per_address": "60/60",
        "sign_up_per_account": "10/900",
        "forgot_password_per_address": "30/60",
        "forgot_password_per_account": "5/900",
        "reset_password_per_address": "30/60",
        "change_password_per_account": "10/900",
        "guest_per_address": "60/600",
        "open_order_per_address": "30/60",
        "export_per_account": "3/3600",
        "delete_account_per_account": "5/900",
        "write_per_account": "600/60",  # whatever else somebody changes over the API
        "upload_per_account": "30/3600",
        "promo_per_address": "30/60",  # codes that do not exist; a right one costs nothing
    }.items()
}
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", 0)  # how many in front of us write X-Forwarded-For
TICKET_RENDERER = "booking.ticket_pdf.render"
DOCUMENT_RENDERER = "billing.document_pdf.render"
TICKET_SIGNING_KEY: str = env.str("TICKET_SIGNING_KEY", "")  # empty: SECRET_KEY signs the QR codes
TICKET_SIGNING_KEY_FALLBACKS: list[str] = env.list("TICKET_SIGNING_KEY_FALLBACKS", default=[])  # until the last show

TMDB_BEARER: str = env.str("TMDB_BEARER", "")  # a v4 read token; preferred, for a header is not logged
TMDB_API_KEY: str = env.str("TMDB_API_KEY", "")
TMDB_BASE_URL: str = env.str("TMDB_BASE_URL", "https://api.themoviedb.org/3")
TMDB_IMAGE_URL: str = env.str("TMDB_IMAGE_URL", "https://image.tmdb.org/t/p/w500")
TMDB_TIMEOUT: float = env.float("TMDB_TIMEOUT", 10)  # seconds, of each try

CORS_ALLOWED_ORIGINS: list[str] = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_HEADERS = ["accept", "authorization", "content-type", "idempotency-key", "x-request-id", "x-requested-with"]
CORS_EXPOSE_HEADERS = ["X-Request-ID", "X-Total-Count", "Retry-After", "Idempotent-Replayed"]

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # scripts of ours find the token in the form they send
X_FRAME_OPTIONS = "DENY"
# The name and shape of Django 6's own setting: on upgrade our middleware goes.
SECURE_CSP = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "data:", "https://image.tmdb.org"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}
_POWERS = "accelerometer camera geolocation gyroscope magnetometer microphone payment usb"
PERMISSIONS_POLICY: dict[str, list[str]] = {power: [] for power in _POWERS.split()}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

EMAIL_BACKEND: str = env.str("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST: str = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT: int = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER: str = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD: str = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS: bool = flag("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT: int = env.int("EMAIL_TIMEOUT", 20)  # seconds; a worker waits, nobody else
OPERATOR_EMAILS: list[str] = env.list("OPERATOR_EMAILS", default=[])  # empty: all active admins of the back office
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", "Marquee <tickets@example.com>")
SITE_URL: str = env.str("SITE_URL", f"http://localhost:{env.int('PORT', 8000)}")  # where links in mails lead

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_QUEUES: dict[str, dict[str, str]] = {"default": {}, "mail": {}, "money": {}, "ops": {}}
CELERY_TASK_CREATE_MISSING_QUEUES = False
# Every job and its queue; a worker without -Q serves all of them, a larger house gives each its own.
CELERY_TASK_ROUTES = {
    jobs.MAIL_RESET_LINK: {"queue": "mail"},
    jobs.TIDY_RESET_LINKS: {"queue": "default"},
    jobs.TIDY_SESSIONS: {"queue": "default"},
    jobs.ISSUE_TICKETS: {"queue": "mail"},
    jobs.MAIL_BOOKING_CONFIRMED: {"queue": "mail"},
    jobs.MAIL_BOOKING_CHANGED: {"queue": "mail"},
    jobs.MAIL_BOOKING_CANCELLED: {"queue": "mail"},
    jobs.MAIL_BOOKING_MOVED: {"queue": "mail"},
    jobs.MAIL_FEEDBACK_REPLIED: {"queue": "mail"},
    jobs.MAIL_SHOW_REMINDER: {"queue": "mail"},
    jobs.MAIL_PAYMENT_FAILED: {"queue": "mail"},
    jobs.MAIL_PAYMENT_REFUNDED: {"queue": "mail"},
    jobs.REMIND: {"queue": "default"},
    jobs.QUEUE_OWED_MAILS: {"queue": "mail"},
    jobs.END_CANCELLED_SHOW: {"queue": "money"},
    jobs.RECONCILE: {"queue": "money"},
    jobs.SEND_REFUND: {"queue": "money"},
    jobs.SETTLE_SANDBOX: {"queue": "money"},
    jobs.TELL_SANDBOX: {"queue": "money"},
    jobs.CHECK_LEDGER: {"queue": "ops"},
    jobs.SWEEP_LAPSED: {"queue": "default"},
    jobs.TIDY_GUESTS: {"queue": "default"},
    jobs.TIDY_REPLAYS: {"queue": "default"},
    jobs.FILL_PROGRAMMES: {"queue": "ops"},
    jobs.FILL_PROGRAMME: {"queue": "ops"},
    jobs.RUN_BACKUP: {"queue": "ops"},
    jobs.RUN_RESTORE: {"queue": "ops"},
    jobs.BACK_UP_NIGHTLY: {"queue": "ops"},
    jobs.DROP_OLD_BACKUPS: {"queue": "ops"},
    jobs.RUN_DRILL: {"queue": "ops"},
    jobs.DRILL_NIGHTLY: {"queue": "ops"},
    jobs.ALERT_OPERATORS: {"queue": "mail"},
    jobs.ALERT_OF_LETTER: {"queue": "mail"},
    jobs.IMPORT_TABLE: {"queue": "default"},
}
# A turn that waited longer than its period is dropped: the next one does its work.
CELERY_BEAT_SCHEDULE = {
    job: {"task": job, "schedule": seconds, "options": {"expires": seconds}}
    for job, seconds in {
        jobs.SWEEP_LAPSED: 30,
        jobs.TIDY_RESET_LINKS: 60,
        jobs.QUEUE_OWED_MAILS: 300,
        jobs.REMIND: 300,
        jobs.TIDY_SESSIONS: 3600,
        jobs.TIDY_GUESTS: 3600,
        jobs.TIDY_REPLAYS: 3600,
        jobs.RECONCILE: 300,
    }.items()
} | {
    job: {"task": job, "schedule": crontab(hour=hour, minute=minute), "options": {"expires": 6 * 3600}}
    for job, (hour, minute) in {  # UTC: 22:00 is 03:30 in India
        jobs.CHECK_LEDGER: (21, 30),
        jobs.BACK_UP_NIGHTLY: (22, 0),
        jobs.DRILL_NIGHTLY: (23, 30),
        jobs.FILL_PROGRAMMES: (0, 30),
        jobs.DROP_OLD_BACKUPS: (1, 0),
    }.items()
}
CELERY_BEAT_SCHEDULER = "cinema.core.beat:OneBeat"
BEAT_LEASE = "marquee:beat"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False  # a request must not wait for a broker that is away: sweeps find what was lost
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "socket_connect_timeout": 1,
    "socket_timeout": 2,  # without it, a broker that accepts and never answers hangs the publisher for ever
    "max_retries": 0,
    "visibility_timeout": 600,  # the default hides the work of a killed worker for an hour
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}

SEAT_LOCK_LIFETIME = timedelta(minutes=10)
SEAT_LOCK_LONGEST = timedelta(minutes=20)
REMINDER_BEFORE = timedelta(minutes=env.int("REMINDER_MINUTES", 180))  # the start of a show
PAYMENT_WINDOW = timedelta(minutes=15)
SEATS_PER_CUSTOMER = 10  # of one show
SEAT_PAGE_KEPT = timedelta(seconds=env.int("SEAT_PAGE_KEPT", 5))  # for newcomers; 0: each page is written afresh
DOORS_OPEN = timedelta(hours=1)  # before the start: then the door lets people in
# Nightly backups: one of each of the last so many days, weeks and months is kept (ops.retention).
BACKUP_RETENTION = (env.int("BACKUP_DAYS", 7), env.int("BACKUP_WEEKS", 5), env.int("BACKUP_MONTHS", 12))
CLOSING_IS_HEARD_WITHIN = 1.0  # seconds; how often a process looks whether the site is closed
DEMO_DATA_ALLOWED = False  # its log-ins have a password that everybody knows
PAYMENT_GATEWAY: str = env.str("PAYMENT_GATEWAY", "sandbox")
SANDBOX_BEHAVIOUR: str = env.str("SANDBOX_BEHAVIOUR", "settle")  # or refuse, delay, redirect: to try that out
RAZORPAY_KEY_ID: str = env.str("RAZORPAY_KEY_ID", "")
RAZORPAY_KEY_SECRET: str = env.str("RAZORPAY_KEY_SECRET", "")
RAZORPAY_WEBHOOK_SECRETS: list[str] = env.list("RAZORPAY_WEBHOOK_SECRETS", default=[])  # the old one too, for a day
RAZORPAY_BASE_URL: str = env.str("RAZORPAY_BASE_URL", "https://api.razorpay.com")
RAZORPAY_TIMEOUT: float = env.float("RAZORPAY_TIMEOUT", 8)  # seconds for one try
SANDBOX_REFUNDS: str = env.str("SANDBOX_REFUNDS", "settle")  # or refuse, delay

METRICS_TOKEN: str = env.str("METRICS_TOKEN", "")  # empty: only this machine may ask for /metrics
LOG_FORMAT: str = one_of("LOG_FORMAT", "line", "json")
ERROR_REPORTER: str = env.str("ERROR_REPORTER", "")  # a logging.Handler by its dotted path: it gets every error
LOGGING: dict[str, Any] = reporting_to(
    ERROR_REPORTER,
    {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "context": {"()": "cinema.core.logs.ContextFilter"},
            "faults": {"()": "cinema.core.logs.FaultsOnly"},
        },
        "formatters": {
            "line": {"()": "cinema.core.logs.LineFormatter"},
            "json": {"()": "cinema.core.logs.JsonFormatter"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["context"]}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "django.request": {"filters": ["faults"]},
            "fontTools": {"level": "WARNING"},  # tells of every glyph it embeds in a ticket
            "cinema.requests": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"},  # else gunicorn tells of each
        },
    },
)
