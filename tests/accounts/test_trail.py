from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta

import pytest
from celery import current_app
from django.contrib.auth.models import Group, Permission
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import trail, trail_words
from accounts.models import AuditEntry, User
from accounts.services import profiles
from booking.services import cancelling
from catalog.models import Movie
from cinema.core import jobs, maintenance
from cinema.core.logs import current_request_id
from cinema.core.worker import job
from concessions.models import FoodItem
from scheduling.models import Show
from tests.architecture.test_factories import FACTORIES, MODELS
from tests.booking.stories import booked
from tests.conftest import eventually
from tests.factories.accounts import AuditEntryFactory, StaffFactory, UserFactory
from tests.factories.billing import DiscountFactory
from tests.factories.catalog import MovieFactory
from tests.factories.concessions import FoodItemFactory
from tests.factories.scheduling import ShowFactory


@contextmanager
def written_by(user: User):
    trail.name_actor(user)
    yield
    trail.forget_actor()


def entries(table: str, row: object) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(table=table, row=str(row)).order_by("id"))


def tables_watched() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(tgargs, 'escape') FROM pg_trigger WHERE tgname LIKE 'accounts_trail_changed'")
        return {arguments.split("\\000")[0] for (arguments,) in cursor.fetchall()}


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [name])
        (value,) = cursor.fetchone()
    return value


@pytest.mark.django_db
class TestTheTrail:
    def test_notes_who_changed_what_from_what_to_what(self, manager):
        movie = MovieFactory(title="Old", duration=120)
        with written_by(manager):
            Movie.objects.filter(pk=movie.pk).update(title="New")
        [entry] = entries("catalog.movie", movie.pk)
        assert (entry.actor, entry.actor_kind, entry.deed) == (manager, "STAFF", "CHANGED")
        assert (entry.before, entry.after) == ({"title": "Old"}, {"title": "New"})

    def test_notes_each_row_of_a_bulk_change(self, manager):
        movies = MovieFactory.create_batch(3, certificate="U")
        with written_by(manager):
            Movie.objects.update(certificate="A")
            Movie.objects.bulk_create([Movie(title="Bulk", slug="bulk", duration=90)])
        said = AuditEntry.objects.filter(table="catalog.movie").values_list("deed", flat=True)
        assert sorted(said) == ["ADDED", *["CHANGED"] * len(movies)]

    def test_notes_what_was_there_when_a_row_is_deleted(self, manager):
        movie = MovieFactory(title="Gone")
        with written_by(manager), connection.cursor() as cursor:
            cursor.execute("DELETE FROM catalog_movie WHERE id = %s", [movie.pk])
        [entry] = entries("catalog.movie", movie.pk)
        assert (entry.deed, entry.before["title"], entry.after) == ("DELETED", "Gone", {})

    def test_notes_changes_under_no_name_as_the_systems(self):
        movie = MovieFactory()
        Movie.objects.filter(pk=movie.pk).update(title="By hand")
        [entry] = entries("catalog.movie", movie.pk)
        assert (entry.actor, entry.actor_kind) == (None, "SYSTEM")

    def test_says_nothing_when_nothing_changed(self, manager):
        movie = MovieFactory()
        with written_by(manager):
            movie.save()
        assert entries("catalog.movie", movie.pk) == []

    def test_notes_stock_that_the_staff_set_and_not_what_customers_take(self, waiter):
        item = FoodItemFactory(stock=10)
        FoodItem.objects.filter(pk=item.pk).update(stock=8)
        assert entries("concessions.fooditem", item.pk) == []
        with written_by(waiter):
            FoodItem.objects.filter(pk=item.pk).update(stock=50)
        [entry] = entries("concessions.fooditem", item.pk)
        assert (entry.before, entry.after) == ({"stock": 8}, {"stock": 50})

    def test_does_not_count_the_uses_of_a_promo_code(self, manager):
        discount = DiscountFactory()
        type(discount).objects.filter(pk=discount.pk).update(times_used=1)
        assert entries("billing.discount", discount.pk) == []


