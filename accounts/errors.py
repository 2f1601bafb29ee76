from cinema.core import errors


class WrongCredentials(errors.Unauthenticated):
    code = "wrong_credentials"
    message = "E-mail or password is wrong."


class SignInNeeded(errors.Unauthenticated):
    code = "not_authenticated"
    message = "Please sign in."


class TokenInvalid(errors.Unauthenticated):
    code = "token_invalid"
    message = "This token is not valid any more. Please sign in again."


class EmailTaken(errors.Conflict):
    code = "email_taken"
    message = "This e-mail is already registered."


class PhoneTaken(errors.Conflict):
    code = "phone_taken"
    message = "This phone number is already registered."


class RegisteredMeanwhile(errors.Conflict):
    code = "registered_meanwhile"
    message = "This e-mail or phone number has just been registered."


class WrongPassword(errors.Unauthenticated):
    code = "wrong_password"
    message = "The current password is wrong."


class SamePassword(errors.RuleViolation):
    code = "same_password"
    message = "The new password is the old one."


class ActingForAnother(errors.Forbidden):
    code = "not_yours"
    message = "You may only do this for yourself."


class UnknownUser(errors.NotFound):
    code = "user_unknown"
    message = "There is no such user."


class ResetTokenInvalid(errors.RuleViolation):
    code = "reset_token_invalid"
    message = "This link was used, or its time is over. Ask for a new one."


class OwnDeactivation(errors.RuleViolation):
    code = "own_deactivation"
    message = "Nobody deactivates themselves: ask another admin."


class StaffStays(errors.Conflict):
    code = "staff_stays"
    message = "Accounts of the staff are closed by an admin, not deleted by their owner."


class DetailsNeeded(errors.RuleViolation):
    code = "guest_details_needed"
    message = "Tell us where to send the tickets first."


class UnknownNotification(errors.NotFound):
    code = "notification_unknown"
    message = "There is no such notification."
