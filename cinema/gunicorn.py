"""How gunicorn serves the site, in `make run` and in production: `gunicorn -c python:cinema.gunicorn cinema.wsgi`."""

import os

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
accesslog = "-"
access_log_format = (
    '%(h)s "%(m)s %(U)s" %(s)s %(B)s %(M)s ms'  # %(U)s has no query string: log-in may carry a password there
)
loglevel = "warning"
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
control_socket_disable = True
