from datetime import UTC, datetime, time
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils.translation import gettext_lazy

from accounts.states import Role
from cinema.core.api.json import JSONParser, JSONRenderer
from cinema.core.errors import Malformed


class TestJSONRenderer:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (Decimal("150.50"), b"150.5"),
            (Decimal("9999999999.99"), b"9999999999.99"),
            (datetime(2026, 7, 1, tzinfo=UTC), b'"2026-07-01T00:00:00Z"'),
            (time(19, 30), b'"19:30:00"'),
            (Role.ADMIN, b'"admin"'),
            (gettext_lazy("Save"), b'"Save"'),
            pytest.param({1: (item for item in "ab")}, b'{"1":["a","b"]}', id="generator"),  # its str() is an address
            ("ऋ", '"ऋ"'.encode()),
            (None, b""),
        ],
        ids=["price", "amount", "instant", "time", "choice", "lazy text", "iterator in a dict", "script", "nothing"],
    )
    def test_writes(self, value, text):
        assert JSONRenderer().render(value) == text

    def test_refuses_what_has_no_form(self):
        with pytest.raises(TypeError):
            JSONRenderer().render(object())


class TestJSONParser:
    @pytest.mark.parametrize("text", [b"", b"{", b"NaN", b"1e999", b'"\\ud800"', b"\xff", b"[" * 100_000])
    def test_names_the_body_when_it_is_no_json(self, text):
        with pytest.raises(Malformed) as refused:
            JSONParser().parse(BytesIO(text))
        ((loc, _, kind),) = refused.value.errors
        assert (loc, kind) == (("body",), "json_invalid")
