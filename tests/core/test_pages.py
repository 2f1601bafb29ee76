import pytest
from django.db import OperationalError
from django.test import Client

from cinema.core.pages import safe_next


class TestErrorPages:
    def test_show_a_page_to_a_browser_that_is_lost(self, client, db):
        answer = client.get("/nowhere", headers={"Accept": "text/html"})
        assert answer.status_code == 404
        assert "Not on the programme" in answer.content.decode()

    def test_answer_json_to_everybody_else(self, client, db):
        answer = client.get("/nowhere")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    def test_tell_whose_form_has_lost_its_token_what_to_do(self, customer):
        careful = Client(enforce_csrf_checks=True)
        answer = careful.post("/account/login", {"email": "customer@example.com"})
        assert answer.status_code == 403
        assert "reload the page" in answer.content.decode()

    def test_own_up_to_our_faults_with_an_id_and_nothing_else(self, selling_show, monkeypatch):
        monkeypatch.setattr("scheduling.queries.house_day", lambda now: 1 / 0)
        answer = Client(raise_request_exception=False).get("/", headers={"Accept": "text/html"})
        page = answer.content.decode()
        assert answer.status_code == 500
        assert "The film tore" in page
        assert answer.context["error_id"] in page
        assert "division" not in page

    def test_say_when_the_database_is_away(self, client, db, monkeypatch):
        def away(now):
            raise OperationalError("gone")

        monkeypatch.setattr("scheduling.queries.house_day", away)
        answer = client.get("/")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


class TestSafeNext:
    @pytest.mark.parametrize(
        "wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "999", "home", "\\\\evil"]
    )
    def test_leads_home_instead_of_away(self, rf, wanted):
        assert safe_next(rf.get("/"), wanted) == "/"

    def test_keeps_a_path_of_ours(self, rf):
        assert safe_next(rf.get("/"), "/seatmap/4?seats=1,2") == "/seatmap/4?seats=1,2"


class TestPage:
    def test_is_kept_by_no_cache_when_it_is_personal(self, client, customer, selling_show):
        client.force_login(customer)
        for path in ("/account/bookings", f"/seatmap/{selling_show.pk}", f"/book/{selling_show.pk}/pay"):
            assert "no-store" in client.get(path).headers["Cache-Control"]

    def test_explains_an_address_that_only_takes_forms(self, client, db):
        answer = client.get("/account/logout")
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
        assert "Nothing to see here" in answer.content.decode()


class TestPolicy:
    def test_keeps_pages_free_of_inline_script_and_style(self, client, selling_show):
        for path in ("/", f"/seatmap/{selling_show.pk}", "/account/login"):
            answer = client.get(path)
            page = answer.content.decode()
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
            assert " style=" not in page
            assert "<style" not in page
            assert " on" + "click=" not in page
            assert "<script>" not in page
