"""Every table says what it refuses, in names that read as facts, and every enum is one in the database too."""

import re

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import PROTECT, Field, Model

OURS = ("accounts", "catalog", "venues", "scheduling", "billing", "concessions", "booking", "ops")
MODELS: list[type[Model]] = [model for app in OURS for model in apps.get_app_config(app).get_models()]
CHOICES: list[Field] = [
    field for model in MODELS for field in model._meta.local_concrete_fields if getattr(field, "choices", None)
]
ABBREVIATIONS = re.compile(r"\b(upi|c?gst|sgst|gstin|hsn|sac|tmdb|imdb|pdf|csv|qr|sms|url|api|json)\b", re.IGNORECASE)
AS_WRITTEN = ("IMDb",)  # where it is not in capitals alone
PROPER = {"MongoDB", "PostgreSQL", "UPI", "CGST", "SGST"}
NEEDS_NO_CONSTRAINT: dict[str, str] = {}  # model label → why


def allowed_by_database(field: Field) -> list[set[str]]:
    """Read the words that each check of this column alone lists."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT pg_get_constraintdef(rule.oid) FROM pg_constraint rule
            JOIN pg_attribute col ON col.attrelid = rule.conrelid AND col.attname = %s
            WHERE rule.conrelid = %s::regclass AND rule.contype = 'c' AND rule.conkey = ARRAY[col.attnum]
            """,
            [field.column, field.model._meta.db_table],
        )
        return [set(re.findall(r"'([^']*)'", definition)) for (definition,) in cursor.fetchall()]


class TestModels:
    @pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
    def test_have_a_constraint_or_a_written_reason(self, model):
        assert bool(model._meta.constraints) != (model._meta.label in NEEDS_NO_CONSTRAINT)

    @pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
    def test_name_constraints_and_indexes_after_their_app(self, model):
        named = [thing.name for thing in (*model._meta.constraints, *model._meta.indexes)]
        assert [name for name in named if not re.fullmatch(rf"{model._meta.app_label}_[a-z0-9_]+", name)] == []

    @pytest.mark.parametrize("field", CHOICES, ids=str)
    def test_with_choices_have_them_checked_by_the_database(self, db, field):
        choices = {value for value, _ in field.flatchoices} | ({""} if field.blank else set())
        assert choices in allowed_by_database(field)

    def test_protect_what_money_hangs_on(self):
        """Only what belongs to one person alone goes with the person, and nothing is left pointing nowhere."""
        cascading = {
            str(field)
            for model in MODELS
            for field in model._meta.local_fields
            if field.remote_field and field.remote_field.on_delete is not PROTECT
        }
        assert cascading == {
            "accounts.Guest.user",
            "accounts.Session.user",
            "accounts.Notification.user",
            "accounts.MutedNotice.user",
            "booking.IdempotencyKey.user",
        }


class TestWords:
    """What Django makes of a name (“Upi”, “Payment Service”) is not what people read."""

    @pytest.mark.parametrize("field", CHOICES, ids=str)
    def test_of_choices_are_a_sentence_and_no_code(self, field):
        labels = [str(label) for _, label in field.flatchoices]
        assert [label for label in labels if label.isupper() and label not in PROPER] == []
        assert [label for label in labels for word in label.split()[1:] if word != word.lower()] == []
        assert misspelt(labels) == []

    @pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
    def test_of_columns_and_tables_spell_abbreviations_as_people_do(self, model):
        columns = [str(field.verbose_name) for field in model._meta.local_fields]
        assert misspelt([*columns, str(model._meta.verbose_name), str(model._meta.verbose_name_plural)]) == []


def misspelt(words: list[str]) -> list[str]:
    """Find abbreviations that are written as words."""
    found = [abbreviation for said in words for abbreviation in ABBREVIATIONS.findall(said)]
    return [each for each in found if not each.isupper() and each not in AS_WRITTEN]
