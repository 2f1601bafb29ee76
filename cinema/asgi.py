"""ASGI entry point, for servers that want one; `make run` serves WSGI, which is faster here (docs/adr)."""

import os

import django

from cinema.core import boot
from cinema.core.requests import AsgiHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cinema.settings.local")

django.setup(set_prefix=False)
application = AsgiHandler()
boot.require_safe()
