"""How much one account may change within a minute, whichever process it asks."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.billing import DiscountFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def limited(settings):
    def set_limits(**limits: int) -> None:
        settings.THROTTLES = {**settings.THROTTLES, **{name: (most, 10**9) for name, most in limits.items()}}

    cache.clear()
    yield set_limits
    cache.clear()


class TestChanges:
    def test_are_counted_by_account(self, limited, api, customer, stranger):
        limited(write_per_account=2)
        mine, theirs = api.signed_in_as(customer), api.signed_in_as(stranger)

        answers = [mine.delete("/seatlocks/999999") for _ in range(3)]

        assert [answer.status_code for answer in answers] == [404, 404, 429]
        assert answers[-1].json()["code"] == "too_many_requests"
        assert int(answers[-1].headers["Retry-After"]) > 0
        assert theirs.delete("/seatlocks/999999").status_code == 404

    def test_leave_reading_alone(self, limited, api, customer):
        limited(write_per_account=0)
        client = api.signed_in_as(customer)

        assert client.get("/bookings/").status_code == 200
        assert client.delete("/seatlocks/999999").status_code == 429

    def test_count_uploads_apart(self, limited, api, customer):
        limited(write_per_account=0, upload_per_account=1)
        client = api.signed_in_as(customer)

        def upload() -> int:
            file = SimpleUploadedFile("t.pdf", b"%PDF-1.4", content_type="application/pdf")
            return client.post("/tickets/", {"file": file}, format="multipart").status_code

        assert [upload(), upload()] == [201, 429]


class TestGuessingPromoCodes:
    def test_ends_after_some_that_do_not_exist(self, limited, api):
        limited(promo_per_address=2)

        tried = [api.post(f"/discounts/validate?code=GUESS{number}&amount=500").status_code for number in range(3)]

        assert tried == [404, 404, 429]

    def test_costs_nothing_with_one_that_exists(self, limited, api):
        limited(promo_per_address=2)
        DiscountFactory(promo_code="REAL")

        assert {api.post("/discounts/validate?code=REAL&amount=500").status_code for _ in range(4)} == {200}
