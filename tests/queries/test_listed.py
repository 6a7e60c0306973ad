"""A list is cut from numbers that are known: the same rows and counts as any other way."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lake import cold, cubes, finding, found, index
from lake.hot import Hot
from lake.publication import Live, Publication
from lake.writer import Writer
from queries import engine, facets, listed, sessions
from queries.filters import Filters, Scope
from tests.queries import going, world
from tests.queries.conftest import Shelf, settings_of
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
    text=st.sampled_from((*TEXTS, "")),
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
    cut = ask(shown(), own, lambda snapshot: listed.page(Filters(range="30d"), snapshot, 0, 50))
    assert (cut is None) == (shown().live is not None)


@pytest.mark.parametrize(
    "beside",
    [{"channel": ["web"]}, {"has": ["error"]}, {"scope": Scope(frozenset({"a1"}))}],
)
def test_what_is_asked_beside_a_text_is_asked_of_the_sessions(shown, own, beside):
    filters = Filters.model_validate({"q": "STRASSE", **beside})
    assert ask(shown(), own, lambda snapshot: listed.listed(filters, snapshot)) is None


@pytest.mark.parametrize("text", [*TEXTS, ""])
def test_of_a_period_of_several_files_it_is_cut_too(tmp_path, text):
    own = settings_of(tmp_path)
    for part in (world.rows()[::2], world.rows()[1::2]):
        with Writer(own) as writer:
            writer.add(world.batch(part))
            writer.commit(is_added=True)
    state = cold.read(own.data.resolve())
    index.build(own, state, lambda _: None)
    instance = index.open_built(own, state)
    known, finds = cubes.known(instance.cursor()), finding.known(instance.cursor())
    several = Publication("cold", "index", state, instance, cubes=known, finds=finds)
    assert max(map(len, several.runs)) > 1

    def told(snapshot):
        pages = [sessions.page(Filters(q=text), snapshot, number=n, size=9) for n in range(1, 9)]
        return [page.rows() for page in pages], sessions.count(Filters(q=text), snapshot)

    assert ask(several, own, told) == ask(replace(several, finds=None), own, told)
    assert ask(several, own, lambda snapshot: listed.page(Filters(q=text), snapshot, 0, 9))
    ranged = Filters(q=text, range="30d")
    assert ask(several, own, lambda snapshot: listed.listed(ranged, snapshot)) is None
    instance.retire()


def test_stored_sessions_whose_numbers_are_not_known_are_asked(shown, own):
    files = {table: listed_[:-1] for table, listed_ in shown().cold.files.items()}
    other = replace(shown(), cold=replace(shown().cold, files=files))
    filters = Filters(q="STRASSE")
    assert ask(other, own, lambda snapshot: listed.listed(filters, snapshot)) is None


def test_what_lies_among_too_many_is_asked(shown, own, monkeypatch):
    monkeypatch.setattr(listed, "MOST", 3)
    filters = Filters(q="STRASSE")
    assert ask(shown(), own, lambda snapshot: listed.page(filters, snapshot, 0, 50)) is None


@given(
    starts=st.lists(st.lists(st.lists(st.integers(0, 99), max_size=9), min_size=1, max_size=3)),
    live=st.lists(st.integers(0, 999), max_size=4), first=st.integers(0, 60),
    size=st.integers(1, 20),
)  # fmt: skip
def test_the_rows_of_a_page_are_those_of_the_whole_list(starts, live, first, size):
    """Of runs in order, of periods one after the other, and of live ones anywhere."""
    start_of, stored, number = {}, [], 0
    for place, runs in enumerate(starts):
        numbers = []
        for run in runs:
            listed_ = range(number + 1, number + len(run) + 1)
            start_of |= dict(zip(listed_, sorted(100 * place + at for at in run), strict=True))
            numbers.append(np.array(listed_, np.int32))
            number += len(run)
        stored.append(tuple(numbers))
    beside = [-each for each in range(1, len(live) + 1)]
    start_of |= dict(zip(beside, live, strict=True))

    def in_order(numbers):
        return sorted(numbers, key=lambda each: (start_of[each], each))

    found = listed.Listed(tuple(stored), beside)
    cut, before = found.cut(first, size)
    numbers = [int(number) for run in cut for number in run]
    assert len(start_of) == found.total
    assert in_order(start_of)[first : first + size] == in_order(numbers)[before : before + size]
