from django.utils.translation import gettext_lazy as _

from cinema.core import errors


class ScreenTaken(errors.Conflict):
    code = "screen_taken"
    message = "The screen is taken at that time."


class ScreenOutOfService(errors.RuleViolation):
    code = "screen_out_of_service"
    message = "This screen is out of service."


class MovieNotShowable(errors.RuleViolation):
    code = "movie_not_showable"
    message = "This movie is archived, or not released by that day."


class OutsideOpeningHours(errors.RuleViolation):
    code = "outside_opening_hours"
    message = "The venue is closed at that time."


class FormatNotOffered(errors.RuleViolation):
    code = "format_not_offered"
    message = "The screen or the movie does not have this format."


class LanguageNotOffered(errors.RuleViolation):
    code = "language_not_offered"
    message = "The movie does not come in this language."


class ShowInPast(errors.RuleViolation):
    code = "show_in_past"
    message = "A show cannot start in the past."


class ShowTooFarAhead(errors.RuleViolation):
    code = "show_too_far_ahead"
    message = "Shows are planned two years ahead at most."


class ShowStartsCancelled(errors.RuleViolation):
    code = "show_starts_cancelled"
    message = "A show is not planned to be cancelled."


class TimeSkipped(errors.RuleViolation):
    code = "time_skipped"
    message = "The clocks of the venue go forward that night: this time does not exist."


class UnknownMovie(errors.NotFound):
    code = "movie_unknown"
    message = _("There is no such movie.")


class UnknownScreen(errors.NotFound):
    code = "screen_unknown"
    message = "There is no such screen."


class UnknownShow(errors.NotFound):
    code = "show_unknown"
    message = _("There is no such show.")


class NoMovieToShow(errors.RuleViolation):
    code = "no_movie_to_show"
    message = "There is no active movie to schedule."


class NoScreen(errors.RuleViolation):
    code = "no_screen"
    message = "There is no screen to schedule shows on."


class AssignedScreenUnknown(errors.RuleViolation):
    code = "assigned_screen_unknown"
    message = "An assignment names a screen that does not exist."


class ShowsStarted(errors.Conflict):
    code = "shows_started"
    message = "Prices change only for shows that are still to come."


class ShowIsFixed(errors.Conflict):
    code = "show_is_fixed"
    message = "This about a show does not change any more."


class CannotCopy(errors.Conflict):
    code = "shows_not_copied"
    message = "These shows cannot be copied."


class NothingToCopy(errors.RuleViolation):
    code = "nothing_to_copy"
    message = "There are no shows on that day."


class UnknownTemplate(errors.NotFound):
    code = "template_unknown"
    message = "There is no programme of that venue to plan from."


class NothingToWeigh(errors.RuleViolation):
    code = "nothing_to_weigh"
    message = "No active movie is named, or there is no screen in service with seats, or the venue is closed then."


class SeveralVenues(errors.RuleViolation):
    code = "several_venues"
    message = "Screens of one venue are weighed together: plan each venue on its own."


class TooMuchToWeigh(errors.RuleViolation):
    code = "too_much_to_weigh"
    message = "That would take too long to wait for: fewer days or screens, or a template that the night plans from."


class ScreensChanged(errors.Conflict):
    code = "screens_changed"
    message = "Somebody is changing the same screens: plan again in a moment."


class NothingToFill(errors.RuleViolation):
    code = "nothing_to_fill"
    message = "Every day that the template asks for is filled."


class FillUnderWay(errors.Conflict):
    code = "fill_under_way"
    message = "This venue's programme is being planned already: wait for that to end."


class FillOver(errors.Conflict):
    code = "fill_over"
    message = "This run of planning is over."
