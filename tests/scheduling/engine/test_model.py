from dataclasses import replace

import pytest
from hypothesis import given, settings

from scheduling.engine import greedy
from scheduling.engine.grid import as_shows
from scheduling.engine.model import DayModel
from scheduling.engine.problem import Weights
from scheduling.engine.score import score
from tests.scheduling.engine.venues import problems


class TestDayModel:
    @settings(max_examples=40)
    @given(problems())
    def test_is_worth_what_the_score_says_and_allows_what_the_greedy_does(self, venue):
        if len(venue.days) > 1:  # the score also knows what the second day makes of the first
            venue = replace(venue, weights=Weights(continuity_penalty=0.0))
        draft = greedy.DayDraft.after(venue, 0, [])
        draft.fill()
        model = DayModel(draft.grid, draft.tally.before)
        values = model.complete(draft.chosen())
        gained = model.worth(values) - model.worth(model.complete([]))
        shows = as_shows(draft.chosen(), 0)
        assert gained == pytest.approx(score(venue, shows).objective - score(venue, []).objective, abs=1e-3)
        assert all(
            sum(factor * values[one] for one, factor in row.terms.items()) <= row.most + 1e-6 for row in model.rows
        )
