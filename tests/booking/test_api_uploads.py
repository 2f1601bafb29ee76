from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db import DatabaseError

from booking.models import Ticket
from booking.services.tickets import LARGEST_UPLOAD, MAGIC

PDF = b"%PDF-1.7\n" + b"x" * 100
BOUNDARY = "edge"


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "coming"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    return settings.MEDIA_ROOT


def send(client, content=PDF, *, name="ticket.pdf", kind="application/pdf", **fields):
    file = SimpleUploadedFile(name, content, content_type=kind)
    return client.post("/tickets/", {"file": file, **fields}, format="multipart")


def send_raw(client, *parts: bytes, content_type=f"multipart/form-data; boundary={BOUNDARY}"):
    body = b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts) + b"--edge--\r\n"
    return client.generic("POST", "/tickets/", body, content_type=content_type)


def part(headers: str, content: bytes = PDF) -> bytes:
    return headers.encode() + b"\r\n\r\n" + content


def file_part(name="ticket.pdf", content=PDF, field="file") -> bytes:
    return part(
        f'Content-Disposition: form-data; name="{field}"; filename="{name}"\r\nContent-Type: application/pdf', content
    )


def is_empty(*folders: Path) -> bool:
    return not any(path.is_file() for folder in folders for path in folder.rglob("*"))


class TestUpload:
    @pytest.mark.parametrize("kind", MAGIC)
    def test_keeps_a_file_for_its_owner(self, api, customer, kind):
        content = MAGIC[kind] + b"\x00\xff" * 50
        client = api.signed_in_as(customer)
        answer = send(client, content, name="my ticket.bin", kind=kind, title="शोले")
        assert answer.status_code == 201
        ticket = Ticket.objects.get()
        assert answer.json() == {
            "id": str(ticket.pk),
            "filename": "my ticket.bin",
            "content_type": kind,
            "size": len(content),
            "title": "शोले",
            "download_url": f"/tickets/{ticket.pk}/download",
        }
        assert (ticket.user, ticket.kind, ticket.booking) == (customer, "UPLOADED", None)
        download = client.get(answer.json()["download_url"])
        assert (download.getvalue(), download.headers["Content-Type"]) == (content, kind)

    def test_leaves_nothing_in_the_temporary_folder(self, api, customer, settings, media):
        answer = send(api.signed_in_as(customer))
        assert is_empty(settings.FILE_UPLOAD_TEMP_DIR)
        (kept,) = (path for path in media.rglob("*") if path.is_file())
        assert kept == media / "tickets" / "uploads" / f"{answer.json()['id']}.pdf"

    def test_takes_exactly_5_mib(self, api, customer):
        answer = send(api.signed_in_as(customer), PDF.ljust(5_242_880, b"x"))
        assert (answer.status_code, answer.json()["size"]) == (201, 5_242_880)

    def test_is_for_people_who_are_signed_in(self, api, customer, stranger, media):
        assert send(api).status_code == 401
        assert is_empty(media)
        ticket_id = send(api.signed_in_as(customer)).json()["id"]
        for path in (f"/tickets/{ticket_id}", f"/tickets/{ticket_id}/download"):
            assert api.signed_in_as(stranger).get(path).status_code == 404

    @pytest.mark.parametrize(
        ("content", "kind", "status", "code"),
        [
            (b"", "text/html", 415, "ticket_type_refused"),
            (b"x" * (LARGEST_UPLOAD + 1), "text/html", 415, "ticket_type_refused"),
            (PDF, "", 415, "ticket_type_refused"),
            (PDF, "image/svg+xml", 415, "ticket_type_refused"),
            (b"", "application/pdf", 400, "ticket_empty"),
            (b"x" * (LARGEST_UPLOAD + 1), "application/pdf", 413, "ticket_too_large"),
            (b"<html>", "application/pdf", 415, "ticket_content_refused"),
            (PDF, "image/png", 415, "ticket_content_refused"),
            (b"%PDF", "application/pdf", 415, "ticket_content_refused"),
            (b"\n" + PDF, "application/pdf", 415, "ticket_content_refused"),
        ],
    )
    def test_refuses_in_the_order_of_the_contract(self, api, customer, settings, media, content, kind, status, code):
        answer = send(api.signed_in_as(customer), content, kind=kind)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not Ticket.objects.exists()
        assert is_empty(media, settings.FILE_UPLOAD_TEMP_DIR)

    def test_stops_reading_a_file_that_is_too_large(self, api, customer, monkeypatch):
        written: list[int] = []
        keep = TemporaryFileUploadHandler.receive_data_chunk

        def counted(handler, data, start):
            written.append(len(data))
            return keep(handler, data, start)

        monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", counted)
        answer = send(api.signed_in_as(customer), PDF.ljust(4 * LARGEST_UPLOAD, b"x"))
        assert answer.status_code == 413
        assert 0 < sum(written) <= LARGEST_UPLOAD
        assert max(written) <= 128 * 1024

    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            ("../../etc/passwd.pdf", "passwd.pdf"),
            ("C:\\tickets\\mine.pdf", "mine.pdf"),
            ("a\u202egpj.pdf", "agpj.pdf"),
            ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
            ("शो\u0000ले.pdf", "शोले.pdf"),
        ],
    )
    def test_keeps_a_safe_name(self, api, customer, media, sent, kept):
        answer = send_raw(api.signed_in_as(customer), file_part(sent))
        assert (answer.status_code, answer.json()["filename"]) == (201, kept)
        assert Ticket.objects.get().file.name == f"tickets/uploads/{answer.json()['id']}.pdf"

    def test_gives_the_file_back_when_its_row_cannot_be_written(self, api, customer, media, monkeypatch):
        def refuse(**_: object) -> None:
            raise DatabaseError

        client = api.signed_in_as(customer)
        client.raise_request_exception = False
        monkeypatch.setattr(Ticket.objects, "create", refuse)
        assert send(client).status_code == 500
        assert is_empty(media)

    def test_says_when_the_storage_has_lost_it(self, api, customer):
        client = api.signed_in_as(customer)
        path = send(client).json()["download_url"]
        ticket = Ticket.objects.get()
        ticket.file.storage.delete(str(ticket.file.name))
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (410, "ticket_file_lost")


