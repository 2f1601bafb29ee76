"""Every failure leaves in the one shape, with the status of its kind, and nothing of ours in it."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404
from django.test import RequestFactory
from rest_framework import exceptions as drf
from rest_framework import serializers

from cinema.core import errors
from cinema.core.api.errors import as_malformed, exception_handler, not_found, server_error
from cinema.core.integrity import Impossible, InUse, Taken, Vanished, refusal_of
from scheduling.models import Show
from tests.factories.catalog import MovieFactory
from tests.factories.concessions import FoodCategoryFactory
from tests.factories.scheduling import ShowFactory


class Sold(errors.Conflict):
    code = "test_sold"
    message = "It is sold."


class Waiting(errors.TooMany):
    code = "test_waiting"
    message = "Wait."


def answered(exc: Exception) -> Any:
    response = exception_handler(exc, {})
    assert response is not None
    return response


class TestExceptionHandler:
    @pytest.mark.parametrize(
        ("exc", "status", "code"),
        [
            (Sold(), 409, "test_sold"),
            (Waiting(retry_after=9), 429, "test_waiting"),
            (Http404(), 404, "not_found"),
            (PermissionDenied(), 403, "not_allowed"),
            (RequestDataTooBig(), 413, "body_too_large"),
            (drf.NotAuthenticated(), 401, "not_authenticated"),
            (drf.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
            (drf.UnsupportedMediaType("text/plain"), 415, "unsupported_media_type"),
            (drf.Throttled(wait=3), 429, "too_many_requests"),
            (OperationalError("secret host"), 503, "busy"),
            (IntegrityError("secret column"), 400, "impossible"),
        ],
        ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
    )
    def test_answers_with_detail_and_code(self, exc, status, code):
        response = answered(exc)
        assert (response.status_code, response.data["code"]) == (status, code)
        assert response.data["detail"]
        assert "secret" not in str(response.data)

    def test_adds_what_the_failure_knows(self):
        assert answered(Sold(seats=["A1"])).data == {"detail": "It is sold.", "code": "test_sold", "seats": ["A1"]}

    def test_says_when_to_come_back(self):
        assert answered(Waiting(retry_after=9)).headers["Retry-After"] == "9"
        assert answered(drf.Throttled(wait=3)).headers["Retry-After"] == "4"
        assert answered(OperationalError()).headers["Retry-After"] == "2"

    def test_leaves_faults_of_ours_to_become_a_500(self):
        assert exception_handler(RuntimeError("ours"), {}) is None

    @pytest.mark.parametrize("exc", [drf.ParseError("no JSON"), DataError("secret")], ids=["parse", "data"])
    def test_answers_422_to_what_cannot_be_read_or_stored(self, exc):
        response = answered(exc)
        assert (response.status_code, response.data["detail"][0]["loc"]) == (422, ["body"])


class Line(serializers.Serializer):
    food_id = serializers.IntegerField()


class Order(serializers.Serializer):
    show_id = serializers.IntegerField()
    seats = serializers.ListField(child=serializers.IntegerField(), required=False)
    foods = Line(many=True, required=False)

    def validate(self, attrs):
        if attrs["show_id"] == 13:
            raise serializers.ValidationError("Not that one.", code="unlucky")
        return attrs


class TestAsMalformed:
    @pytest.mark.parametrize(
        ("sent", "locations"),
        [
            ({}, [("query", "show_id")]),
            ({"show_id": "x"}, [("query", "show_id")]),
            ({"show_id": 1, "seats": [1, "x", 3]}, [("query", "seats", 1)]),
            ({"show_id": 1, "foods": [{"food_id": 1}, {}]}, [("query", "foods", 1, "food_id")]),
            ({"show_id": 1, "foods": 5}, [("query", "foods")]),
            ({"show_id": 13}, [("query",)]),
            ([], [("query",)]),
        ],
    )
    def test_locates_each_fault(self, sent, locations):
        wanted = Order(data=sent)
        with pytest.raises(drf.ValidationError) as refused:
            wanted.is_valid(raise_exception=True)
        assert [loc for loc, _, _ in as_malformed(refused.value, "query").errors] == locations


class TestRefusalOf:
    """The schema's own refusals, provoked."""

    def refusal(self, act) -> errors.DomainError:
        with pytest.raises((IntegrityError, DataError)) as refused:
            act()
        return refusal_of(refused.value)

    @pytest.mark.django_db(transaction=True)
    def test_names_what_is_taken(self):
        FoodCategoryFactory(category_name="Drinks")
        refusal = self.refusal(lambda: FoodCategoryFactory(category_name="DRINKS"))
        assert isinstance(refusal, Taken)
        assert refusal.data == {"constraint": "concessions_category_name_unique"}

    @pytest.mark.django_db(transaction=True)
    def test_speaks_the_words_of_the_constraint(self):
        show = ShowFactory()
        refusal = self.refusal(lambda: ShowFactory(screen=show.screen))
        assert (type(refusal), refusal.detail) == (Taken, "The screen is taken at that time.")

    @pytest.mark.django_db(transaction=True)
    def test_tells_in_use_from_vanished(self):
        show = ShowFactory()
        assert self.refusal(show.movie.delete).data == {"used_by": ["shows"]}
        assert isinstance(self.refusal(lambda: Show.objects.update(movie_id=10**9)), Vanished)
        raw = type(show.movie).objects.filter(pk=show.movie_id)
        assert isinstance(self.refusal(lambda: raw._raw_delete("default")), InUse)

    @pytest.mark.django_db(transaction=True)
    def test_calls_the_rest_impossible_or_out_of_bounds(self):
        assert isinstance(self.refusal(lambda: MovieFactory(duration=0)), Impossible)
        assert isinstance(self.refusal(lambda: MovieFactory(certificate="x" * 11)), errors.Malformed)


class TestLastResorts:
    def test_answer_json_to_a_program_and_a_page_to_a_browser(self):
        program, browser = RequestFactory().get("/x"), RequestFactory().get("/x", HTTP_ACCEPT="text/html")
        assert json.loads(not_found(program, Http404()).content)["code"] == "not_found"
        assert not_found(browser, Http404()).headers["Content-Type"].startswith("text/html")

    def test_give_a_fault_an_id_and_nothing_else(self, caplog):
        answer = json.loads(server_error(RequestFactory().get("/x")).content)
        assert set(answer) == {"detail", "error_id"}
        assert answer["error_id"] in caplog.text
