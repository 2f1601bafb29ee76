from django.utils.translation import gettext_lazy as _

from cinema.core import errors


class WrongCredentials(errors.Unauthenticated):
    code = "wrong_credentials"
    message = _("E-mail or password is wrong.")


class SignInNeeded(errors.Unauthenticated):
    code = "not_authenticated"
    message = _("Please sign in.")


class TokenInvalid(errors.Unauthenticated):
    code = "token_invalid"
    message = _("This token is not valid any more. Please sign in again.")


class EmailTaken(errors.Conflict):
    code = "email_taken"
    message = _("This e-mail is already registered.")


class PhoneTaken(errors.Conflict):
    code = "phone_taken"
    message = _("This phone number is already registered.")


class RegisteredMeanwhile(errors.Conflict):
    code = "registered_meanwhile"
    message = _("This e-mail or phone number has just been registered.")


class WrongPassword(errors.Unauthenticated):
    code = "wrong_password"
    message = _("The current password is wrong.")


class SamePassword(errors.RuleViolation):
    code = "same_password"
    message = _("The new password is the old one.")


class ActingForAnother(errors.Forbidden):
    code = "not_yours"
    message = _("You may only do this for yourself.")


class UnknownUser(errors.NotFound):
    code = "user_unknown"
    message = _("There is no such user.")


class ResetTokenInvalid(errors.RuleViolation):
    code = "reset_token_invalid"
    message = _("This link was used, or its time is over. Ask for a new one.")


class OwnDeactivation(errors.RuleViolation):
    code = "own_deactivation"
    message = _("Nobody deactivates themselves: ask another admin.")


class StaffStays(errors.Conflict):
    code = "staff_stays"
    message = _("Accounts of the staff are closed by an admin, not deleted by their owner.")


class DetailsNeeded(errors.RuleViolation):
    code = "guest_details_needed"
    message = _("Tell us where to send the tickets first.")


class UnknownNotification(errors.NotFound):
    code = "notification_unknown"
    message = _("There is no such notification.")


class OwnStanding(errors.RuleViolation):
    code = "own_standing"
    message = _("Nobody raises or lowers themselves: ask another admin.")


class AboveOwn(errors.Forbidden):
    code = "above_own"
    message = _("This goes beyond what you may do yourself: ask an admin.")


class LastAdmin(errors.Conflict):
    code = "last_admin"
    message = _("This is the last admin: make another one first.")


class GuestsDoNotWork(errors.RuleViolation):
    code = "guest_on_staff"
    message = _("A guest has no account to log in with, and so cannot join the staff.")


class UnknownGroup(errors.NotFound):
    code = "group_unknown"
    message = _("There is no such group.")


class UnsubscribeLinkInvalid(errors.Gone):
    code = "unsubscribe_link_invalid"
    message = _("This link ends no mails. Choose what we tell you on the page of your account.")