class TestForm:
    def test_may_carry_other_files_and_fields(self, api, customer):
        answer = send_raw(
            api.signed_in_as(customer),
            file_part(field="before"),
            file_part(),
            file_part(field="after", content=b"x" * (LARGEST_UPLOAD + 1)),
            part('Content-Disposition: form-data; name="colour"', b"red"),
        )
        assert (answer.status_code, answer.json()["title"]) == (201, None)

    @pytest.mark.parametrize(
        "parts",
        [
            [],
            [part('Content-Disposition: form-data; name="file"')],
            [part('Content-Disposition: form-data; name="file"; filename=""')],
            [part('Content-Disposition: form-data; name="file"; filename="../"')],
            [file_part(field="ticket")],
            [file_part(), file_part()],
            [file_part(), part('Content-Disposition: form-data; name="title"', b"x" * 201)],
            [file_part(), part('Content-Disposition: form-data; name="title"', b"nul\x00")],
            [part("Content-Disposition: form-data; name=\"file\"; filename*=nonsense''a.pdf")],
            [
                part(
                    'Content-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n'
                    "Content-Transfer-Encoding: base64",
                    b"%%%a",
                )
            ],
            [part(f'Content-Disposition: form-data; name="f{n}"', b"x") for n in range(1100)],
            [file_part(field=f"f{n}") for n in range(101)],
        ],
    )
    def test_is_a_422_when_it_does_not_fit(self, api, customer, media, parts):
        answer = send_raw(api.signed_in_as(customer), *parts)
        assert answer.status_code == 422
        assert answer.json()["detail"][0]["loc"][0] == "body"
        assert not Ticket.objects.exists()
        assert is_empty(media)

    def test_is_too_large_with_megabytes_of_text(self, api, customer):
        title = part('Content-Disposition: form-data; name="title"', b"x" * 3_000_000)
        answer = send_raw(api.signed_in_as(customer), title, file_part())
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")

    @pytest.mark.parametrize("charset", ["rot13", "hex", "nonsense", "utf-16"])
    def test_is_utf_8_whatever_it_says(self, api, customer, charset):
        title = part('Content-Disposition: form-data; name="title"', "शोले".encode())
        kind = f"multipart/form-data; charset={charset}; boundary={BOUNDARY}"
        answer = send_raw(api.signed_in_as(customer), file_part(), title, content_type=kind)
        assert (answer.status_code, answer.json()["title"]) == (201, "शोले")

    @pytest.mark.parametrize(
        ("content_type", "status"),
        [
            ("application/json", 415),
            ("text/plain", 415),
            ("multipart/form-data", 422),
            ("multipart/form-data; boundary=", 422),
            ("multipart/form-data; boundary=" + "x" * 300, 422),
            ("multipart/form-data; boundary=ऋ", 422),
        ],
    )
    def test_has_to_be_one(self, api, customer, content_type, status):
        assert send_raw(api.signed_in_as(customer), file_part(), content_type=content_type).status_code == status
