"""Files on their way in: to a file on disk, byte by byte, and no further than the rules allow."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler

from booking.services import tickets
from cinema.core.errors import Malformed


class TicketFileHandler(TemporaryFileUploadHandler):
    """Takes one file, named `file`; asks the rules what it claims to be before it comes, and its size while it does."""

    def __init__(self) -> None:
        super().__init__()
        self._received = 0
        self._taken: UploadedFile | None = None

    def new_file(self, field_name: str, file_name: str, content_type: str, *args: Any, **kwargs: Any) -> None:
        if field_name != "file":
            raise SkipFile
        if self._taken:
            raise Malformed((("body", "file"), "One file at a time.", "max_length"))
        tickets.require_upload_type(content_type.lower())
        super().new_file(field_name, file_name, content_type, *args, **kwargs)
        self._taken = self.file

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._received += len(raw_data)
        tickets.require_upload_size(self._received)
        super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        file = super().file_complete(self._received)
        del self.file  # Django would close it with the next part it skips
        return file

    def close(self) -> None:
        """Drop what is left on disk, however far reading came."""
        if self._taken:
            self._taken.close()
