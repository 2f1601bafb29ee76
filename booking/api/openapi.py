"""The one page that the contract counts among the operations: HTML, so its view is not the API's to describe."""

from typing import Any

_ID = {"type": "integer"}
_PAGE = {"text/html": {"schema": {"type": "string"}, "example": "<!doctype html><title>3 Idiots · Marquee</title>"}}
SEAT_MAP_PAGE: dict[str, Any] = {
    "operationId": "seatmap_retrieve",
    "summary": "Render Seatmap",
    "tags": ["Seatmap UI"],
    "parameters": [
        {"in": "path", "name": "show_id", "schema": _ID, "required": True},
        {"in": "query", "name": "user_id", "schema": _ID, "description": "The visitor, for old clients."},
    ],
    "responses": {
        "200": {
            "description": "The seats of a show, to choose from.",
            "content": _PAGE,
        },
        "403": {"description": "`user_id` is not the visitor.", "content": _PAGE},
        "404": {"description": "There is no such show.", "content": _PAGE},
        "422": {"description": "An id is no whole number.", "content": _PAGE},
    },
}


def describe_seat_map_page(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the page to the document."""
    result["paths"]["/seatmap/{show_id}"] = {"get": SEAT_MAP_PAGE}
    return result
