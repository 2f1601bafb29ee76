import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from accounts import roles
from accounts.services.roles import apply_roles
from tests.architecture.test_factories import MODELS

CUSTOM = {
    f"{model._meta.app_label}.{codename}" for model in MODELS for codename, _ in model._meta.permissions
}  # beside Django's own four
TABLES = {model._meta.label_lower for model in MODELS} | {"auth.group"}


def held(name: str) -> set[str]:
    """Read what a group may do from the database."""
    rows = Permission.objects.filter(group__name=name).values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


class TestTheTable:
    def test_has_a_row_for_every_table_or_a_reason(self):
        assert set(roles.TABLE) | set(roles.WITHOUT_A_ROW) == TABLES
        assert set(roles.TABLE) & set(roles.WITHOUT_A_ROW) == set()

    def test_gives_every_permission_of_ours_to_somebody_or_to_admins_alone(self):
        ours = CUSTOM & roles.named()
        assert CUSTOM - ours == roles.ADMINS_ALONE

    def test_shows_every_table_to_the_manager_and_so_to_the_auditor(self):
        views = {f"{table.partition('.')[0]}.view_{table.partition('.')[2]}" for table in roles.TABLE}
        assert views <= roles.permissions_of(roles.MANAGER)
        assert views <= roles.permissions_of(roles.AUDITOR)

    def test_lets_the_auditor_change_nothing(self):
        writing = [name for name in roles.permissions_of(roles.AUDITOR) if ".view_" not in name]
        assert writing == []

    def test_keeps_takings_and_prices_from_the_box_office(self):
        may = roles.permissions_of(roles.BOX_OFFICE)
        kept = {
            "billing.view_takings",
            "billing.view_payment",
            "scheduling.reprice_show",
            "scheduling.change_pricecard",
        }
        assert kept & may == set()
        assert kept <= CUSTOM | {
            f"{m._meta.app_label}.{v}_{m._meta.model_name}" for m in MODELS for v in ("view", "change")
        }

    def test_shows_concessions_nothing_but_food(self):
        assert {name.partition(".")[0] for name in roles.permissions_of(roles.CONCESSIONS)} == {"concessions"}

    def test_lets_only_admins_restore_and_hand_out_groups(self):
        everybody = frozenset().union(*(roles.permissions_of(group) for group in roles.GROUPS))
        assert everybody & {"ops.run_restore", "auth.change_group", "auth.add_group", "accounts.delete_user"} == set()


@pytest.mark.django_db
class TestMigrate:
    def test_ends_with_every_group_and_its_permissions(self):
        Group.objects.all().delete()
        call_command("migrate", verbosity=0)
        assert {group: held(group) for group in roles.GROUPS} == {
            group: set(roles.permissions_of(group)) for group in roles.GROUPS
        }

    def test_leaves_groups_alone_when_it_migrates_one_app(self):
        Group.objects.all().delete()
        call_command("migrate", "catalog", verbosity=0)
        assert not Group.objects.exists()


@pytest.mark.django_db
class TestApplyRoles:
    def test_changes_nothing_the_second_time(self):
        apply_roles()
        assert apply_roles() == 0

    def test_puts_back_what_was_taken_or_given_by_hand(self):
        apply_roles()
        clerks = Group.objects.get(name=roles.BOX_OFFICE)
        clerks.permissions.set(Permission.objects.filter(codename="view_takings"))
        assert apply_roles() == 1
        assert held(roles.BOX_OFFICE) == roles.permissions_of(roles.BOX_OFFICE)

    def test_leaves_groups_of_the_house_as_they_are(self):
        ushers = Group.objects.create(name="Ushers")
        ushers.permissions.set(Permission.objects.filter(codename="admit_ticket"))
        apply_roles()
        assert held("Ushers") == {"booking.admit_ticket"}

    def test_changes_nothing_when_the_table_names_what_is_not_there(self, monkeypatch):
        apply_roles()
        monkeypatch.setattr(roles, "TABLE", {"catalog.movie": ("view teleport", "", "")})
        with pytest.raises(ImproperlyConfigured, match=r"catalog\.teleport_movie"):
            apply_roles()
        assert "booking.admit_ticket" in held(roles.BOX_OFFICE)

    def test_knows_every_table_that_django_knows(self):
        assert all(apps.get_model(table) for table in roles.TABLE)
