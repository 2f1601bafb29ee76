"""Forms with files; where the file goes is for the upload handlers of the request to say."""

from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from rest_framework import parsers

from cinema.core.errors import Malformed


class MultiPartParser(parsers.MultiPartParser):
    """Reads text as UTF-8 whatever the header says; a form that cannot be read is malformed, never a fault of ours."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            return super().parse(stream, media_type, {**(parser_context or {}), "encoding": "utf-8"})
        except RequestDataTooBig:
            raise
        except (SuspiciousOperation, ValueError, LookupError):  # too many parts; a charset that is none
            raise Malformed((("body",), "The form cannot be read.", "form_invalid")) from None
