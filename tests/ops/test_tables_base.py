import pytest

from accounts.models import User
from ops.tables.base import Report, Row, add_all
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


class TestAddAll:
    def test_names_the_row_that_does_not_fit(self):
        report = Report()
        new = [(Row(line, {}), UserFactory.build(email="same@example.com")) for line in (2, 3)]
        add_all(User, new, report)
        assert [(line, column) for line, column, _ in report.faults] == [(3, "")]
