"""The account: in, around and out."""

import re

from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import PasswordReset
from accounts.services import passwords, preferences
from accounts.states import NoticeType
from tests.journeys.pictures.stage import EMAIL
from tests.journeys.pictures.tour import Tour, press

NEWCOMER, NEW_PASSWORD = "naina.kapoor@example.com", "velvet-curtain-rises"


def walk(tour: Tour) -> None:
    """Sign up, forget the password, look at every page of the account."""
    page = sign_up(tour)
    forget(tour, page)
    log_in(tour)
    look_around(tour)
    unsubscribe(tour)


def sign_up(tour: Tour) -> Page:
    """Make an account, and look at it while it is empty."""
    page = tour.see("/account/signup", "sign-up")
    page.get_by_label("Name").fill("Naina Kapoor")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill("12345")
    press(page, "Make the account")
    tour.camera.take(page, "sign-up-problem")
    page.get_by_label("E-mail").fill(NEWCOMER)
    page.get_by_label("Password").fill("front-row-and-centre")
    press(page, "Make the account")
    tour.look(page, "/account/bookings", "bookings-none")
    tour.look(page, "/account/inbox", "inbox-empty")
    page.get_by_role("button", name="Log out").click()
    return page


def forget(tour: Tour, page: Page) -> None:
    """Ask for a new password, follow the link, and follow it again when it is used up."""
    tour.look(page, "/account/forgot", "forgot-password")
    page.get_by_label("E-mail").fill(NEWCOMER)
    press(page, "Send the link")
    tour.camera.take(page, "reset-mailed")
    passwords.mail_reset(reset_id=PasswordReset.objects.get(email=NEWCOMER).pk, now=timezone.now())
    link = re.search(r"https?://\S+/account/reset\S+", str(mail.outbox[-1].body))
    assert link
    tour.look(page, link[0], "reset-password")
    for name in ("reset-done", "reset-expired"):
        page.goto(link[0])
        page.get_by_label("New password").fill(NEW_PASSWORD)
        press(page, "Change the password")
        tour.camera.take(page, name)


def log_in(tour: Tour) -> None:
    """Get the password wrong."""
    page = tour.see("/account/login", "log-in")
    page.get_by_label("E-mail").fill(NEWCOMER)
    page.get_by_label("Password").fill("popcorn")
    press(page, "Log in")
    tour.camera.take(page, "log-in-problem")


def look_around(tour: Tour) -> None:
    """Open every page of the demo customer's account, and get its forms wrong."""
    page = tour.open_as_customer("/account")
    tour.camera.take(page, "account")
    for path in ("inbox", "notifications", "profile", "sessions"):
        tour.look(page, f"/account/{path}", path)
    tour.look(page, "/account/password", "change-password")
    press(page, "Change the password")
    tour.camera.take(page, "change-password-problem")
    page.goto("/account/profile")
    page.get_by_label("Phone").fill("12")
    press(page, "Save")
    tour.camera.take(page, "profile-problem")
    page.goto("/account/notifications")
    press(page, "Save")
    tour.camera.take(page, "notifications-kept")
    tour.look(page, "/account/delete", "delete-account")
    page.get_by_label("Password").fill("popcorn")
    press(page, "Delete my account")
    tour.camera.take(page, "delete-account-problem")


def unsubscribe(tour: Tour) -> None:
    """Follow the link at the end of a mail."""
    link = preferences.unsubscribe_link(user_id=tour.stage.customer.pk, notice_type=NoticeType.SHOW_REMINDER)
    page = tour.see(link, "unsubscribe")
    press(page, "No more of these mails")
    tour.camera.take(page, "unsubscribed")
