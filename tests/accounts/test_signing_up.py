from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.errors import EmailTaken, PhoneTaken, RegisteredMeanwhile
from accounts.models import User
from accounts.services import signing_up
from cinema.core.errors import Malformed
from tests.factories.accounts import PASSWORD

ASHA = {
    "name": " Asha Rao ",
    "email": "Asha@Example.COM",
    "phone": "+91 98200-00001",
    "password": PASSWORD,
    "address": "192.0.2.1",
}


class TestSignUp:
    def test_keeps_the_email_in_lower_case_and_the_phone_in_digits(self, db, now):
        user = signing_up.sign_up(**ASHA, now=now)
        assert (user.name, user.email, user.phone) == ("Asha Rao", "asha@example.com", "+919820000001")
        assert (user.role, user.is_staff, user.is_guest, user.created_at) == ("user", False, False, now)

    def test_hashes_the_password(self, db, now):
        signing_up.sign_up(**ASHA, now=now)
        stored = User.objects.get()
        assert PASSWORD not in stored.password
        assert stored.check_password(PASSWORD)

    def test_takes_an_empty_phone_for_none(self, db, now):
        signing_up.sign_up(**ASHA | {"phone": ""}, now=now)
        assert signing_up.sign_up(**ASHA | {"phone": "", "email": "b@example.com"}, now=now).phone == ""

    @pytest.mark.parametrize(
        ("change", "failure"),
        [({"phone": "+911111111111"}, EmailTaken), ({"email": "other@example.com"}, PhoneTaken)],
        ids=["email", "phone"],
    )
    def test_refuses_what_is_registered_however_it_is_written(self, db, now, change, failure):
        signing_up.sign_up(**ASHA, now=now)
        with pytest.raises(failure):
            signing_up.sign_up(**ASHA | {"email": "ASHA@example.com", "phone": "(+91) 9820000001"} | change, now=now)
        assert User.objects.count() == 1

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("phone", "call me"),
            ("phone", "+1234"),
            ("phone", "1234567890123456"),
            ("phone", "٠١٢٣٤٥٦٧٨٩"),
            ("email", "asha@ex\u0130mple.com"),
            ("password", "12345678901"),
            ("password", "password1"),
            ("password", "asha@example.com"),
        ],
    )
    def test_names_the_field_that_cannot_be(self, db, now, field, value):
        with pytest.raises(Malformed) as refused:
            signing_up.sign_up(**ASHA | {field: value}, now=now)
        assert {loc for loc, _, _ in refused.value.errors} == {("body", field)}
        assert not User.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_lets_one_of_two_at_the_same_moment_through(self, now, monkeypatch):
        meet = Barrier(2, timeout=60)
        outcomes: list[str] = []
        looked = signing_up._require_free
        monkeypatch.setattr(signing_up, "_require_free", lambda user: (looked(user), meet.wait()))

        def race() -> None:
            try:
                outcomes.append(signing_up.sign_up(**ASHA, now=now).email)
            except RegisteredMeanwhile as refusal:
                outcomes.append(refusal.code)
            finally:
                connection.close()

        threads = [Thread(target=race) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["asha@example.com", "registered_meanwhile"]
        assert User.objects.count() == 1
