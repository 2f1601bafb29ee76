import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.models import Movie
from ops.models import TableImport
from ops.states import ImportStatus
from ops.tables import sheets
from tests.factories.catalog import MovieFactory
from tests.factories.ops import TableImportFactory

pytestmark = pytest.mark.django_db
GOOD = b"title,duration\nSholay,204\n"
BAD = b"title,duration\nSholay,long\n"


@pytest.fixture
def office(client, manager):
    client.force_login(manager)
    return client


def bring(office, content, table="movies"):
    file = SimpleUploadedFile("films.csv", content)
    return office.post(reverse("office_table_import", args=[table]), {"file": file}, follow=True)


class TestTakingATableOut:
    def test_gives_a_file_that_can_come_back(self, office):
        movie = MovieFactory()
        response = office.get(reverse("office_table_export", args=["movies", "csv"]))
        assert response.headers["Content-Disposition"] == 'attachment; filename="movies.csv"'
        lines = sheets.read(b"".join(response))
        assert (lines[0][0], lines[1][:2]) == ("movie_id", [str(movie.pk), movie.title])
        assert sheets.read(office.get(reverse("office_table_export", args=["movies", "xlsx"])).content) == lines

    @pytest.mark.parametrize(("name", "kind"), [("movies", "exe"), ("secrets", "csv")])
    def test_knows_no_others(self, office, name, kind):
        assert office.get(reverse("office_table_export", args=[name, kind])).status_code == 404

    def test_keeps_the_customers_from_who_only_sees_them(self, client, clerk, auditor):
        for user in (clerk, auditor):
            client.force_login(user)
            assert client.get(reverse("office_table_export", args=["customers", "csv"])).status_code == 403


class TestBringingATableIn:
    def test_is_shown_first_and_then_written(self, office):
        page = bring(office, GOOD)
        assert "<strong>1</strong> new" in page.content.decode()
        assert not Movie.objects.exists()
        record = TableImport.objects.get()
        done = office.post(reverse("office_import_write", args=[record.pk]), follow=True)
        assert "All of it is written." in done.content.decode()
        assert Movie.objects.get().title == "Sholay"

    def test_names_what_is_wrong_and_offers_no_writing(self, office):
        page = bring(office, BAD).content.decode()
        assert "A valid integer is required." in page
        assert "Write all of it" not in page

    def test_can_be_left_unwritten(self, office):
        bring(office, GOOD)
        office.post(reverse("office_import_drop", args=[TableImport.objects.get().pk]))
        assert TableImport.objects.get().status == ImportStatus.DROPPED

    def test_says_when_the_house_has_changed_since(self, office):
        movie = MovieFactory(duration=100)
        bring(office, f"movie_id,duration\n{movie.pk},120\n".encode())
        Movie.objects.update(duration=110)
        page = office.post(reverse("office_import_write", args=[TableImport.objects.get().pk]), follow=True)
        assert "Something has changed since this was shown" in page.content.decode()

    def test_tells_how_far_a_busy_one_is_without_a_script(self, office):
        record = TableImportFactory(status=ImportStatus.CHECKING, row_count=5000)
        page = office.get(reverse("office_import", args=[record.pk])).content.decode()
        assert '<meta http-equiv="refresh"' in page
        assert '<progress id="progress" max="5000"' in page

    @pytest.mark.parametrize("content", [b"", b"\x89PNG\xff"], ids=["empty", "a picture"])
    def test_says_what_is_no_table(self, office, content):
        assert "errorlist" in (page := bring(office, content).content.decode()) or 'class="error"' in page
        assert not TableImport.objects.exists()

    def test_is_for_who_may_bring_that_table(self, client, clerk, waiter):
        for user in (clerk, waiter):
            client.force_login(user)
            assert bring(client, GOOD).status_code == 403
            record = TableImportFactory()
            for name in ("office_import", "office_import_write", "office_import_drop"):
                path = reverse(name, args=[record.pk])
                assert (client.get(path) if name == "office_import" else client.post(path)).status_code == 403