@pytest.mark.django_db
class TestPeople:
    def test_are_noted_without_their_data(self, manager, customer):
        with written_by(manager):
            customer.email, customer.phone = "new@example.com", "+919820000077"
            customer.set_password("a-quite-new-secret")
            customer.save()
        [entry] = entries("accounts.user", customer.pk)
        hidden = dict.fromkeys(("email", "password", "phone"), "hidden")
        assert (entry.before, entry.after) == (hidden, hidden)

    def test_come_and_change_their_own_data_without_a_line(self, now):
        person = UserFactory()
        profiles.change_profile(user=person, by=person, now=now, name="Other", password="a-quite-new-secret")
        User.objects.filter(pk=person.pk).update(last_login=now)
        assert entries("accounts.user", person.pk) == []

    def test_are_noted_when_they_join_the_staff_even_by_hand(self):
        person = StaffFactory()
        assert [entry.deed for entry in entries("accounts.user", person.pk)] == ["ADDED"]

    def test_are_noted_with_their_groups(self, customer, manager):
        group = Group.objects.create(name="Ushers")
        with written_by(manager):
            customer.groups.add(group)
            customer.groups.remove(group)
        assert [(entry.before, entry.after) for entry in entries("accounts.user", customer.pk)] == [
            ({}, {"group_id": group.pk}),
            ({"group_id": group.pk}, {}),
        ]


@pytest.mark.django_db
class TestFinality:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE accounts_auditentry SET before = '{}'",
            "DELETE FROM accounts_auditentry",
            "TRUNCATE accounts_auditentry",
        ],
    )
    def test_refuses_to_be_changed(self, statement):
        AuditEntryFactory()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE accounts_auditentry ENABLE TRIGGER accounts_trail_is_never_emptied")
            with pytest.raises(IntegrityError) as refused, transaction.atomic():
                cursor.execute(statement)
        assert refused.value.__cause__.diag.constraint_name == "accounts_trail_is_final"  # type: ignore[union-attr]
        assert AuditEntry.objects.exists()


@pytest.mark.django_db
class TestDoors:
    def test_name_who_writes_in_the_back_office_and_in_which_request(self, client, manager):
        movie = MovieFactory()
        client.force_login(manager)
        form = {"title": "Renamed", "slug": movie.slug, "duration": 120, "genre": "Drama", "language": "Hindi"}
        form |= {"format": "2D", "certificate": "U", "interval_minutes": 0, "is_active": "on"}
        form |= {"film_hire_terms-TOTAL_FORMS": "0", "film_hire_terms-INITIAL_FORMS": "0"}
        path = reverse("admin:catalog_movie_change", args=[movie.pk])
        answer = client.post(path, form, headers={"X-Request-ID": "story-1"})
        assert answer.status_code == 302, answer.context["errors"]
        [entry] = entries("catalog.movie", movie.pk)
        assert (entry.actor, entry.request_id, entry.after["title"]) == (manager, "story-1", "Renamed")

    def test_name_an_admin_who_writes_over_the_api(self, api, admin):
        movie = MovieFactory()
        answer = api.signed_in_as(admin).patch(f"/movies/{movie.pk}", {"title": "Renamed"})
        assert answer.status_code == 200
        [entry] = entries("catalog.movie", movie.pk)
        assert (entry.actor, entry.request_id) == (admin, answer.headers["X-Request-ID"])

    def test_take_the_name_back_when_the_request_is_over(self, client, api, manager, admin):
        client.force_login(manager)
        client.post(reverse("admin:catalog_movie_add"), {})
        assert (setting("marquee.actor"), setting("marquee.request_id")) == ("", "")
        api.signed_in_as(admin).post("/movies/", {"title": ""})
        assert (setting("marquee.actor"), setting("marquee.request_id")) == ("", "")

    def test_take_the_name_back_when_a_page_fails(self, manager, monkeypatch):
        def fail(*_: object, **__: object) -> None:
            assert setting("marquee.actor") == str(manager.pk)
            raise ZeroDivisionError

        monkeypatch.setattr("django.contrib.admin.options.ModelAdmin._changeform_view", fail)
        client = Client(raise_request_exception=False)
        client.force_login(manager)
        assert client.post(reverse("admin:catalog_movie_add"), {}).status_code == 500
        assert setting("marquee.actor") == ""

    def test_ask_nothing_more_for_customers(self, client, customer, django_assert_max_num_queries):
        client.force_login(customer)
        with django_assert_max_num_queries(20) as queries:
            client.post("/account/profile", {"name": "Asha", "phone": ""})
        assert [query["sql"] for query in queries if "marquee.actor" in query["sql"]] == []

    def test_close_a_connection_that_keeps_the_name(self, manager, monkeypatch):
        closed: list[bool] = []
        with connection.cursor() as cursor:
            trail.name_actor(manager)
            monkeypatch.setattr(trail, "_tell", lambda *_: (_ for _ in ()).throw(DatabaseError))
            monkeypatch.setattr(connection, "close", lambda: closed.append(True))
            trail.forget_actor()
            monkeypatch.undo()
            cursor.execute("SELECT set_config('marquee.actor', '', false)")
        assert closed == [True]


