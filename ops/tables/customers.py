"""Customers as a table: known by their e-mail, without passwords, and never more than customers."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from accounts.serializers import SignUpInput
from accounts.services.signing_up import plain_email, plain_phone
from accounts.states import Role
from cinema.core.errors import Malformed
from ops.tables.base import CellFault, Cells, Column, Report, Row, Table, add_all, differences, savepoint, told

FORMER = "@deleted.invalid"


class Customers(Table):
    """A new one chooses a password by the way for who forgot theirs; nobody is mailed because of a table."""

    name = "customers"
    title = "Customers"
    may_export = "accounts.export_user"
    may_import = "accounts.import_user"
    notes = (
        "The e-mail tells who it is: another e-mail is another customer.",
        "A new customer has no password until they ask for one by “Forgot your password?”. Nobody is mailed.",
        "Staff, admins, guests and deleted accounts are not in the table.",
    )
    columns = (
        Column("email", "Who it is."),
        Column("name"),
        Column("phone", "Digits, with a + in front if you like; may be empty."),
        Column("customer_since", is_told=True),
    )

    def __init__(self) -> None:
        self._shape = SignUpInput(partial=True)

    def export(self, *, now: datetime) -> Iterator[Sequence[str]]:
        for user in _customers().order_by("id").iterator(2000):
            yield list(cells_of(user).values())

    def carry_out(self, rows: Sequence[Row], report: Report, *, by: User, now: datetime) -> None:
        known = {user.email: user for user in User.objects.filter(email__in=_emails(rows))}
        phones = dict(User.objects.exclude(phone="").filter(phone__in=_phones(rows)).values_list("phone", "email"))
        seen: set[str] = set()
        new: list[tuple[Row, User]] = []
        for done, row in enumerate(rows):
            with report.row(row.line):
                email = self._email(row, seen)
                self._require_free_phone(row, email, phones)
                if email in known:
                    self._change(row, known[email], report)
                else:
                    new.append((row, self._new(row, email, now)))
                    report.note_new(row.line, email)
            report.tick(done + 1)
        add_all(User, new, report)

    def _email(self, row: Row, seen: set[str]) -> str:
        email = plain_email(self._shape.run_validation({"email": row.text("email")})["email"])
        if email in seen:
            raise CellFault("email", "This customer is in the table twice.")
        seen.add(email)
        return email

    def _require_free_phone(self, row: Row, email: str, phones: dict[str, str]) -> None:
        phone = plain_phone(row.text("phone"))
        if phone and phones.setdefault(phone, email) != email:
            raise CellFault("phone", "This phone number is somebody else's.")

    def _new(self, row: Row, email: str, now: datetime) -> User:
        facts = self._facts({"name": row.text("name"), "phone": row.text("phone")})
        user = User(email=email, created_at=now, **facts)
        user.set_unusable_password()
        return user

    def _change(self, row: Row, user: User, report: Report) -> None:
        if user.is_staff or user.is_superuser or user.role != Role.USER or user.is_guest:
            raise CellFault("email", "This is no customer's account: staff is not changed by a table.")
        before = cells_of(user)
        facts = self._facts(differences(row, before, self.columns[1:]))
        for name, value in facts.items():
            setattr(user, name, value)
        if changed := told(before, cells_of(user)):
            with savepoint():
                user.save(update_fields=list(facts))
            report.note_change(row.line, user.email, changed)
        else:
            report.note_same()

    def _facts(self, sent: Cells) -> dict[str, str]:
        facts = dict(self._shape.run_validation({name: text for name, text in sent.items() if name == "name" or text}))
        if "phone" in sent:
            facts["phone"] = plain_phone(sent["phone"])
        return facts


def cells_of(user: User) -> Cells:
    """Write a customer as a row, in the order of the columns."""
    return {
        "email": user.email,
        "name": user.name,
        "phone": user.phone,
        "customer_since": user.created_at.date().isoformat(),
    }


def _customers() -> QuerySet[User]:
    people = User.objects.filter(is_guest=False, is_staff=False, is_superuser=False, role=Role.USER)
    return people.exclude(email__endswith=FORMER)


def _emails(rows: Sequence[Row]) -> set[str]:
    return {row.text("email").strip().lower() for row in rows}


def _phones(rows: Sequence[Row]) -> set[str]:
    found = set()
    for row in rows:
        try:
            found.add(plain_phone(row.text("phone")))
        except Malformed:  # said beside its row, when its turn comes
            continue
    return found
