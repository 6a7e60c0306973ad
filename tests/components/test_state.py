"""What belongs to one run of a page stays in it."""

from threading import Barrier, Thread
from types import SimpleNamespace

import pytest

from components import state


@pytest.mark.parametrize("first_to_end", ["before", "after"])
def test_a_run_sees_its_own_view_while_the_one_before_is_still_being_stopped(
    monkeypatch, first_to_end
):
    """Streamlit begins the next run of a page before the last one has come to its end."""
    monkeypatch.setattr(state, "parameters", dict)
    both, seen = Barrier(2, timeout=60), {}
    snapshot = SimpleNamespace(publication=SimpleNamespace(name="c1"))

    def run(name):
        if name == "after":
            both.wait()  # the run before has begun
        with state.viewing(name, snapshot):
            if name == "before":
                both.wait()
            both.wait()  # both have begun
            if name != first_to_end:
                both.wait()  # the other one has ended
            seen[name] = state.current().filters.q, state.follows()
        if name == first_to_end:
            both.wait()

    threads = [Thread(target=run, args=[name]) for name in ("before", "after")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {"before": ("before", True), "after": ("after", True)} == seen
