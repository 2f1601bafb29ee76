"""Two admins act on each other at the same moment."""

from functools import partial

from accounts.errors import AboveOwn, LastAdmin
from accounts.models import User
from accounts.services import standing
from tests.concurrency.race import race, winners
from tests.factories.accounts import AdminFactory


class TestTheLastAdmin:
    def test_stays_when_two_lower_each_other(self, transactional_db, now):
        for _ in range(5):
            User.objects.update(is_superuser=False, role="user")
            one, other = AdminFactory(), AdminFactory()
            lower = partial(standing.place, groups=[], admin=False, now=now)
            outcomes = race([partial(lower, person_id=other.pk, by=one), partial(lower, person_id=one.pk, by=other)])
            assert len(winners(outcomes)) == 1
            assert next(type(outcome) for outcome in outcomes if isinstance(outcome, Exception)) in (
                LastAdmin,
                AboveOwn,
            )
            assert User.objects.filter(is_superuser=True).count() == 1

    def test_stays_when_two_shut_each_other_out(self, transactional_db, now):
        for _ in range(5):
            User.objects.update(is_superuser=False, role="user")
            one, other = AdminFactory(), AdminFactory()
            shut = partial(standing.deactivate, now=now)
            outcomes = race([partial(shut, person_id=other.pk, by=one), partial(shut, person_id=one.pk, by=other)])
            assert len(winners(outcomes)) == 1
            assert User.objects.filter(is_superuser=True, is_active=True).count() == 1
