import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from accounts.errors import (
    AboveOwn,
    GuestsDoNotWork,
    LastAdmin,
    OwnDeactivation,
    OwnStanding,
    UnknownGroup,
    UnknownUser,
)
from accounts.models import AuditEntry, User
from accounts.roles import AUDITOR, BOX_OFFICE, CONCESSIONS, MANAGER
from accounts.services import sessions, standing
from accounts.states import Role
from tests.factories.accounts import AdminFactory, GuestFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def may(user: User) -> tuple[str, bool, bool, list[str]]:
    person = fresh(user)
    groups = sorted(person.groups.values_list("name", flat=True))
    return person.role, person.is_staff, person.is_superuser, groups


class TestPlace:
    def test_makes_a_customer_a_clerk(self, customer, manager, now):
        standing.place(person_id=customer.pk, groups=[BOX_OFFICE], admin=False, by=manager, now=now)
        assert may(customer) == (Role.USER, True, False, [BOX_OFFICE])
        assert fresh(customer).has_perm("booking.sell_at_counter")

    def test_makes_somebody_an_admin_everywhere(self, clerk, admin, now):
        standing.place(person_id=clerk.pk, groups=[], admin=True, by=admin, now=now)
        assert may(clerk) == (Role.ADMIN, True, True, [])

    def test_makes_an_admin_a_customer_again_and_takes_what_was_given_by_hand(self, admin, now):
        other = AdminFactory()
        other.user_permissions.set(Permission.objects.filter(codename="view_takings"))
        standing.place(person_id=other.pk, groups=[], admin=False, by=admin, now=now)
        assert may(other) == (Role.USER, False, False, [])
        assert fresh(other).get_all_permissions() == set()

    def test_ends_the_sessions_of_whoever_is_raised_or_lowered(self, clerk, admin, now, api):
        caller = api.signed_in_as(clerk)
        standing.place(person_id=clerk.pk, groups=[CONCESSIONS], admin=False, by=admin, now=now)
        assert caller.get("/payments/").status_code == 401

    def test_lets_nobody_raise_themselves(self, manager, admin, now):
        for person in (manager, admin):
            with pytest.raises(OwnStanding):
                standing.place(person_id=person.pk, groups=[AUDITOR], admin=True, by=person, now=now)

    def test_lets_nobody_give_what_they_do_not_have(self, customer, manager, now):
        keepers = Group.objects.create(name="Keepers")
        keepers.permissions.set(Permission.objects.filter(codename="run_restore"))
        for groups, admin in (([], True), (["Keepers"], False), ([BOX_OFFICE, "Keepers"], False)):
            with pytest.raises(AboveOwn):
                standing.place(person_id=customer.pk, groups=groups, admin=admin, by=manager, now=now)
        assert may(customer) == (Role.USER, False, False, [])

    def test_lets_nobody_lower_who_stands_above(self, manager, clerk, admin, now):
        clerk.user_permissions.set(Permission.objects.filter(codename="run_restore"))
        for person in (clerk, admin):
            with pytest.raises(AboveOwn):
                standing.place(person_id=person.pk, groups=[], admin=False, by=manager, now=now)

    def test_lets_a_manager_make_another(self, clerk, manager, now):
        standing.place(person_id=clerk.pk, groups=[MANAGER], admin=False, by=manager, now=now)
        assert may(clerk) == (Role.USER, True, False, [MANAGER])

    def test_keeps_the_last_admin(self, admin, now):
        by = StaffFactory(role=Role.ADMIN)  # over the API alone: in the back office nothing is theirs to undo
        with pytest.raises(LastAdmin):
            standing.place(person_id=admin.pk, groups=[], admin=False, by=by, now=now)
        AdminFactory(is_active=False)
        with pytest.raises(LastAdmin):
            standing.deactivate(person_id=admin.pk, by=by, now=now)
        AdminFactory()
        standing.deactivate(person_id=admin.pk, by=by, now=now)
        assert not fresh(admin).is_active

    def test_refuses_guests_unknown_people_and_unknown_groups(self, customer, admin, now):
        for person_id, groups, refusal in (
            (GuestFactory().pk, [BOX_OFFICE], GuestsDoNotWork),
            (0, [BOX_OFFICE], UnknownUser),
            (customer.pk, [BOX_OFFICE, "Nobody"], UnknownGroup),
        ):
            with pytest.raises(refusal):
                standing.place(person_id=person_id, groups=groups, admin=False, by=admin, now=now)

    def test_refuses_whoever_was_deactivated_meanwhile(self, customer, admin, now):
        User.objects.filter(pk=admin.pk).update(is_active=False)
        with pytest.raises(AboveOwn):
            standing.place(person_id=customer.pk, groups=[BOX_OFFICE], admin=False, by=admin, now=now)


