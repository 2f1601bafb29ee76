"""A Celery worker that stops in the middle of packing media files and says so, or is killed there; or one that works."""

import os
import signal
import sys
import time
from collections.abc import Iterator

from celery import current_app

import cinema.celery  # noqa: F401  # makes the application current
from ops.archives import media


def stuck() -> Iterator[bytes]:
    """Say where we are, and stay there until we are killed."""
    os.write(1, b"in the middle\n")  # Celery sends what is printed to its log
    time.sleep(600)
    yield b""


def deadly() -> Iterator[bytes]:
    """Say that we begin, and take the process down, as the kernel does when no memory is left."""
    os.write(1, b"begun\n")
    os.kill(os.getpid(), signal.SIGKILL)
    yield b""


if __name__ == "__main__":
    current_app.loader.import_default_modules()
    media.pack = {"stuck": stuck, "deadly": deadly}.get(sys.argv[1], media.pack)
    pool = "prefork" if sys.argv[1] == "deadly" else "threads"  # whose processes are killed one by one
    current_app.conf.broker_transport_options |= {"visibility_timeout": 3, "unacked_restore_interval": 1}
    current_app.worker_main(["worker", f"--pool={pool}", "--concurrency=1", "--loglevel=WARNING", "-Q", "ops"])
