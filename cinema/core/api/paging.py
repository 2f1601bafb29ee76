"""`skip` and `limit` on every list: a bare array, counted only when asked."""

from typing import TYPE_CHECKING, Any

from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from cinema.core.errors import Malformed

if TYPE_CHECKING:
    from rest_framework.views import APIView

LARGEST_PAGE = 500
LARGEST_SKIP = 2**31 - 1
FLAGS = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}  # in any case: Python clients write True


def whole_number(request: Request, name: str, default: int, smallest: int, largest: int) -> int:
    """Read a query parameter that must be a whole number within bounds.

    :raises Malformed: when it is not.
    """
    text = request.query_params.get(name)
    if text is None:
        return default
    digits = text.lstrip("0") or text[:1]  # however many of them: what is judged must be what is used
    if not (text.isascii() and digits.isdigit() and len(digits) <= 12 and smallest <= int(digits) <= largest):
        raise Malformed((("query", name), f"Must be a whole number from {smallest} to {largest}.", "int_range"))
    return int(digits)


def _flag(request: Request, name: str) -> bool:
    text = request.query_params.get(name, "false").lower()
    if text not in FLAGS:
        raise Malformed((("query", name), "Must be true or false.", "bool_parsing"))
    return FLAGS[text]


class SkipLimitPagination(BasePagination):
    """The contract's paging; a viewset may set `default_limit` (10) of its own."""

    def paginate_queryset(self, queryset: Any, request: Request, view: "APIView | None" = None) -> list[Any]:
        default = getattr(view, "default_limit", 10)
        skip = whole_number(request, "skip", 0, 0, LARGEST_SKIP)
        limit = whole_number(request, "limit", default, 1, LARGEST_PAGE)
        self.total = queryset.count() if _flag(request, "with_total") else None
        return list(queryset[skip : skip + limit])

    def get_paginated_response(self, data: Any) -> Response:
        headers = {} if self.total is None else {"X-Total-Count": str(self.total)}
        return Response(data, headers=headers)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return schema

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        default = getattr(view, "default_limit", 10)
        return [
            _parameter(
                "skip",
                {"type": "integer", "default": 0, "minimum": 0, "maximum": LARGEST_SKIP},
                "How many to pass over.",
            ),
            _parameter(
                "limit",
                {"type": "integer", "default": default, "minimum": 1, "maximum": LARGEST_PAGE},
                "How many to return.",
            ),
            _parameter("with_total", {"type": "boolean", "default": False}, "Answer the full count in X-Total-Count."),
        ]


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}
