"""The turnstile alone: who comes in, who waits and in which order, who is refused."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from errors import BusyError, NotReadyError
from observed import REGISTRY
from queries.turnstile import Turnstile
from tests.api.serving import wait_until

LONG = 60.0  # nobody waits for so long here
SOON = 0.01


def sample(name, **labels):
    return REGISTRY.get_sample_value(f"parley_{name}", labels)


@pytest.fixture
def pool():
    with ThreadPoolExecutor(16) as pool:
        yield pool


class Holding:
    """Questions that hold their place until they are let go; `came` is the order they ran in."""

    def __init__(self, turnstile, pool):
        self.turnstile, self.pool = turnstile, pool
        self.came, self.go, self.begun = [], threading.Event(), threading.Semaphore(0)

    def ask(self, name):
        """Ask one more; it runs, or stands in line, when this returns."""
        before = self.turnstile._held + len(self.turnstile._line)
        asked = self.pool.submit(self._hold, name)
        wait_until(lambda: self.turnstile._held + len(self.turnstile._line) > before)
        return asked

    def _hold(self, name):
        with self.turnstile.place():
            self.came.append(name)
            self.begun.release()
            assert self.go.wait(LONG)


def test_no_more_run_at_once_than_there_are_places(pool):
    turnstile, lock = Turnstile(3, 100, LONG), threading.Lock()
    running, most, together = 0, 0, threading.Barrier(3)

    def ask(_):
        nonlocal running, most
        with turnstile.place():
            with lock:
                running += 1
                most = max(most, running)
            together.wait(LONG)  # three are always in at once, or it would break
            with lock:
                running -= 1

    assert [None] * 30 == list(pool.map(ask, range(30)))
    assert most == 3
    assert turnstile._held == 0


def test_who_came_first_comes_in_first(pool):
    turnstile = Turnstile(1, 10, LONG)
    held = Holding(turnstile, pool)
    asked = [held.ask(number) for number in range(8)]
    held.go.set()
    for each in asked:
        each.result(LONG)

    assert held.came == list(range(8))


def test_who_comes_when_the_line_is_full_is_refused_at_once(pool):
    turnstile = Turnstile(1, 2, LONG)
    held = Holding(turnstile, pool)
    asked = [held.ask(number) for number in range(3)]
    before = sample("questions_refused_total", reason="full")
    with pytest.raises(BusyError) as refused, turnstile.place():
        pass
    assert (refused.value.status, sample("questions_refused_total", reason="full")) == (
        503, before + 1,
    )  # fmt: skip
    assert refused.value.retry_seconds >= 1
    held.go.set()
    for each in asked:
        each.result(LONG)

    with turnstile.place():
        assert held.came == [0, 1, 2]


def test_nobody_need_wait_where_nobody_may(pool):
    turnstile = Turnstile(1, 0, LONG)
    for _ in range(2):
        with turnstile.place(), pytest.raises(BusyError), turnstile.place():
            pass


def test_who_has_waited_too_long_is_refused_and_the_next_still_gets_the_place(pool):
    turnstile = Turnstile(1, 10, SOON)
    held = Holding(turnstile, pool)
    running = held.ask("running")
    assert held.begun.acquire(timeout=LONG)
    before = sample("questions_refused_total", reason="late")
    with pytest.raises(BusyError), turnstile.place():
        pass
    assert sample("questions_refused_total", reason="late") == before + 1
    assert not turnstile._line
    held.go.set()
    running.result(LONG)

    with turnstile.place():
        assert turnstile._held == 1


def test_one_is_told_to_wait_for_as_long_as_the_first_in_line_has_waited(pool):
    turnstile = Turnstile(1, 1, LONG)
    held = Holding(turnstile, pool)
    asked = [held.ask(number) for number in range(2)]
    (first,) = turnstile._line
    first.since -= 6.5
    with pytest.raises(BusyError) as refused, turnstile.place():
        pass
    held.go.set()
    for each in asked:
        each.result(LONG)

    assert refused.value.retry_seconds == 7


@pytest.mark.parametrize("error", [BusyError, ZeroDivisionError, KeyboardInterrupt])
def test_the_place_of_a_question_that_failed_is_free_again(error):
    turnstile = Turnstile(1, 0, LONG)
    for _ in range(3):
        with pytest.raises(error), turnstile.place():
            raise error

    assert turnstile._held == 0


def test_a_place_that_is_handed_over_as_the_time_ends_is_taken(pool):
    """Neither lost, nor given to two."""
    turnstile = Turnstile(1, 10, LONG)
    held = Holding(turnstile, pool)
    running, waiting = held.ask("running"), held.ask("waiting")
    (waiter,) = turnstile._line
    with turnstile._lock:  # its time ends, and before it looks it is called
        turnstile._line.popitem()
        waiter.has_place = True
        turnstile._held += 1
        waiter.called.set()
    held.go.set()
    running.result(LONG)
    waiting.result(LONG)

    assert sorted(held.came) == ["running", "waiting"]
    assert turnstile._held == 0


def test_the_end_sends_away_who_waits_and_lets_in_nobody(pool):
    turnstile = Turnstile(1, 10, LONG)
    held = Holding(turnstile, pool)
    running, *waiting = [held.ask(number) for number in range(4)]
    turnstile.close()
    for each in waiting:
        with pytest.raises(NotReadyError):
            each.result(LONG)
    with pytest.raises(NotReadyError), turnstile.place():
        pass
    held.go.set()
    running.result(LONG)

    assert (turnstile._held, len(turnstile._line)) == (0, 0)


def test_what_runs_and_waits_is_told(pool):
    states = {state: sample("questions", state=state) for state in ("running", "waiting")}
    turnstile = Turnstile(2, 10, LONG)
    held = Holding(turnstile, pool)
    waited = sample("question_wait_seconds_count")
    asked = [held.ask(number) for number in range(5)]
    for state, count in (("running", 2), ("waiting", 3)):
        wait_until(lambda: sample("questions", state=state) == states[state] + count)  # noqa: B023
    held.go.set()
    for each in asked:
        each.result(LONG)

    assert {state: sample("questions", state=state) for state in states} == states
    assert sample("question_wait_seconds_count") == waited + 3


def test_many_who_come_at_random_leave_no_place_behind(pool):
    """With short waits, so that refusals and handing over meet."""
    turnstile, answered = Turnstile(2, 4, SOON / 10), []

    def ask(number):
        try:
            with turnstile.place():
                answered.append(number)
                assert number % 7
        except (BusyError, AssertionError):
            return 0
        return 1

    done = sum(pool.map(ask, range(4000)))

    assert (turnstile._held, len(turnstile._line)) == (0, 0)
    assert 0 < done <= len(answered)
    assert len(answered) == len(set(answered))
