"""The last look before a public process serves: checks that need the database, so settings alone cannot make them."""

from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

TAG = "boot"


def require_safe() -> None:
    """Run the checks registered under `boot`; called by the entry points of the web server, once, before it forks.

    :raises ImproperlyConfigured: when one finds something.
    """
    found = run_checks(tags=[TAG], databases=["default"], include_deployment_checks=True)
    connection.close()  # a connection must not be shared by the processes that are forked next
    if found:
        raise ImproperlyConfigured("Refusing to serve:\n" + "\n".join(str(message) for message in found))
