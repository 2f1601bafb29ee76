"""Planning by a job: asked for by the night or in the back office, followed on a page."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.forms.models import model_to_dict
from django.urls import reverse

from accounts.models import AuditEntry
from cinema.core import jobs
from scheduling import tasks
from scheduling.errors import FillOver, FillUnderWay, NothingToFill, NothingToWeigh
from scheduling.models import FillRun, ScheduleTemplate, Show
from scheduling.picture import wishes
from scheduling.services import fill_runs, filling, weighed
from scheduling.states import FillStatus, PartOfDay
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import (
    FillRunFactory,
    ForecastOverrideFactory,
    ScheduleTemplateFactory,
    TemplateMovieFactory,
)
from tests.factories.venues import ScreenFactory, VenueFactory
from tests.scheduling.conftest import NOON, TOMORROW, hall

LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def queued(monkeypatch, django_capture_on_commit_callbacks):
    """Catch what a block of code has queued, as the names of jobs and their ids."""

    @contextmanager
    def listening():
        caught = []
        monkeypatch.setattr(current_app, "send_task", lambda job, kwargs, **_: caught.append((job, kwargs)))
        with django_capture_on_commit_callbacks(execute=True):
            yield caught

    return listening


def start(template, by=None, now=NOON, *, writes=True, improves=False) -> FillRun:
    return fill_runs.start(template_id=template.pk, by=by, now=now, writes=writes, improves=improves)


def ended(run: FillRun, now=LATER) -> FillRun:
    fill_runs.go_on(run_id=run.pk, now=now)
    run.refresh_from_db()
    return run


class TestStart:
    def test_queues_a_job_for_the_days_not_filled_yet(self, template, manager, queued):
        with queued() as caught:
            run = start(template, manager)
        assert caught == [(jobs.FILL_PROGRAMME, {"run_id": run.pk})]
        assert (run.status, run.from_day, run.day_count) == (FillStatus.WAITING, TOMORROW, 7)
        assert run.days == filling.next_days(template, NOON)

    def test_refuses_a_second_one_at_the_venue_and_names_the_first(self, template):
        run = start(template)
        with pytest.raises(FillUnderWay) as refused:
            start(template)
        assert refused.value.data == {"run_id": run.pk}

    def test_refuses_when_every_day_is_filled(self, template):
        ended(start(template))
        with pytest.raises(NothingToFill):
            start(template)

    @pytest.mark.parametrize(
        ("status", "age", "is_over"),
        [
            (FillStatus.WAITING, fill_runs.LOST, True),
            (FillStatus.WEIGHING, fill_runs.LOST, False),
            (FillStatus.WEIGHING, fill_runs.FORGOTTEN, True),
        ],
        ids=["lost message", "still at it", "dead worker"],
    )
    def test_takes_over_from_one_that_will_never_end(self, template, status, age, is_over):
        asked_at = NOON - age - timedelta(seconds=1)
        old = FillRunFactory(venue=template.venue, status=status, asked_at=asked_at)
        elsewhere = FillRunFactory(status=FillStatus.WAITING, asked_at=asked_at)
        if is_over:
            start(template)
        else:
            with pytest.raises(FillUnderWay):
                start(template)
        old.refresh_from_db()
        assert (old.status == FillStatus.FAILED) is is_over
        elsewhere.refresh_from_db()
        assert elsewhere.is_busy

    def test_forgets_runs_of_last_quarter(self, template):
        long_ago, ended_at = NOON - fill_runs.KEPT - timedelta(days=1), NOON - fill_runs.KEPT
        old = FillRunFactory(status=FillStatus.DONE, asked_at=long_ago, ended_at=ended_at)
        start(template)
        assert not FillRun.objects.filter(pk=old.pk).exists()


class TestGoOn:
    def test_plans_and_keeps_the_picture_and_what_could_not_be_granted(self, template, manager):
        template.venue.screens.update(formats=["2D"])
        TemplateMovieFactory(template=template, movie=MovieFactory(title="Epic", format=["IMAX"]), least=1)
        run = ended(start(template, manager))
        template.refresh_from_db()
        assert (run.status, run.days_done, run.ended_at) == (FillStatus.DONE, 7, LATER)
        assert run.show_count == Show.objects.count() > 7
        assert "AAAAAAAAAAA·" in run.report["picture"]
        assert "admissions" in run.report["worth"][0]
        assert [wish["what"] for wish in run.report["wishes"]][3] == "a seat that stays empty"
        assert run.report["worth"][2] == "Expected with doubts, which the forecast names: Dune, Jaws, Epic."
        assert run.report["misses"][0].endswith("Epic 0 times instead of 1: no screen has its format.")
        assert template.filled_until == TOMORROW + timedelta(days=7)

    def test_only_draws_when_it_is_not_to_write(self, template):
        run = ended(start(template, writes=False))
        template.refresh_from_db()
        assert (run.status, template.filled_until) == (FillStatus.DRAWN, None)
        assert run.show_count > 7
        assert not Show.objects.exists()

    def test_tells_day_by_day_how_far_it_is(self, template, monkeypatch):
        heard, solve = [], weighed._solved
        run = start(template)

        def listening(case, work):
            solution = solve(case, work)
            heard.append(FillRun.objects.get(pk=run.pk).days_done)
            return solution

        monkeypatch.setattr(weighed, "_solved", listening)
        assert ended(run).days_done == 7
        assert heard == [7]

    def test_leaves_a_run_alone_that_is_over(self, template):
        run = ended(start(template))
        count = Show.objects.count()
        ScheduleTemplate.objects.update(filled_until=None)
        assert ended(run, now=LATER + timedelta(hours=1)).ended_at == LATER
        assert Show.objects.count() == count

    @pytest.mark.django_db(transaction=True)
    def test_writes_once_when_two_workers_were_handed_it(self, template, monkeypatch):
        """The broker hands a job out again when it hears nothing for ten minutes: here to the very end of the first."""
        run, put_on = start(template), weighed._put_on

        def late(work, drawn, shows):
            monkeypatch.setattr(weighed, "_put_on", put_on)
            fill_runs.go_on(run_id=run.pk, now=LATER)
            return put_on(work, drawn, shows)

        monkeypatch.setattr(weighed, "_put_on", late)
        with pytest.raises(FillOver):
            fill_runs.go_on(run_id=run.pk, now=LATER)
        run.refresh_from_db()
        assert run.status == FillStatus.DONE
        assert run.show_count == Show.objects.count()

    def test_says_why_it_was_refused_and_which_was_our_fault(self, template, monkeypatch):
        template.venue.screens.update(is_available=False)
        run = start(template)
        with pytest.raises(NothingToWeigh):
            fill_runs.go_on(run_id=run.pk, now=LATER)
        run.refresh_from_db()
        assert (run.status, run.refusal) == (FillStatus.REFUSED, NothingToWeigh.message)
        run = start(template)
        monkeypatch.setattr(filling, "_work", None)
        with pytest.raises(TypeError):
            fill_runs.go_on(run_id=run.pk, now=LATER)
        run.refresh_from_db()
        assert (run.status, run.refusal) == (FillStatus.FAILED, fill_runs.UNEXPECTED)


class TestTheNight:
    def test_has_every_active_venue_filled_by_a_job_of_its_own_and_once(self, template, now, queued):
        ScheduleTemplateFactory(is_active=False, venue=VenueFactory())
        busy = ScheduleTemplateFactory()
        FillRunFactory(venue=busy.venue)
        with queued() as caught:
            tasks.fill_programmes()
        ((job, ids),) = caught
        assert job == jobs.FILL_PROGRAMME
        tasks.fill_programme(**ids)
        assert Show.objects.count() == FillRun.objects.get(pk=ids["run_id"]).show_count > 0
        with queued() as caught:
            tasks.fill_programmes()
        assert caught == []

    @pytest.mark.parametrize("improves", [True, False])
    def test_looks_for_better_where_the_template_wants_it(self, template, improves):
        ScheduleTemplate.objects.update(improves=improves)
        assert fill_runs.start_all(now=NOON) == 1
        assert FillRun.objects.get().improves is improves


class TestTheTimeOfAJob:
    def test_covers_the_solver_and_a_good_while_for_the_rest(self):
        """Reading, the greedy for what the solver had no time for, at most three times, and writing: 31 days of 20
        screens take the greedy 10 s of processor (docs/scheduling.md)."""
        soft = tasks.LONGEST - 30
        assert soft >= filling.PATIENCE + weighed.TRIES * 60

    def test_ends_before_the_broker_hands_it_out_again(self):
        assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] > tasks.LONGEST
        assert current_app.tasks[jobs.FILL_PROGRAMME].time_limit == tasks.LONGEST


class TestThePages:
    @pytest.fixture
    def office(self, client, admin):
        client.force_login(admin)
        return client

    def test_say_what_is_to_be_filled_draw_it_and_plan_it(self, office, template, now):
        path = reverse("admin:scheduling_template_fill", args=[template.pk])
        assert path in office.get(reverse("admin:scheduling_scheduletemplate_change", args=[template.pk])).text
        assert "7 days from" in office.get(path).text
        drawn = office.post(path, {"do": "draw"})
        run = FillRun.objects.get()
        page = office.get(drawn.url).text
        assert '<progress id="progress" max="7" value="0">' in page
        assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
        assert office.post(path, {"do": "write"}).url == drawn.url  # it is under way
        fill_runs.go_on(run_id=run.pk, now=now)
        page = office.get(drawn.url).text
        assert "A Dune" in page
        assert "nothing is written" in page
        assert "data-follow" not in page
        assert not Show.objects.exists()
        planned = office.post(path, {"do": "write", "improves": "on"})
        run = FillRun.objects.get(status=FillStatus.WAITING)
        assert (run.writes, run.improves) == (True, True)
        run = ended(run, now)
        assert f"<strong>{run.show_count} shows</strong> were planned" in office.get(planned.url).text
        page = office.get(path).text
        assert "Filled until" in page
        assert planned.url in page
        assert office.post(path, {"do": "write"}).url == path

    def test_say_why_nothing_can_be_planned(self, office, template):
        template.venue.screens.update(is_available=False)
        asked = office.post(reverse("admin:scheduling_template_fill", args=[template.pk]), {"do": "write"})
        with pytest.raises(NothingToWeigh):
            fill_runs.go_on(run_id=FillRun.objects.get().pk, now=LATER)
        assert "no screen in service" in office.get(asked.url).text

    def test_of_a_run_take_no_post(self, office):
        path = reverse("admin:scheduling_fillrun_change", args=[FillRunFactory().pk])
        assert office.post(path).status_code == 403

    def test_refuse_a_screen_of_another_venue_in_the_template(self, office, template):
        movie, here, elsewhere = MovieFactory(), template.venue.screens.first(), ScreenFactory()
        path = reverse("admin:scheduling_scheduletemplate_change", args=[template.pk])
        facts = {name: value for name, value in model_to_dict(template).items() if value is not None}
        rows = {"movies-TOTAL_FORMS": 1, "movies-INITIAL_FORMS": 0, "movies-0-movie": movie.pk}
        rows |= {"movies-0-least": 1, "movies-0-share": 0}
        assert "at another venue" in office.post(path, facts | rows | {"movies-0-screen": elsewhere.pk}).text
        assert office.post(path, facts | rows | {"movies-0-screen": here.pk}).status_code == 302
        assert template.movies.get(movie=movie).screen == here

    def test_set_what_wishes_weigh_and_refuse_what_contradicts_itself(self, office, template, admin):
        path = reverse("admin:scheduling_scheduletemplate_change", args=[template.pk])
        facts = {name: value for name, value in model_to_dict(template).items() if value is not None}
        facts |= {"movies-TOTAL_FORMS": 0, "movies-INITIAL_FORMS": 0}
        for wrong, said in (
            ({"reach_two": 60}, "no more than the one before"),
            ({"lobby_minutes": 121}, "within two hours"),
            ({"empty_seat": "101"}, "an empty seat 0 to 100"),
        ):
            assert said in office.post(path, facts | wrong).text
        assert office.post(path, facts | {"lobby_starts": 1, "spacing_penalty": "950.50"}).status_code == 302
        template.refresh_from_db()
        weights = filling.money_of(template).weights
        assert (weights.lobby_starts, weights.spacing_penalty, weights.reach) == (1, 950.5, (0.7, 0.9, 1.0))
        noted = AuditEntry.objects.filter(table="scheduling.scheduletemplate").latest("id")
        assert (noted.actor_id, noted.before["spacing_penalty"], noted.after["spacing_penalty"]) == (
            admin.pk,
            400,
            950.5,
        )


class TestWeights:
    def test_of_the_template_change_the_plan_and_its_account(self, template):
        """A wish that weighs nothing is not in the account; one that weighs much is met instead."""
        days, spaced = filling.next_days(template, NOON), {}
        for penalty in (0, 9999):
            ScheduleTemplate.objects.update(lobby_starts=1, lobby_minutes=120, lobby_penalty=penalty)
            template.refresh_from_db()
            drawn = filling.draw_up(template=template, days=days, by=None, now=NOON)
            spaced[penalty] = len({show.start for show in drawn.placed}), len(drawn.placed)
            (lobby, *_) = wishes(drawn.case, drawn.report)
            assert lobby.what == "a start above 1 within 120 minutes"
            assert lobby.amount == pytest.approx(lobby.count * penalty)
        assert spaced[9999][1] < spaced[0][1]

    def test_are_those_of_the_template_over_http_too(self, api, admin, template, now):
        ScheduleTemplate.objects.update(show_cost=99999)
        screen, movie = template.venue.screens.first(), template.movies.first().movie
        quota = {"movie_id": movie.pk, "min_shows_per_day": 0}
        asked = {
            "start_date": (now + timedelta(days=2)).date().isoformat(),
            "days": 1,
            "buffer_minutes": 15,
            "default_open_time": "10:00",
            "default_close_time": "23:00",
            "per_screen_assignments": [{"screen_id": screen.pk, "movies": [quota]}],
            "method": "forecast",
            "dry_run": True,
        }
        answer = api.signed_in_as(admin).post("/shows/auto-schedule/hybrid", asked)
        assert (answer.status_code, answer.json()["schedule"]) == (200, [])

    def test_never_outweigh_a_minimum(self, db):
        """A clean run that nobody wants to see takes the only hall from a movie that would fill it all day."""
        venue = VenueFactory()
        hall(venue, seats=100)
        template = ScheduleTemplateFactory(venue=venue, weeks_ahead=1, show_cost=0, empty_seat=100)
        full, alone = MovieFactory(duration=45), MovieFactory(duration=45)
        TemplateMovieFactory(template=template, movie=full, least=0)
        TemplateMovieFactory(template=template, movie=alone, least=1, is_clean=True)
        for part in PartOfDay:
            ForecastOverrideFactory(venue=venue, movie=full, part=part, admissions=5000)
            ForecastOverrideFactory(venue=venue, movie=alone, part=part, admissions=0)
        days = filling.next_days(template, NOON)[:1]
        drawn = filling.draw_up(template=template, days=days, by=None, now=NOON)
        assert drawn.report.unmet == ()
        assert {show.movie_id for show in drawn.placed} == {alone.pk}
