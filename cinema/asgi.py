"""ASGI entry point, for servers that want one; `make run` serves WSGI, which is faster here (docs/adr)."""

import os

from django.core.asgi import get_asgi_application

from cinema.core import boot

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cinema.settings.local")

application = get_asgi_application()
boot.require_safe()
