"""WSGI entry point: `gunicorn cinema.wsgi`."""

import os

import django

from cinema.core import boot
from cinema.core.requests import WsgiHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cinema.settings.local")

django.setup(set_prefix=False)
application = WsgiHandler()
boot.require_safe()
