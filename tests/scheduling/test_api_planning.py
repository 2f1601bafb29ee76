"""Free slots and the auto-schedule over HTTP."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from scheduling.engine import greedy
from scheduling.models import Show
from scheduling.states import ShowStatus
from tests import bad_input
from tests.bad_input import locations
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ShowFactory
from tests.factories.venues import ScreenFactory, SeatCategoryFactory, block_of_seats
from venues.models import Screen, Venue

FULL = "/shows/auto-schedule/hybrid"


@pytest.fixture
def day() -> date:
    """Two days ahead, wherever the venue is."""
    return timezone.now().date() + timedelta(days=2)


@pytest.fixture
def query(db, day) -> dict[str, object]:
    """Ninety minutes, ten of advertisements, fifteen to clean; open from nine to two at night."""
    return {"screen_id": ScreenFactory().pk, "movie_id": MovieFactory(duration=90).pk, "date": str(day)}


def show_at(query, day, hour, minute=0, **facts) -> Show:
    screen = Screen.objects.select_related("venue").get(pk=query["screen_id"])
    return ShowFactory(
        screen=screen, starts_at=datetime.combine(day, time(hour, minute), tzinfo=screen.venue.zone), **facts
    )


def times(response) -> list[tuple[str, str, str]]:
    return [(slot["start"], slot["latest_start"], slot["end"]) for slot in response.json()["available_slots"]]


class TestSlots:
    def test_are_for_admins(self, api, customer, query):
        assert api.get("/shows/available-slots", query).status_code == 401
        assert api.signed_in_as(customer).get("/shows/available-slots", query).status_code == 403

    @pytest.mark.parametrize("tail", ["", "T23:59:00", "T00:30:00+05:30", "T00:30:00Z", " 10:00"])
    def test_of_an_empty_day_are_its_opening_hours(self, api, admin, query, day, tail):
        query["date"] += tail
        answer = api.signed_in_as(admin).get("/shows/available-slots/", query)
        assert answer.status_code == 200
        (slot,) = answer.json()["available_slots"]
        assert (slot["start"], slot["end"], slot["latest_start"]) == ("09:00", "02:00", "00:20")
        zone = Venue.objects.get().zone
        for name, text in (("starts_at", "09:00"), ("ends_at", "02:00"), ("latest_starts_at", "00:20")):
            assert f"{datetime.fromisoformat(slot[name]).astimezone(zone):%H:%M}" == text
        assert datetime.fromisoformat(slot["starts_at"]).astimezone(zone).date() == day

    def test_lie_between_shows_however_long_those_are(self, api, admin, query, day):
        show_at(query, day, 12, movie=MovieFactory(duration=180))  # until 15:10, clean at 15:25
        show_at(query, day, 16, status=ShowStatus.CANCELLED)
        show_at(query, day, 23, 30)  # until 1:40
        show_at(query, day - timedelta(days=1), 10)
        answer = api.signed_in_as(admin).get("/shows/available-slots", query)
        assert times(answer) == [("09:00", "10:05", "12:00"), ("15:25", "21:35", "23:30")]

    def test_can_be_planned_from_first_to_last_minute(self, api, admin, query, day):
        show_at(query, day, 12)
        client = api.signed_in_as(admin)
        (slot, _) = client.get("/shows/available-slots", query).json()["available_slots"]
        show = {"movie_id": query["movie_id"], "screen_id": query["screen_id"], "show_date": str(day)}
        late = datetime.combine(day, time.fromisoformat(slot["latest_start"])) + timedelta(minutes=1)
        assert client.post("/shows/", show | {"show_time": late.strftime("%H:%M")}).status_code == 409
        assert client.post("/shows/", show | {"show_time": slot["latest_start"]}).status_code == 201

    def test_use_the_turnaround_of_the_screen(self, api, admin, query, day):
        Screen.objects.update(turnaround_minutes=60)
        show_at(query, day, 12)
        assert times(api.signed_in_as(admin).get("/shows/available-slots", query))[0] == ("09:00", "09:20", "12:00")

    @pytest.mark.parametrize("text", ["2020-01-01", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59Z"])
    def test_are_none_on_days_out_of_reach(self, api, admin, query, text):
        answer = api.signed_in_as(admin).get("/shows/available-slots", query | {"date": text})
        assert (answer.status_code, answer.json()) == (200, {"available_slots": []})

    @pytest.mark.parametrize("field", ["screen_id", "movie_id"])
    def test_are_not_found_for_an_unknown_id(self, api, admin, query, field):
        assert api.signed_in_as(admin).get("/shows/available-slots", query | {field: 999_999}).status_code == 404

    def test_say_what_cannot_be_shown_or_used(self, api, admin, query):
        client = api.signed_in_as(admin)
        archived, broken = MovieFactory(is_active=False), ScreenFactory(is_available=False)
        for changes, code in (
            ({"movie_id": archived.pk}, "movie_not_showable"),
            ({"screen_id": broken.pk}, "screen_out_of_service"),
        ):
            answer = client.get("/shows/available-slots", query | changes)
            assert (answer.status_code, answer.json()["code"]) == (400, code)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("screen_id", "one"),
            ("screen_id", "0"),
            ("movie_id", str(2**63)),
            ("movie_id", ""),
            ("date", ""),
            ("date", "soon"),
            ("date", "2026-02-30"),
            ("date", "2026-02-30T10:00:00"),
            ("date", "01/02/2026"),
            ("date", "2026-01-01T25:00"),
            ("date", "nul\x00"),
            ("date", "9" * 400),
        ],
    )
    def test_name_a_parameter_that_does_not_fit(self, api, admin, query, name, value):
        answer = api.signed_in_as(admin).get("/shows/available-slots", query | {name: value})
        assert (answer.status_code, locations(answer)) == (422, [["query", name]])

    def test_need_all_three(self, api, admin, db):
        answer = api.signed_in_as(admin).get("/shows/available-slots")
        assert locations(answer) == [["query", "screen_id"], ["query", "movie_id"], ["query", "date"]]


@pytest.fixture
def body(db, day) -> dict[str, object]:
    movie = MovieFactory(duration=120)
    return {
        "start_date": str(day),
        "days": 1,
        "buffer_minutes": 20,
        "default_open_time": "10:00",
        "default_close_time": "15:00:00",
        "per_screen_assignments": [
            {"screen_id": ScreenFactory().pk, "movies": [{"movie_id": movie.pk, "min_shows_per_day": 3}]}
        ],
    }


class TestHybrid:
    def test_is_for_admins(self, api, customer, body):
        assert api.post(FULL, body).status_code == 401
        assert api.signed_in_as(customer).post(FULL, body).status_code == 403
        assert not Show.objects.exists()

    @pytest.mark.parametrize(("dry_run", "written"), [(True, 0), (False, 2), (None, 2)])
    def test_answers_the_schedule_on_the_clock_of_the_venue(self, api, admin, body, day, dry_run, written):
        if dry_run is not None:
            body["dry_run"] = dry_run
        (assignment,) = body["per_screen_assignments"]
        screen_id, movie_id = assignment["screen_id"], assignment["movies"][0]["movie_id"]
        answer = api.signed_in_as(admin).post(FULL, body)
        assert answer.status_code == 200
        assert answer.json()["schedule"] == [
            {"date": str(day), "start": start, "end": end, "movie_id": movie_id, "screen_id": screen_id}
            for start, end in (("10:00", "12:10"), ("12:30", "14:40"))
        ]
        (warning,) = answer.json()["warnings"]
        assert warning["code"] == "UNMET_MIN_QUOTA"
        assert warning["context"] == {
            "screen_id": screen_id,
            "day": str(day),
            "movie_id": movie_id,
            "scheduled": 2,
            "min": 3,
        }
        assert Show.objects.count() == written
        assert ("nothing written" in answer.json()["message"]) is (written == 0)

    def test_writes_instants_of_a_warning_as_times(self, api, admin, body):
        body["default_close_time"] = "14:00"
        warnings = api.signed_in_as(admin).post(FULL, body).json()["warnings"]
        gap = next(warning["context"] for warning in warnings if warning["code"] == "LEFTOVER_GAP")
        assert (gap["window_start"], gap["window_end"], gap["gap_minutes"]) == ("10:00", "14:00", 90)

    def test_answers_400_to_what_cannot_be(self, api, admin, body):
        client = api.signed_in_as(admin)
        for changes, code in (
            ({"start_date": "2020-01-01"}, "show_in_past"),
            ({"start_date": "9999-12-31"}, "show_too_far_ahead"),
            ({"per_screen_assignments": [{"screen_id": 999_999, "movies": []}]}, "assigned_screen_unknown"),
        ):
            answer = client.post(FULL, body | changes)
            assert (answer.status_code, answer.json()["code"]) == (400, code)

    @pytest.mark.parametrize(
        ("field", "bad"),
        bad_input.cases(
            start_date=[*bad_input.DAY, "null"],
            days=[*bad_input.WHOLE, "0", "32"],
            buffer_minutes=[*bad_input.WHOLE, "0", "61"],
            default_open_time=["null", '""', '"25:00"', '"soon"', "[]", "true", '"15:00"', '"15:01"'],
            default_close_time=["null", '""', '"25:00"', '"soon"', "[]", "true", '"10:00"', '"09:59"'],
            per_screen_assignments=[
                "null",
                "{}",
                '"x"',
                "5",
                "[null]",
                "[5]",
                "[{}]",
                '[{"screen_id": 1}]',
                '[{"screen_id": "x", "movies": []}]',
                '[{"screen_id": 1, "movies": {}}]',
            ],
            dry_run=bad_input.FLAG,
            as_drafts=bad_input.FLAG,
            method=['"guess"', "null", '""', "5", "[]", "{}"],
        ),
    )
    def test_refuses_bad_input(self, api, admin, body, field, bad):
        answer = bad_input.send(api.signed_in_as(admin), "POST", FULL, body, field, bad)
        assert answer.status_code == 422
        assert locations(answer)[0][0] == "body"
        assert not Show.objects.exists()

    @pytest.mark.parametrize(
        ("field", "bad"),
        bad_input.cases(
            movie_id=[*(bad for bad in bad_input.WHOLE if bad != "99999999999"), "0"],  # an id may be large
            min_shows_per_day=bad_input.WHOLE,
            max_shows_per_day=[*(bad for bad in bad_input.WHOLE if bad != "null"), "2"],
        ),
    )
    def test_refuses_bad_quotas(self, api, admin, body, field, bad):
        quota = body["per_screen_assignments"][0]["movies"][0]
        text = bad_input.raw(quota, field, bad)
        screen_id = body["per_screen_assignments"][0]["screen_id"]
        answer = bad_input.send(
            api.signed_in_as(admin),
            "POST",
            FULL,
            body,
            "per_screen_assignments",
            f'[{{"screen_id": {screen_id}, "movies": [{text}]}}]',
        )
        assert answer.status_code == 422
        assert locations(answer)[0][0] == "body"
        assert not Show.objects.exists()

    def test_takes_no_screen_and_no_movie_twice(self, api, admin, body):
        client = api.signed_in_as(admin)
        (assignment,) = body["per_screen_assignments"]
        twice = assignment | {"movies": assignment["movies"] * 2}
        for assignments in ([assignment, assignment], [twice]):
            answer = client.post(FULL, body | {"per_screen_assignments": assignments})
            assert (answer.status_code, locations(answer)[0][:2]) == (422, ["body", "per_screen_assignments"])
        assert not Show.objects.exists()


class TestByForecast:
    @pytest.fixture
    def body(self, body):
        screen = Screen.objects.get()
        category = SeatCategoryFactory(screen=screen, rows=1, cols=30)
        block_of_seats(category, rows=[1], cols=30)
        return body | {"method": "forecast", "default_close_time": "22:00"}

    def test_puts_on_what_is_expected_to_leave_most_and_says_what(self, api, admin, body):
        client = api.signed_in_as(admin)
        drawn = client.post(FULL, body | {"dry_run": True}).json()
        assert not Show.objects.exists()
        answer = client.post(FULL, body).json()
        assert answer["schedule"] == drawn["schedule"]
        assert len(answer["schedule"]) == Show.objects.count() >= 3
        weighed = answer["weighed"]
        assert (weighed["engine"], weighed["bound"], weighed["gap"]) == ("greedy", None, None)
        assert weighed["contribution"] > 0
        assert ("nothing written" in drawn["message"], "nothing written" in answer["message"]) == (True, False)

    def test_warns_in_the_words_of_the_contract_and_names_the_rule(self, api, admin, body, day):
        (assignment,) = body["per_screen_assignments"]
        (wish,) = assignment["movies"]
        broken, gone = ScreenFactory(venue=Venue.objects.get(), is_available=False), MovieFactory(is_active=False)
        body["per_screen_assignments"] = [
            assignment | {"movies": [wish | {"min_shows_per_day": 9}, {"movie_id": gone.pk, "min_shows_per_day": 1}]},
            assignment | {"screen_id": broken.pk},
        ]
        warnings = api.signed_in_as(admin).post(FULL, body).json()["warnings"]
        assert {warning["code"] for warning in warnings} == {"UNMET_MIN_QUOTA", "MISSING_MOVIE", "MISSING_SCREEN"}
        unmet = next(warning for warning in warnings if warning["code"] == "UNMET_MIN_QUOTA")
        assert unmet["context"] == {
            "screen_id": assignment["screen_id"],
            "day": str(day),
            "movie_id": wish["movie_id"],
            "scheduled": 4,
            "min": 9,
            "blocker": "ROOM",
        }

    def test_says_when_a_long_plan_was_not_thought_over(self, api, admin, body):
        (assignment,) = body["per_screen_assignments"]
        venue = Venue.objects.get()
        empty = [assignment | {"screen_id": ScreenFactory(venue=venue).pk} for _ in range(28)]
        for screens, notes in ((empty[:2], []), (empty, [greedy.FIRST_THOUGHTS])):
            asked = body | {"days": 5, "dry_run": True, "per_screen_assignments": [assignment, *screens]}
            assert api.signed_in_as(admin).post(FULL, asked).json()["weighed"]["notes"] == notes

    def test_refuses_what_it_cannot_weigh(self, api, admin, body):
        client = api.signed_in_as(admin)
        (assignment,) = body["per_screen_assignments"]
        elsewhere = assignment | {"screen_id": ScreenFactory().pk}
        many = [assignment | {"screen_id": ScreenFactory(venue=Venue.objects.earliest("pk")).pk} for _ in range(21)]
        for changes, code in (
            ({"per_screen_assignments": [assignment, elsewhere]}, "several_venues"),
            ({"per_screen_assignments": many, "days": 31}, "too_much_to_weigh"),
            ({"per_screen_assignments": [assignment | {"movies": []}]}, "nothing_to_weigh"),
            ({"per_screen_assignments": []}, "nothing_to_weigh"),
            ({"per_screen_assignments": [many[0]]}, "nothing_to_weigh"),  # without seats
        ):
            answer = client.post(FULL, body | changes)
            assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert not Show.objects.exists()
