from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from tests.factories.accounts import UserFactory
from venues.models import Venue


def run(**options: int) -> str:
    out = StringIO()
    call_command("demo_data", stdout=out, stderr=out, **options)
    return out.getvalue()


@pytest.mark.django_db
class TestRules:
    def test_refuses_somebody_elses_cinema(self):
        UserFactory()
        with pytest.raises(CommandError, match="of its own"):
            run(scale=3)
        assert not Venue.objects.exists()

    def test_refuses_where_demo_log_ins_do_not_belong(self, settings):
        settings.DEMO_DATA_ALLOWED = False
        with pytest.raises(CommandError, match="password everybody knows"):
            run()
        assert not User.objects.exists()

    def test_refuses_a_scale_below_one(self):
        with pytest.raises(CommandError, match="from 1 up"):
            run(scale=0)
        assert not Venue.objects.exists()
