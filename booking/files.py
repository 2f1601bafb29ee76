"""Files as both doors hand them out."""

from dataclasses import dataclass

from django.http import HttpResponse


@dataclass(frozen=True, slots=True)
class PdfFile:
    """A PDF that was made on the spot."""

    name: str
    content: bytes


def pdf_file(file: PdfFile) -> HttpResponse:
    """Answer with a PDF to be kept, which no cache keeps."""
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(file.content, content_type="application/pdf", headers=headers)