class TestDeactivate:
    def test_shuts_somebody_out_of_the_api_and_the_pages(self, customer, manager, now, api, client):
        caller = api.signed_in_as(customer)
        client.force_login(customer)
        standing.deactivate(person_id=customer.pk, by=manager, now=now)
        assert caller.get("/payments/").status_code == 401
        assert client.get("/account").status_code == 302

    def test_leaves_oneself_and_whoever_stands_above(self, manager, admin, now):
        with pytest.raises(OwnDeactivation):
            standing.deactivate(person_id=manager.pk, by=manager, now=now)
        with pytest.raises(AboveOwn):
            standing.deactivate(person_id=admin.pk, by=manager, now=now)

    def test_can_be_undone(self, customer, manager, now, api):
        standing.deactivate(person_id=customer.pk, by=manager, now=now)
        standing.reactivate(person_id=customer.pk, by=manager)
        assert fresh(customer).is_active
        assert customer.sessions.filter(revoked_at=None).count() == 0


class TestEndSessions:
    def test_logs_somebody_out_of_the_api_the_pages_and_the_back_office(self, clerk, manager, now, api, client):
        caller = api.signed_in_as(clerk)
        sessions.open_browser(user=clerk, device="Browser", now=now)
        client.force_login(clerk)
        standing.end_sessions(person_id=clerk.pk, by=manager, now=now)
        assert caller.get("/payments/").status_code == 401
        assert client.get("/admin/").status_code == 302
        assert clerk.sessions.filter(revoked_at=None).count() == 0


class TestTheBackOffice:
    LIST = "admin:accounts_user_changelist"

    @pytest.mark.parametrize(
        ("action", "was_active", "is_active"),
        [("deactivate", True, False), ("reactivate", False, True), ("end_sessions", True, True)],
    )
    def test_asks_first_and_then_acts(self, client, manager, action, was_active, is_active):
        person = UserFactory(is_active=was_active)
        client.force_login(manager)
        chosen = {"action": action, "_selected_action": person.pk}
        question = client.post(reverse(self.LIST), chosen)
        assert person.name in question.content.decode()
        assert fresh(person).is_active is was_active
        client.post(reverse(self.LIST), {**chosen, "confirmed": "yes"})
        assert fresh(person).is_active is is_active
        [entry] = AuditEntry.objects.filter(table="accounts.user", row=str(person.pk), actor=manager)
        assert entry.after.get("is_active", is_active) is is_active

    def test_says_why_it_leaves_an_admin_alone(self, client, manager, admin):
        client.force_login(manager)
        form = {"action": "deactivate", "_selected_action": admin.pk, "confirmed": "yes"}
        page = client.post(reverse(self.LIST), form, follow=True).content.decode()
        assert str(AboveOwn.message) in page
        assert fresh(admin).is_active

    def test_raises_somebody_once_that_is_confirmed(self, client, manager, customer):
        client.force_login(manager)
        path = reverse("admin:accounts_user_standing", args=[customer.pk])
        form = {"groups": [Group.objects.get(name=BOX_OFFICE).pk]}
        question = client.post(path, form).content.decode()
        assert f"{customer.name} will be {BOX_OFFICE}." in question
        assert may(customer)[3] == []
        assert client.post(path, {**form, "confirm": "yes"}).status_code == 302
        assert may(customer) == (Role.USER, True, False, [BOX_OFFICE])
        noted = AuditEntry.objects.filter(table="accounts.user", row=str(customer.pk), actor=manager)
        assert {"is_staff", "group_id"} <= {column for entry in noted for column in entry.after}

    def test_shows_why_it_does_not_raise(self, client, manager, customer):
        client.force_login(manager)
        path = reverse("admin:accounts_user_standing", args=[customer.pk])
        page = client.post(path, {"admin": "on", "confirm": "yes"})
        assert str(AboveOwn.message) in page.content.decode()
        assert may(customer) == (Role.USER, False, False, [])

    @pytest.mark.parametrize("page", ["admin:accounts_user_change", "admin:auth_user_password_change"])
    def test_lets_no_manager_take_over_an_admin(self, client, manager, admin, page):
        client.force_login(manager)
        before = fresh(admin)
        form = {
            "email": "mine@example.com",
            "name": "Mine",
            "password1": "mine-all-mine",
            "password2": "mine-all-mine",
        }
        assert client.post(reverse(page, args=[admin.pk]), form).status_code == 403
        assert (fresh(admin).email, fresh(admin).password) == (before.email, before.password)

    def test_takes_no_standing_from_the_form_of_a_person(self, client, admin, customer):
        client.force_login(admin)
        form = {"email": customer.email, "name": "Renamed", "phone": customer.phone}
        form |= {"role": "admin", "is_superuser": "on", "is_staff": "on"}
        assert client.post(reverse("admin:accounts_user_change", args=[customer.pk]), form).status_code == 302
        assert fresh(customer).name == "Renamed"
        assert may(customer) == (Role.USER, False, False, [])

    def test_lets_nobody_edit_the_groups_of_the_house(self, client, admin, clerk):
        client.force_login(admin)
        kept = Group.objects.get(name=BOX_OFFICE)
        page = reverse("admin:auth_group_change", args=[kept.pk])
        assert client.post(page, {"name": "Box office", "permissions": []}).status_code == 403
        assert kept.permissions.exists()
