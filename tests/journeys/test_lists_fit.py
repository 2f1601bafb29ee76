"""Every list of the back office fits on a desk's usual screen, beside its navigation and its filters."""

from datetime import timedelta

import pytest
from django.contrib import admin as office
from django.urls import reverse

from accounts.models import User
from billing.models import Payment, Refund
from billing.states import PaymentStatus
from booking.models import Booking
from ops.models import DeadLetter, Drill, JobRecord
from ops.states import RunOutcome
from tests.architecture.test_factories import FACTORIES
from tests.booking.stories import booked
from tests.factories.accounts import PASSWORD
from tests.journeys.browsing import DESKTOP

pytestmark = pytest.mark.browser

LONG_NAME = "rajeshwari.venkataraman@cinema-group.example"
LONG_ERROR = "The provider did not answer within ten seconds; it is asked again in a while"
TOO_WIDE = """() => {
    const boxes = [document.documentElement, ...document.querySelectorAll("#changelist .results")];
    return boxes.filter((box) => box.scrollWidth > box.clientWidth).map((box) => `${box.scrollWidth} > ${box.clientWidth}`);
}"""


@pytest.fixture
def full_lists(cinema, customer, now) -> None:
    """Fill each list, and those that staff read all day with what is as long as it comes."""
    for model in office.site._registry:
        if model in FACTORIES:
            FACTORIES[model].create_batch(2)
    booked(cinema, "A1", "A2", by=customer, now=now)
    User.objects.filter(pk=customer.pk).update(email=LONG_NAME, name="Rajeshwari Venkataraman")
    Booking.objects.update(user=customer)
    Payment.objects.update(user=customer)
    Payment.objects.filter(payment_status=PaymentStatus.COMPLETED).update(amount=123_456)
    Refund.objects.update(last_error=LONG_ERROR, reason=LONG_ERROR)
    Drill.objects.update(error_message=LONG_ERROR)
    DeadLetter.objects.update(error=LONG_ERROR[:60])
    JobRecord.objects.update(
        last_outcome=RunOutcome.FAILED,
        last_error="ConnectionResetError",
        last_started_at=now - timedelta(hours=1),
        last_seconds=123.4,
        done_count=1_234_567,
        failed_count=1_234,
    )


class TestEveryList:
    def test_needs_no_scrolling_sideways(self, open_page, full_lists, admin):
        page = open_page("/admin/login/", viewport=DESKTOP)
        page.get_by_label("Email").fill(admin.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.locator("#user-tools").wait_for()
        faults = {}
        for model in office.site._registry:
            page.goto(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
            assert page.locator("#result_list tbody tr").count() > 0 or model not in FACTORIES, model
            if wide := page.evaluate(TOO_WIDE):
                faults[model.__name__] = wide
        assert faults == {}
