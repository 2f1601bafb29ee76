"""A database of a test's own to back up and replace: the one that the suite shares is never restored onto."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from ops.archives import databases, sessions


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    """Where backups and media files are kept during a test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    backups = settings.STORAGES["backups"]
    options = {**backups["OPTIONS"], "location": str(tmp_path / "backups")}
    settings.STORAGES = {**settings.STORAGES, "backups": {**backups, "OPTIONS": options}}
    return tmp_path


@pytest.fixture
def own_database(transactional_db, folder) -> Iterator[str]:
    """Let Django work on a fresh copy of the test database, which is dropped with whatever came to lie beside it."""
    shared, own = connection.settings_dict["NAME"], f"marquee_restore_test_{os.getpid()}"
    connection.close()
    with sessions.connect(sessions.MAINTENANCE) as clerk:
        clerk.execute(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)')
        clerk.execute(f'CREATE DATABASE "{own}" TEMPLATE "{shared}"')
    connection.settings_dict["NAME"] = own
    yield own
    connection.close()
    connection.settings_dict["NAME"] = shared
    for mark in (databases.FILLING, databases.BEFORE):
        for left in databases.left_over(own, mark):
            databases.drop(left)
    databases.drop(own)
