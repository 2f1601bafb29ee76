"""Reading payments over HTTP."""

import pytest

from tests.factories.billing import PaymentFactory


class TestPayments:
    @pytest.fixture
    def payment(self, customer):
        return PaymentFactory(user=customer, amount="355.20")

    def test_are_their_owners_and_admins_to_read(self, api, customer, stranger, admin, payment):
        path = f"/payments/{payment.pk}"
        assert api.signed_in_as(customer).get(path).json()["amount"] == 355.2
        assert api.signed_in_as(admin).get(path).status_code == 200
        assert api.signed_in_as(stranger).get(path).status_code == 404
        assert api.get(path).status_code == 401

    def test_list_ones_own_in_two_queries(self, api, customer, stranger, payment, django_assert_num_queries):
        client = api.signed_in_as(customer)
        with django_assert_num_queries(2):  # session with user; payments
            assert [one["payment_id"] for one in client.get("/payments/").json()] == [payment.pk]
        assert api.signed_in_as(stranger).get("/payments/").json() == []