RENAME, AND_AGAIN = "tests.rename_movie", "tests.rename_movie_again"


def retitle(movie_id: int, title: str) -> None:
    Movie.objects.filter(pk=movie_id).update(title=title)


@pytest.fixture
def renaming() -> Iterator[None]:
    """A job that fails once in mid-work and is tried again, and the job that it has done in turn."""

    @job(RENAME)
    def rename(*, movie_id: int) -> None:
        request = current_app.tasks[RENAME].request
        retitle(movie_id, f"try {request.retries + 1}")
        if not request.retries:
            raise ConnectionError
        with transaction.atomic():
            jobs.enqueue_on_commit(AND_AGAIN, movie_id=movie_id)

    @job(AND_AGAIN)
    def rename_again(*, movie_id: int) -> None:
        retitle(movie_id, "in turn")

    yield
    for name in (RENAME, AND_AGAIN):
        current_app.tasks.pop(name)


@pytest.mark.broker
class TestJobs:
    def ask(self, movie: Movie, by: User | None, request_id: str = "-") -> list[AuditEntry]:
        """Queue the job as a request would, and wait for all that it writes."""
        told = current_request_id.set(request_id)
        with written_by(by) if by else nullcontext(), transaction.atomic():
            jobs.enqueue_on_commit(RENAME, movie_id=movie.pk)
        current_request_id.reset(told)
        assert eventually(lambda: len(entries("catalog.movie", movie.pk)) == 3)
        return entries("catalog.movie", movie.pk)

    def test_write_under_the_name_of_whoever_started_them(self, renaming, worker, manager):
        noted = self.ask(MovieFactory(), manager, "asked-7")
        assert [entry.after["title"] for entry in noted] == ["try 1", "try 2", "in turn"]
        assert {(entry.actor, entry.request_id) for entry in noted} == {(manager, "asked-7")}

    def test_of_a_cancelled_show_end_its_bookings_under_the_name_of_who_cancelled_it(
        self, worker, selling_show, customer, manager, now
    ):
        booking = booked(selling_show, "A1", by=customer, now=now)
        with written_by(manager):
            cancelling.cancel_show(show_id=selling_show.pk, by=manager, now=now)
        assert eventually(
            lambda: any("booking_status" in entry.after for entry in entries("booking.booking", booking.pk))
        )
        assert {entry.actor for entry in entries("booking.booking", booking.pk)} == {manager}

    def test_leave_the_name_to_no_other(self, renaming, worker, manager):
        self.ask(MovieFactory(), manager)
        noted = self.ask(MovieFactory(), None)
        assert {(entry.actor, entry.actor_kind) for entry in noted} == {(None, "SYSTEM")}

    def test_are_the_systems_when_nobody_knows_the_name_any_more(self, renaming, worker):
        noted = self.ask(MovieFactory(), StaffFactory.build(pk=987_654))
        assert {(entry.actor, entry.actor_kind) for entry in noted} == {(None, "SYSTEM")}

    def test_keep_the_name_while_the_site_is_closed(self, renaming, monkeypatch, db, manager):
        back: list[dict] = []
        task = current_app.tasks[RENAME]
        monkeypatch.setattr(task, "apply_async", lambda **how: back.append(how["headers"]))
        task.push_request(headers={"request_id": "asked-7", "actor_id": str(manager.pk)})
        with maintenance.closed():
            task.run(movie_id=1)
        task.pop_request()
        assert back == [{"request_id": "asked-7", "actor_id": str(manager.pk)}]


