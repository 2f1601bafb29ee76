"""Holds `docs/defects-not-repeated.md` to the tests it names, and tests what no test of an app is the place for."""

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.hashers import check_password, make_password
from django.db import connection, models

from billing.models import GST
from booking.services import checkout
from cinema.settings import base
from cinema.settings.env import BASE_DIR
from tests.booking.stories import order
from tests.factories.catalog import MovieFactory
from tests.factories.concessions import FoodItemFactory

PAGE = BASE_DIR / "docs" / "defects-not-repeated.md"
TESTS = BASE_DIR / "tests"
RECORDED = {"A": 23, "B": 10, "C": 15, "D": 11, "E": 17, "F": 8, "G": 12}
ROW = re.compile(r"^\| ([A-G]\d+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
NAME = re.compile(r"`([\w/]+\.py(?:::\w+)+)`")


@cache
def collected(file: Path) -> frozenset[str]:
    """Name what pytest collects from a file: its functions, and the methods of its classes."""
    return frozenset(_tests_of(ast.parse(file.read_text()))) if file.name.startswith("test_") else frozenset()


def _tests_of(module: ast.Module) -> Iterator[str]:
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            yield node.name
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from (
                f"{node.name}::{method.name}"
                for method in node.body
                if isinstance(method, ast.FunctionDef) and method.name.startswith("test")
            )


ROWS = {number: proof for number, _, _, proof in ROW.findall(PAGE.read_text())}


class TestPage:
    def test_lists_every_recorded_defect_once_and_in_order(self):
        expected = [f"{letter}{n}" for letter, size in RECORDED.items() for n in range(1, size + 1)]
        assert [number for number, *_ in ROW.findall(PAGE.read_text())] == expected

    @pytest.mark.parametrize("number", ROWS)
    def test_names_tests_that_are_there(self, number):
        named = NAME.findall(ROWS[number])
        missing = [
            name
            for name in named
            if not (TESTS / name.partition("::")[0]).is_file()
            or name.partition("::")[2] not in collected(TESTS / name.partition("::")[0])
        ]
        assert missing == []
        assert named


class TestPasswords:
    def test_count_beyond_the_seventy_second_byte(self, settings):
        settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS
        long = "x" * 72
        stored = make_password(f"{long}one")
        assert stored.startswith("argon2")
        assert check_password(f"{long}one", stored)
        assert not check_password(f"{long}two", stored)


class TestScripts:
    def test_write_text_never_markup(self):
        scripts = [file for file in (BASE_DIR / "static").rglob("*.js") if "vendor" not in file.parts]
        assert scripts
        writes_markup = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(")
        assert [file.name for file in scripts if writes_markup.search(file.read_text())] == []


class TestColumns:
    def test_keep_instants_with_their_zone(self, db):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT table_name, column_name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND data_type = 'timestamp without time zone'"
            )
            assert cursor.fetchall() == []

    def test_take_the_time_of_each_row(self):
        fields = [
            field
            for model in apps.get_models()
            for field in model._meta.get_fields()
            if isinstance(field, models.DateField | models.TimeField) and field.has_default()
        ]
        frozen = [
            str(field) for field in fields if isinstance(field, models.DateField) and not callable(field.default)
        ]
        assert len(fields) > 5
        assert frozen == []


class TestMovies:
    @pytest.mark.parametrize("spelling", ["genre", "genres"])
    def test_change_their_genre_in_either_spelling(self, api, admin, spelling):
        movie = MovieFactory(genre=["Drama"])
        answer = api.signed_in_as(admin).put(f"/movies/{movie.pk}", {spelling: ["Comedy"]})
        assert answer.json()["genre"] == ["Comedy"]
        movie.refresh_from_db()
        assert movie.genre == ["Comedy"]


class TestLines:
    def test_keep_the_rate_that_was_applied(self, selling_show, customer, now):
        dish = FoodItemFactory()
        booking = checkout.book(order=order(selling_show, "A1", foods={dish.pk: 1}), by=customer, now=now)
        seat, food = booking.seats.get(), booking.foods.get()
        assert (seat.gst, food.gst) == (
            GST.objects.get(gst_category="ticket", above=100),
            GST.objects.get(gst_category="food"),
        )
        assert (seat.cgst_rate, food.cgst_rate) == (Decimal(9), Decimal("2.5"))
