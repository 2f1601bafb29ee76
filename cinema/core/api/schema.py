"""How the OpenAPI is generated: tags and summaries as the contract publishes them, and what every operation may answer."""

from typing import Any

from drf_spectacular.openapi import AutoSchema as SpectacularSchema

from cinema.core.api.fields import DetailOutput, MessageOutput
from cinema.core.api.records import RecordViewSet

SUMMARIES = {
    "list": "Get All {nouns}",
    "retrieve": "Get {noun}",
    "create": "Create {noun}",
    "update": "Update {noun}",
    "destroy": "Delete {noun}",
}


class AutoSchema(SpectacularSchema):
    """Reads `tag`, and the nouns and input of a table, from the viewset."""

    def get_tags(self) -> list[str]:
        tag = getattr(self.view, "tag", None)
        return [tag] if tag else super().get_tags()

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
