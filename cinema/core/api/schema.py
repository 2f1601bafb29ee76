"""How the OpenAPI is generated: tags and summaries as the contract publishes them, and what every operation may answer."""

from decimal import Decimal
from typing import Any

from drf_spectacular.openapi import AutoSchema as SpectacularSchema
from rest_framework.serializers import DecimalField, Serializer

from cinema.core.api.fields import DetailOutput, MessageOutput
from cinema.core.api.permissions import ReadsArePublic
from cinema.core.api.records import RecordViewSet

SUMMARIES = {
    "list": "Get All {nouns}",
    "retrieve": "Get {noun}",
    "create": "Create {noun}",
    "update": "Update {noun}",
    "destroy": "Delete {noun}",
}


REFUSALS: dict[str, tuple[str, str]] = {
    "400": ("RuleBroken", "A rule of the house forbids it."),
    "401": ("NotSignedIn", "No access token, or one that does not hold (any more)."),
    "403": ("NotAllowed", "Signed in, and not allowed to."),
    "404": ("NotFound", "There is no such thing, or none you may see."),
    "409": ("Taken", "Somebody or something else already holds what was asked for."),
    "413": ("TooLarge", "More bytes than we accept."),
    "415": ("UnsupportedType", "A kind of content we do not accept."),
    "422": ("Malformed", "Something sent is missing, ill-typed or out of bounds."),
    "429": (
        "TooMany",
        "Tried too often; `retry_after`, also in the Retry-After header, says how many seconds to wait.",
    ),
    "502": ("UpstreamFailed", "A system we depend on failed."),
    "503": ("Unavailable", "Not possible right now; `Retry-After` says when to ask again."),
    "504": ("UpstreamTimedOut", "A system we depend on did not answer in time."),
}
_REFUSAL = {
    "type": "object",
    "required": ["detail", "code"],
    "properties": {
        "detail": {"type": "string", "description": "For people."},
        "code": {"type": "string", "description": "For programs; stays the same."},
    },
    "additionalProperties": True,
    "example": {"detail": "These seats are taken.", "code": "seat_unavailable", "seats": ["A3"]},
}
_MALFORMED = {
    "type": "object",
    "required": ["detail"],
    "properties": {
        "detail": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["loc", "msg", "type"],
                "properties": {
                    "loc": {"type": "array", "items": {"type": ["string", "integer"]}},
                    "msg": {"type": "string"},
                    "type": {"type": "string"},
                },
            },
        }
    },
    "example": {"detail": [{"loc": ["body", "seat_id"], "msg": "This field is required.", "type": "required"}]},
}


def describe_refusals(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the shapes of refusals, which operations refer to, to the document."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {}).update({"Refusal": _REFUSAL, "MalformedRequest": _MALFORMED})
    components["responses"] = {
        name: {
            "description": description,
            "content": {
                "application/json": {
                    "schema": {"$ref": f"#/components/schemas/{'MalformedRequest' if status == '422' else 'Refusal'}"}
                }
            },
        }
        for status, (name, description) in REFUSALS.items()
    }
    return result


def _bounds_of(field: DecimalField) -> dict[str, Any]:
    """Tell exactly what an amount may be, where the library rounds its digits to a whole number.

    Not `multipleOf` 0.01: validators divide as computers do, and 19.44 would fail.
    """
    places = field.decimal_places or 0
    step = Decimal(1).scaleb(-places)
    most = Decimal(10) ** ((field.max_digits or 0) - places) - step
    return {
        "minimum": -most if field.min_value is None else field.min_value,
        "maximum": most if field.max_value is None else field.max_value,
    }


def _is_particular(schema: dict[str, Any]) -> bool:
    """Tell whether an empty text is none of the values that a schema describes."""
    return schema.get("type") not in ("string", "array") or "format" in schema or "enum" in schema


class AutoSchema(SpectacularSchema):
    """Reads `tag`, and the nouns and input of a table, from the viewset."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        for status in self._refusals(operation):
            reference = {"$ref": f"#/components/responses/{REFUSALS[status][0]}"}
            operation["responses"].setdefault(status, reference)
        return operation

    def get_auth(self) -> list[dict[str, list[str]]]:
        auths: list[dict[str, list[str]]] = super().get_auth()
        opens = any(isinstance(permission, ReadsArePublic) for permission in self.view.get_permissions())
        return [*auths, {}] if opens and self.method == "GET" else auths

    def _refusals(self, operation: dict[str, Any]) -> list[str]:
        is_closed = bool(operation.get("security")) and {} not in operation["security"]
        applies = {
            "400": self.method != "GET",
            "401": bool(self.view.authentication_classes) or self._checks_credentials(),  # a stale token, even to read
            "403": is_closed,
            "404": "{" in self.path or ("requestBody" in operation and self._refers()),
            "409": self.method != "GET",
            "422": "parameters" in operation or "requestBody" in operation,
            "429": self.method != "GET" and bool(self.view.authentication_classes),
        }
        also = getattr(self.view, "refuses", {}).get(getattr(self.view, "action", ""), ())
        return sorted({status for status, does in applies.items() if does} | set(also))

    def _checks_credentials(self) -> bool:
        return getattr(self.view, "action", "") in getattr(self.view, "credential_actions", ())

    def _refers(self) -> bool:
        """Tell whether the body names other things by their ids."""
        shape = self.get_request_serializer()
        shape = shape() if isinstance(shape, type) and issubclass(shape, Serializer) else shape
        fields = getattr(getattr(shape, "child", shape), "fields", {})
        return any(name.endswith(("_id", "Id")) for name in fields)

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:  # noqa: FBT001, FBT002  # the library's signature
        schema: dict[str, Any] = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]  # untyped library
        if not isinstance(field, DecimalField):
            return schema
        rest = {key: value for key, value in schema.items() if key not in ("exclusiveMinimum", "exclusiveMaximum")}
        return {**rest, **_bounds_of(field)}

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        schema: dict[str, Any] = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]  # untyped library
        if direction == "response" and schema.get("properties"):
            schema["required"] = sorted(schema["properties"])  # every field is there; the library asks who may send it
        return schema

    def _get_filter_parameters(self) -> list[dict[str, Any]]:
        filters: list[dict[str, Any]] = super()._get_filter_parameters()  # type: ignore[no-untyped-call]  # untyped library
        return [{**one, "allowEmptyValue": True} if _is_particular(one["schema"]) else one for one in filters]

    def get_tags(self) -> list[str]:
        tag = getattr(self.view, "tag", None)
        return [tag] if tag else super().get_tags()

    def get_description(self) -> str:  # type: ignore[override]  # the library calls it so
        return "" if isinstance(self.view, RecordViewSet) else str(super().get_description() or "")

    def get_summary(self) -> str | None:
        if not isinstance(self.view, RecordViewSet):
            return super().get_summary()
        return SUMMARIES[self.view.action].format(noun=self.view.noun, nouns=self.view.nouns)

    def get_request_serializer(self) -> Any:
        if not isinstance(self.view, RecordViewSet):
            return super().get_request_serializer()
        return self.view.input_class(partial=self.view.action == "update")

    def get_response_serializers(self) -> Any:
        if isinstance(self.view, RecordViewSet) and self.view.action == "create":
            return {self.view.created_status: self.view.serializer_class}
        if isinstance(self.view, RecordViewSet) and self.view.action == "destroy":
            return {200: MessageOutput if self.view.farewell_key == "message" else DetailOutput}
        return super().get_response_serializers()