@pytest.mark.django_db
class TestThePage:
    def found(self, client: Client, **asked: str) -> set[str]:
        page = client.get(reverse("admin:accounts_auditentry_changelist"), asked)
        assert page.status_code == 200
        return {entry.row for entry in page.context["cl"].result_list}

    def test_is_searched_by_person_table_row_day_and_request(self, client, auditor, now):
        mine = AuditEntryFactory(by_staff=True, row="m-1", table="venues.screen", request_id="asked-1")
        AuditEntryFactory(row="m-2", at=now - timedelta(days=400))
        client.force_login(auditor)
        assert mine.actor is not None
        assert self.found(client, q=mine.actor.email) == {"m-1"}
        assert self.found(client, q="venues.screen m-1") == {"m-1"}
        assert self.found(client, q="asked-1") == {"m-1"}
        assert self.found(client, q="m-2") == {"m-2"}
        past = now - timedelta(days=400)
        day = {"at__year": str(past.year), "at__month": str(past.month), "at__day": str(past.day)}
        assert self.found(client, **day) == {"m-2"}

    def test_shows_the_history_of_a_row_behind_its_link(self, client, manager):
        movie, other = MovieFactory.create_batch(2)
        Movie.objects.update(title="Both renamed")
        client.force_login(manager)
        page = client.get(reverse("admin:catalog_movie_change", args=[movie.pk])).content.decode()
        link = f"{reverse('admin:accounts_auditentry_changelist')}?table=catalog.movie&amp;row={movie.pk}"
        assert link in page
        assert self.found(client, table="catalog.movie", row=str(movie.pk)) == {str(movie.pk)}
        assert entries("catalog.movie", other.pk)

    def test_names_the_group_that_somebody_joined_and_leads_to_them(self, client, auditor, customer, manager):
        group = Group.objects.create(name="Ushers")
        with written_by(manager):
            customer.groups.add(group)
        client.force_login(auditor)
        page = client.get(reverse("admin:accounts_auditentry_changelist"), {"q": manager.email}).content.decode()
        assert "<div><b>group</b> – → Ushers</div>" in page
        link = reverse("admin:accounts_user_change", args=[customer.pk])
        assert f'<a href="{link}">Changed user {customer.email}</a>' in page

    def test_says_what_changed(self, client, auditor):
        AuditEntryFactory(before={"title": "Old", "rating": None}, after={"title": "New", "rating": 7})
        client.force_login(auditor)
        page = client.get(reverse("admin:accounts_auditentry_changelist")).content.decode()
        assert "<div><b>rating</b> – → 7</div><div><b>title</b> Old → New</div>" in page

    def test_calls_rows_columns_and_values_by_their_names(self, client, admin):
        show = ShowFactory(movie__title="Vertigo", status="OPEN")
        other = MovieFactory(title="Rope")
        with written_by(admin):
            Show.objects.filter(pk=show.pk).update(status="CLOSED", movie=other)
            MovieFactory(title="Gone").delete()
        client.force_login(admin)
        page = client.get(reverse("admin:accounts_auditentry_changelist"), {"q": admin.email}).content.decode()
        assert f">Changed show Rope, {show.screen}, " in page
        assert "<div><b>movie</b> Vertigo → Rope</div><div><b>status</b> Open → Closed</div>" in page
        assert ">Deleted movie Gone</a>" in page
        [entry] = entries("scheduling.show", show.pk)
        assert str(entry) == f"Changed show {show.pk}"
        page = client.get(reverse("admin:accounts_auditentry_change", args=[entry.pk])).content.decode()
        assert "Changed show" in page

    def test_names_no_row_to_those_who_may_not_see_it(self, client):
        movie = MovieFactory(title="Unseen")
        AuditEntryFactory(row=str(movie.pk), before={"rating": 1}, after={"rating": 2})
        staff = StaffFactory()
        staff.user_permissions.add(Permission.objects.get(codename="view_auditentry"))
        client.force_login(staff)
        page = client.get(reverse("admin:accounts_auditentry_changelist")).content.decode()
        assert f"Changed movie {movie.pk}" in page
        assert "Unseen" not in page

    def test_reads_the_names_of_a_table_at_once(self, admin):
        """Whatever is watched: a name asks for nothing beyond what its list loads."""
        watched = [model for model in MODELS if model._meta.label_lower in tables_watched()]
        assert len(watched) > 20
        for model in watched:
            noted = [
                AuditEntryFactory.build(table=model._meta.label_lower, row=str(FACTORIES[model]().pk)) for _ in "ab"
            ]
            admin.has_perm("")  # its permissions are read
            with CaptureQueriesContext(connection) as queries:
                names = trail_words.read_names(noted, reader=admin)
            assert len(names) == 2, model
            assert len(queries) == 1, model

    def test_says_of_a_table_that_is_gone_what_it_was(self, client, auditor):
        AuditEntryFactory(table="scheduling.slot", row="7", before={}, after={"at": "18:00"})
        client.force_login(auditor)
        page = client.get(reverse("admin:accounts_auditentry_changelist")).content.decode()
        assert "Changed scheduling.slot 7" in page
