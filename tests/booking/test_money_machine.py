"""Thousands of steps in any sequence; `MONEY_MACHINE=200 make test ARGS=tests/booking/test_money_machine.py` takes many more."""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.booking.money_machine import Cinema

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(3600)]
EXAMPLES = int(os.environ.get("MONEY_MACHINE", "30"))
STEPS = 50


def test_money_always_resolves():
    run_state_machine_as_test(
        Cinema,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
