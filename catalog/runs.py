"""Weeks of a movie's run, as distributors count them: from Friday to Thursday. Pure."""

from datetime import date, timedelta

FRIDAY = 4


def friday_of(day: date) -> date:
    """Find the Friday that a day's booking week begins with."""
    return day - timedelta(days=(day.weekday() - FRIDAY) % 7)


def week_of_run(day: date, opened_on: date) -> int:
    """Number the booking week of a day, from 1 for that of the first show."""
    return (friday_of(day) - friday_of(opened_on)).days // 7 + 1
