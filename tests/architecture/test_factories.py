from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from factory.django import DjangoModelFactory
from rest_framework.test import APIRequestFactory

from accounts.authentication import TokenAuthentication
from accounts.models import User
from booking.models import SeatLock
from tests.factories import accounts, billing, booking, catalog, concessions, ops, scheduling, venues
from venues.models import Seat

OURS = ("accounts", "catalog", "venues", "scheduling", "billing", "concessions", "booking", "ops")
FACTORIES: dict[type[models.Model], Any] = {}
for module in (accounts, billing, booking, catalog, concessions, ops, scheduling, venues):
    for name, candidate in vars(module).items():
        if name.endswith("Factory") and candidate is not DjangoModelFactory:
            FACTORIES.setdefault(candidate._meta.model, candidate)
MODELS = [model for app in OURS for model in apps.get_app_config(app).get_models()]


class TestFactories:
    @pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
    def test_make_the_smallest_valid_object_of_every_model(self, db, model):
        made = FACTORIES[model].create_batch(2)
        for instance in made:
            instance.refresh_from_db()
            instance.full_clean(exclude=["refund_keys"])  # filled by the sandbox gateway, empty at first

    def test_make_seats_of_a_show_on_demand(self, db):
        show = scheduling.ShowFactory(seats=4)
        assert [seat.seat_number for seat in Seat.objects.filter(screen=show.screen)] == ["A1", "A2", "A3", "A4"]


class TestPersonas:
    def test_sell_a_show_whose_seats_can_be_claimed(self, customer, selling_show, now):
        seats = list(selling_show.screen.seats.order_by("id"))
        assert {seat.category.category_name: seat.category.seats.count() for seat in seats} == {
            "Silver": 20,
            "Gold": 10,
        }
        claims = SeatLock.objects.claim(
            show_id=selling_show.pk,
            seat_ids=[seats[0].pk, seats[29].pk],
            user_id=customer.pk,
            until=selling_show.starts_at,
            limit=10,
            now=now,
        )
        assert [claim.seat.seat_number for claim in claims] == ["A1", "C10"]

    def test_sign_in_with_a_token_that_the_doors_accept(self, api, stranger):
        header = api.signed_in_as(stranger)._credentials["HTTP_AUTHORIZATION"]
        request: Any = APIRequestFactory().get("/", HTTP_AUTHORIZATION=header)
        assert TokenAuthentication().authenticate(request) == (stranger, stranger.sessions.get())
        assert api._credentials == {}

    def test_let_durable_services_run_within_a_test(self, db):
        with transaction.atomic(durable=True):
            assert User.objects.count() == 0
