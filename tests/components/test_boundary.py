"""A part that fails says so, and leaves the others alone."""

from functools import partial
from threading import Event

import pytest
from streamlit.testing.v1 import AppTest

from components.boundary import Soon
from errors import NotReadyError
from tests.components.drawn import drawn


def failing(kind):
    import streamlit as st

    from components import boundary
    from errors import BusyError, QuestionTimeoutError, SessionNotFoundError

    errors = {
        "ours": QuestionTimeoutError(20.0),
        "busy": BusyError(3),
        "missing": SessionNotFoundError("s1"),
        "foreign": ZeroDivisionError("a secret of the house"),
    }
    with boundary.Part("The figures"):
        raise errors[kind]
    st.text("the next part")


def run(kind):
    return AppTest.from_function(failing, kwargs={"kind": kind}, default_timeout=20).run()


def test_our_errors_are_told_with_their_advice():
    at = run("ours")
    box = drawn(at)["box"]

    assert box["title"] == "The figures could not be loaded."
    assert "stopped after 20 seconds" in box["text"]
    assert "Narrow the filters" in box["text"]
    assert at.text[0].value == "the next part"


def test_a_part_that_got_no_place_says_so_and_can_be_asked_again():
    at = run("busy")
    box = drawn(at)["box"]

    assert box["title"] == "The figures could not be loaded."
    assert "Too many questions are waiting" in box["text"]
    assert "Try again in a moment" in box["text"]
    assert box["again"]
    assert at.text[0].value == "the next part"


def test_an_unknown_session_leads_back_to_the_list():
    box = drawn(run("missing"))["box"]

    assert box["title"] == "There is no session 's1'."
    assert box["link"]["change"] == {"id": []}


def test_other_errors_show_a_reference_that_the_log_has(caplog):
    at = run("foreign")
    box = drawn(at)["box"]

    assert not at.exception
    assert "secret" not in str(box)
    assert box["reference"] in caplog.text
    assert "a secret of the house" in caplog.text


def test_a_rerun_passes_through():
    def script():
        import streamlit as st

        from components import boundary

        with boundary.Part("The figures"):
            st.stop()
        st.text("never")

    at = AppTest.from_function(script, default_timeout=20).run()

    assert not at.text


def test_what_is_asked_beside_answers_or_fails_where_it_is_shown():
    def fail():
        raise NotReadyError

    assert Soon(lambda: 1)() == 1
    failing = Soon(fail)
    with pytest.raises(NotReadyError):
        failing()


def test_what_nobody_waits_for_any_more_is_not_begun():
    free, asked = Event(), []
    busy = [Soon(partial(free.wait, 60)) for _ in range(4)]  # every thread has something to do
    held, dropped = (Soon(partial(asked.append, name)) for name in ("held", "dropped"))
    del dropped
    free.set()
    held()

    assert [True] * 4 == [each() for each in busy]
    assert ["held"] == asked
