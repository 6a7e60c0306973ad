"""Two questions at once."""

import threading
from contextvars import ContextVar

import pytest

from queries.together import HELPERS, both

PATIENCE = 20  # a hang guard, in seconds
NAME = ContextVar("NAME", default="")


def test_each_is_asked_while_the_other_is():
    met = threading.Barrier(2, timeout=PATIENCE)

    def ask(name):
        met.wait()
        return name

    assert both(lambda: ask("first"), lambda: ask("second")) == ("first", "second")


@pytest.mark.parametrize("depth", [1, 2 * HELPERS + 1])
def test_questions_within_questions_do_not_wait_for_each_other(depth):
    def ask(left):
        return 1 if not left else sum(both(lambda: ask(left - 1), lambda: ask(left - 1)))

    told = []
    asking = [threading.Thread(target=lambda: told.append(ask(depth))) for _ in range(4)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join(PATIENCE)
    assert told == [2**depth] * 4


def test_the_context_of_the_caller_is_known_to_both():
    token = NAME.set("a page")
    met = threading.Barrier(2, timeout=PATIENCE)
    try:
        assert both(lambda: (met.wait(), NAME.get())[1], lambda: (met.wait(), NAME.get())[1]) == (
            "a page", "a page",
        )  # fmt: skip
    finally:
        NAME.reset(token)


def test_an_error_is_raised_when_the_other_has_ended():
    met, ended = threading.Barrier(2, timeout=PATIENCE), []

    def fail():
        met.wait()
        raise KeyError("first")

    def end():
        met.wait()
        ended.append(True)
        raise ValueError("second")

    with pytest.raises(KeyError):
        both(fail, end)
    assert ended == [True]
    with pytest.raises(ValueError, match="second"):
        both(met.wait, end)


def test_what_no_helper_has_begun_is_not_asked_after_an_error():
    free, asked, met = threading.Event(), [], threading.Barrier(HELPERS + 1, timeout=PATIENCE)
    ask = (free.wait, lambda: (met.wait(), free.wait()))
    busy = [threading.Thread(target=both, args=ask) for _ in range(HELPERS)]
    for thread in busy:
        thread.start()
    met.wait()
    with pytest.raises(ZeroDivisionError):
        both(lambda: 1 // 0, lambda: asked.append(True))
    free.set()
    for thread in busy:
        thread.join(PATIENCE)
    both(int, int)  # whatever was left has been begun before this
    assert asked == []
