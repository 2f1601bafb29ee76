"""Django's PostgreSQL backend, which asks a connection for its health only when it has rested for a while.

Django asks on every request: one round trip in three on the busiest path. A connection that answered a moment ago is
taken to be alive; should it have died within that moment, the request gets a 503 with Retry-After and the next one a
new connection.
"""

import time

from django.db.backends.postgresql import base

RESTED_SECONDS = 2.0


class DatabaseWrapper(base.DatabaseWrapper):
    _asked_at = 0.0
    health_check_done: bool

    def close_if_health_check_failed(self) -> None:
        if self.connection is None or self.health_check_done:
            return
        if time.monotonic() - self._asked_at < RESTED_SECONDS:
            self.health_check_done = True
            return
        super().close_if_health_check_failed()
        self._asked_at = time.monotonic()
