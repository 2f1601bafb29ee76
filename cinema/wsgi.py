"""WSGI entry point: `gunicorn cinema.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from cinema.core import boot

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cinema.settings.local")

application = get_wsgi_application()
boot.require_safe()
