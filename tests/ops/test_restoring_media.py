"""Uploaded files, put back beside the database."""

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from accounts.models import User
from cinema.core import jobs
from tests.factories.accounts import UserFactory
from tests.ops.test_restoring import back_up, restore


class TestRestoreOfMedia:
    def test_puts_media_files_back(self, own_database, folder):
        for name, text in {"posters/dune.jpg": b"sand", "tickets/2026/a.pdf": b"%PDF" * 500, "same": b"same"}.items():
            default_storage.save(name, ContentFile(text))
        backup = back_up("both")
        default_storage.delete("posters/dune.jpg")
        (folder / "media" / "tickets/2026/a.pdf").write_bytes(b"cut off")
        default_storage.save("later.jpg", ContentFile(b"later"))

        assert restore(backup, "both").status == "completed"

        found = {str(path.relative_to(folder / "media")) for path in (folder / "media").rglob("*") if path.is_file()}
        assert found == {"posters/dune.jpg", "tickets/2026/a.pdf", "same", "later.jpg"}
        assert (folder / "media" / "posters/dune.jpg").read_bytes() == b"sand"
        assert (folder / "media" / "tickets/2026/a.pdf").read_bytes() == b"%PDF" * 500

    def test_puts_media_back_that_changed_without_a_change_of_size(self, own_database, folder):
        default_storage.save("poster.jpg", ContentFile(b"dune"))
        backup = back_up("both")
        (folder / "media" / "poster.jpg").write_bytes(b"dume")
        restore(backup, "both")
        assert (folder / "media" / "poster.jpg").read_bytes() == b"dune"

    def test_says_so_when_only_the_media_failed_and_reconciles_all_the_same(self, own_database, folder, monkeypatch):
        UserFactory(name="Kept")
        default_storage.save("poster.jpg", ContentFile(b"dune"))
        backup = back_up("both")
        User.objects.all().delete()
        (folder / "media" / "poster.jpg").write_bytes(b"changed")
        queued: list[str] = []
        monkeypatch.setattr(jobs, "enqueue_on_commit", lambda job, **_: queued.append(job))

        def away(*_args: object, **_options: object) -> None:
            raise ConnectionError

        monkeypatch.setattr(FileSystemStorage, "delete", away)
        done = restore(backup, "both")

        assert User.objects.get().name == "Kept"
        assert (done.status, "database is live" in done.error_message) == ("failed", True)
        assert queued == [jobs.RECONCILE, jobs.ALERT_OPERATORS]
