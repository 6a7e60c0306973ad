"""The watchdog alone: it strikes until the question is gone, and never after."""

import threading

import pytest

from errors import NotReadyError
from queries.watchdog import Watchdog


@pytest.fixture
def watchdog():
    watchdog = Watchdog()
    yield watchdog
    watchdog.close()


def test_a_blow_that_hits_nothing_is_followed_by_others(watchdog):
    blows = threading.Semaphore(0)
    with watchdog.guard(blows.release, 0.001) as guard:
        for _ in range(3):
            assert blows.acquire(timeout=10)

    assert guard.has_expired
    assert not guard.stop()


def test_a_question_in_time_is_left_alone(watchdog):
    struck, later = threading.Event(), threading.Event()
    with watchdog.guard(struck.set, 0.05) as guard:
        pass
    with watchdog.guard(later.set, 0.1):
        assert later.wait(10)

    assert not struck.is_set()
    assert not guard.stop()


def test_the_sooner_deadline_comes_first_in_whatever_order_they_begin(watchdog):
    sooner = threading.Event()
    with watchdog.guard(lambda: None, 60) as patient, watchdog.guard(sooner.set, 0.001):
        assert sooner.wait(10)

        assert not patient.has_expired


def test_nothing_begins_after_the_end():
    watchdog = Watchdog()
    watchdog.close()

    with pytest.raises(NotReadyError), watchdog.guard(lambda: None, 1):
        pass


def test_the_end_waits_for_what_it_stops():
    watchdog = Watchdog()
    stopped, begun = threading.Event(), threading.Event()

    def question():
        with watchdog.guard(stopped.set, 60):
            begun.set()
            assert stopped.wait(10)

    thread = threading.Thread(target=question)
    thread.start()
    assert begun.wait(10)
    watchdog.close()
    thread.join(10)

    assert stopped.is_set()
    assert not thread.is_alive()
