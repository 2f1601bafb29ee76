"""The four people of the tour, and a crowd of customers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.contrib.auth.models import Group
from django.db import connection

from accounts.models import User
from accounts.roles import BOX_OFFICE, MANAGER
from accounts.states import Role
from cinema.core.demo import LOG_INS, PASSWORD

CUSTOMER = LOG_INS[0]
FIRST_NAMES = (
    "Aarav Aditi Ananya Arjun Asha Bhavna Chetan Deepa Dev Divya Farhan Gauri Harsh Isha Ishaan Kabir Kavya Kiran "
    "Lakshmi Manav Meera Mihir Naina Neha Nikhil Omkar Pooja Pranav Priya Rahul Rhea Rohan Saanvi Sameer Shreya Siddharth "
    "Sneha Tanvi Varun Vikram Yash Zoya"
)
LAST_NAMES = (
    "Acharya Agarwal Bhat Chatterjee Chopra Das Desai Deshmukh Fernandes Ghosh Gupta Iyer Jadhav Joshi Kapoor Khan "
    "Kulkarni Malhotra Mehta Menon Mishra Nair Naik Pai Patel Patil Pillai Rao Reddy Sawant Sen Shah Sharma Shetty Singh "
    "Thomas Verma"
)

_CROWD = """
    INSERT INTO accounts_user (password, is_superuser, name, email, phone, role, is_guest, is_active, is_staff, created_at)
    SELECT %(password)s, false,
           (%(first)s::text[])[1 + number %% %(firsts)s] || ' ' || (%(last)s::text[])[1 + number * 7 %% %(lasts)s],
           'visitor' || number || '@example.net', '', 'user', false, true, false, %(since)s
    FROM generate_series(%(start)s, %(start)s + %(wanted)s - 1) AS number
    RETURNING id
"""
_NEXT_NUMBER = """
    SELECT 1 + COALESCE(max(substring(email FROM '^visitor(\\d+)@example\\.net$')::bigint), 0) FROM accounts_user
"""


def make_log_ins(now: datetime) -> list[User]:
    """Make customer, clerk, manager and admin, who share the demo password."""
    password = make_password(PASSWORD)
    names = ("Asha Rao", "Chetan Naik", "Meera Pillai", "Anil Deshmukh")
    people = [
        User(name=name, email=email, password=password, created_at=now - timedelta(days=90))
        for name, email in zip(names, LOG_INS, strict=True)
    ]
    customer, *staff = people
    customer.phone = "+919820012345"
    for person in staff:
        person.is_staff = True
    admin = staff[-1]
    admin.role, admin.is_superuser = Role.ADMIN, True
    made = User.objects.bulk_create(people)
    for person, group in zip(staff, (BOX_OFFICE, MANAGER), strict=False):  # the admin needs none
        person.groups.add(Group.objects.get(name=group))
    return made


def make_crowd(wanted: int, now: datetime) -> Sequence[int]:
    """Make customers who cannot log in, numbered on from those there are; answer their ids."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBER)
        (start,) = cursor.fetchone()
        first, last = FIRST_NAMES.split(), LAST_NAMES.split()
        values = {
            "password": UNUSABLE_PASSWORD_PREFIX + "demo",
            "first": first,
            "last": last,
            "firsts": len(first),
            "lasts": len(last),
            "start": start,
            "wanted": wanted,
            "since": now - timedelta(days=90),
        }
        cursor.execute(_CROWD, values)
        return [number for (number,) in cursor.fetchall()]
