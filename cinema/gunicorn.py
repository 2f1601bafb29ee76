"""How gunicorn serves the site, in `make run` and in production: `gunicorn -c python:cinema.gunicorn cinema.wsgi`."""

import os
import shutil
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = (
    True  # one import instead of one per worker, and its memory is shared; nothing opens a connection at import
)
keepalive = 15
timeout = 60
graceful_timeout = 8
max_requests = int(os.environ.get("WEB_MAX_REQUESTS", "0"))
max_requests_jitter = max_requests // 10
accesslog = None if os.environ.get("LOG_FORMAT") == "json" else "-"  # then our own middleware tells of each request
access_log_format = (
    '%(h)s "%(m)s %(U)s" %(s)s %(B)s %(M)s ms'  # %(U)s has no query string: log-in may carry a password there
)
loglevel = "warning"
limit_request_line = 8190  # as long an address as proxies let through
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
control_socket_disable = True

# Every worker counts in files of this folder, and whichever is asked for /metrics adds them up. It has to be named before
# prometheus_client is imported, which chooses then how to count: here, in the master, before any application.
_METRICS = os.environ.get("PROMETHEUS_MULTIPROC_DIR") or tempfile.mkdtemp(prefix="marquee-metrics-")
Path(_METRICS).mkdir(parents=True, exist_ok=True)  # a folder that was named and is gone would fail every request
os.environ["PROMETHEUS_MULTIPROC_DIR"] = _METRICS


def child_exit(server: Any, worker: Any) -> None:
    """Take a worker that ended out of what is current; what it counted stays."""
    import_module("prometheus_client.multiprocess").mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    """Leave no folder behind."""
    shutil.rmtree(_METRICS, ignore_errors=True)
