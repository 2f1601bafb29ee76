from cinema.core import errors


class TmdbKeyMissing(errors.Busy):
    code = "tmdb_key_missing"
    message = "No TMDB key is set: put TMDB_BEARER or TMDB_API_KEY into the environment."


class TmdbFailed(errors.Upstream):
    code = "tmdb_failed"
    message = "TMDB does not answer as it should. Please try again later."


class TmdbTimedOut(errors.UpstreamTimeout):
    code = "tmdb_timed_out"
    message = "TMDB did not answer in time. Please try again later."


class TmdbMovieUnknown(errors.NotFound):
    code = "tmdb_movie_unknown"
    message = "TMDB has no such movie."


class TmdbPageTooFar(errors.RuleViolation):
    code = "tmdb_page_too_far"
    message = "TMDB shows 500 pages of a search at most."


class MovieWithoutTitle(errors.RuleViolation):
    code = "movie_without_title"
    message = "This movie has no title at TMDB yet."


class MovieWithoutRuntime(errors.RuleViolation):
    code = "movie_without_runtime"
    message = "TMDB knows no running time of this movie, or none a show could have: enter the movie by hand."
