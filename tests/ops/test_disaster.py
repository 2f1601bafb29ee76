"""The whole way back, as the operations page tells it: demo cinema, backup, the database gone, restore, and business."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.services.roles import apply_roles
from booking.models import SeatLock
from cinema.core.demo import LOG_INS, PASSWORD
from ops.archives import databases, figures, manifest, sessions
from ops.models import Backup, Restore
from scheduling.models import Show
from venues.models import Seat

RECORDS = {"ops_backup", "ops_restore", "ops_drill"}  # they tell of today
ENDED = {"django_session"}


@pytest.fixture
def template(transactional_db) -> str:
    """The shared test database: migrated and empty, as `manage.py migrate` leaves a new one."""
    return str(connection.settings_dict["NAME"])


class TestTheWayBack:
    def test_from_the_files_alone_opens_the_cinema_again(self, template, own_database, folder, api, tmp_path):
        apply_roles()  # `migrate` ended with them, and another test has emptied all tables since
        call_command("demo_data", stdout=_null(), stderr=_null())
        call_command("backup", stdout=_null(), stderr=_null())
        name = Backup.objects.get().operation_id
        connection.close()
        databases.drop(own_database)
        with sessions.connect(sessions.MAINTENANCE) as clerk:
            clerk.execute(f'CREATE DATABASE "{own_database}" TEMPLATE "{template}"')
        assert not Show.objects.exists()

        call_command("restore", name, "--yes", stdout=_null(), stderr=_null())

        assert Restore.objects.get().error_message == ""
        assert _figures(own_database) == _without(manifest.load(name).figures)
        _book(api)


def _figures(database: str) -> figures.Figures:
    with sessions.connect(database) as session:
        return _without(figures.measure(session))


def _without(found: figures.Figures) -> figures.Figures:
    return {table: values for table, values in found.items() if table not in RECORDS | ENDED}


def _book(api) -> None:
    """Log in as the customer of the tour and buy two seats, over HTTP."""
    tokens = api.post("/users/login", {"email": LOG_INS[0], "password": PASSWORD}).json()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access_token']}")
    show = Show.objects.filter(starts_at__gt=timezone.now() + timedelta(hours=3)).earliest("starts_at", "id")
    taken = SeatLock.objects.filter(show=show).values("seat_id")
    seats = (
        Seat.objects.filter(screen=show.screen_id)
        .exclude(kind__in=["WHEELCHAIR", "COMPANION"])
        .exclude(pk__in=taken)
        .order_by("id")[:2]
    )
    order = {"show_id": show.pk, "seats": [seat.pk for seat in seats]}
    answer = api.post("/bookings/", order)
    assert answer.status_code == 201, answer.json()
    assert answer.json()["booking_status"] == "CONFIRMED"


def _null() -> StringIO:
    return StringIO()
