"""Alerts over a state folder of the test's own, and numbers that the test says."""

import pytest

from alerts.desk import Desk
from alerts.wishes import Wish

FAILURES = Wish("Failures", "failure_rate", "1h", "above", 0.2, "channel=web")
ANY = Wish("Any at all", "sessions", "7d", "above", 0.0)


@pytest.fixture
def desk(own_settings):
    return Desk(own_settings)
