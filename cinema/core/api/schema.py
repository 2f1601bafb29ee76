"""How the OpenAPI is generated: tags and summaries as the contract publishes them."""

from drf_spectacular.openapi import AutoSchema as SpectacularSchema


class AutoSchema(SpectacularSchema):
    """Takes the tag from the viewset's `tag` attribute."""

    def get_tags(self) -> list[str]:
        tag = getattr(self.view, "tag", None)
        return [tag] if tag else super().get_tags()
