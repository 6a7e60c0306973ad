"""The list of a text alone is cut from what is found: the same rows and counts as any other way."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lake import cubes, finding, found, index
from lake.hot import Hot
from lake.publication import Live, Publication
from queries import engine, facets, listed, sessions
from queries.filters import Filters, Scope
from tests.queries import going, world
from tests.queries.conftest import Shelf
from tests.queries.counted import changed

TEXTS = ("Ärger", "STRASSE", "ext%39", "nobody has this")  # which the index tells


@pytest.fixture(scope="module", params=["settled", "beside live sessions"])
def publication(request, own, state):
    """The world in an index, in one case with a twentieth of it changed."""
    instance = index.open_built(own, state)
    known, finds = cubes.known(instance.cursor()), finding.known(instance.cursor())
    base = Publication("cold", "index", state, instance, cubes=known, finds=finds)
    if request.param == "settled":
        yield base
    else:
        hot, chance = Hot(instance, state, is_index=True), random.Random(3)  # noqa: S311
        stream = [changed(row, chance) for row in world.rows()[::20]]
        newest = {row["session_id"]: going.held(row) for row in stream}
        hot.publish([*newest.values()], 1, "cold.j1")
        live = Live(hot.number, "cold", hot.heard_at, hot.horizon, hot.has_overlaid)
        yield replace(base, name="cold.j1", live=live)
    instance.retire()


@pytest.fixture
def shown(publication):
    """The same as a function: Hypothesis writes down what it is given."""
    return lambda: publication


@pytest.fixture(params=["itself", "others"])
def _told_by(request, monkeypatch):
    """What is found is told by itself, or by all others."""

    def by_others(numbers, total):
        every = np.arange(1, total + 1, dtype=np.int32)
        return found.Found(np.setdiff1d(every, numbers), are_others=True)

    if request.param == "others":
        monkeypatch.setattr(found, "gathered", by_others)


def ask(publication, own, question):
    engine.start(Shelf(publication), own)
    try:
        with engine.snapshot() as snapshot:
            return question(snapshot)
    finally:
        engine.stop()


@pytest.mark.usefixtures("_told_by")
@given(
    text=st.sampled_from(TEXTS),
    bounds=st.tuples(world.MOMENTS | st.none(), world.MOMENTS | st.none()),
    number=st.integers(1, 9), size=st.sampled_from([1, 3, 40]),
)  # fmt: skip
def test_a_page_and_a_count_are_those_of_the_questions(shown, own, text, bounds, number, size):
    ranged = Filters(q=text).between(*bounds)
    for filters in (Filters(q=text), ranged):

        def told(snapshot, filters=filters):
            return (
                sessions.page(filters, snapshot, number=number, size=size).rows(),
                sessions.count(filters, snapshot),
                facets.total(filters, snapshot),
            )

        assert ask(shown(), own, told) == ask(replace(shown(), finds=None), own, told)


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_cut_from_what_is_found(shown, own, text):
    """Else the test above would compare questions with questions."""
    filters = Filters(q=text)
    assert ask(shown(), own, lambda snapshot: listed.page(filters, snapshot, 0, 50)) is not None
    ranged = filters.model_copy(update={"range": "30d"})
    assert ask(shown(), own, lambda snapshot: listed.total(ranged, snapshot)) is not None


@pytest.mark.parametrize(
    "beside",
    [{"channel": ["web"]}, {"has": ["error"]}, {"scope": Scope(frozenset({"a1"}))}, {"q": "s"}],
)
def test_what_is_asked_beside_a_text_or_is_not_told_is_asked_of_the_sessions(shown, own, beside):
    filters = Filters.model_validate({"q": "STRASSE", **beside})
    assert ask(shown(), own, lambda snapshot: listed.listed(filters, snapshot)) is None


def test_stored_sessions_whose_numbers_are_in_no_order_are_asked(shown, own):
    """As those of a period that lies in several files."""
    files = {table: (*found_, *found_) for table, found_ in shown().cold.files.items()}
    several = replace(shown(), cold=replace(shown().cold, files=files))
    filters = Filters(q="STRASSE")
    assert ask(several, own, lambda snapshot: listed.listed(filters, snapshot)) is None


def test_many_live_sessions_are_asked(shown, own, monkeypatch):
    monkeypatch.setattr(listed, "MOST_LIVE", 0)
    filters = Filters(q="STRASSE")
    cut = ask(shown(), own, lambda snapshot: listed.page(filters, snapshot, 0, 50))
    assert (cut is None) == (shown().live is not None)
