"""A text is found by the index as it is found by reading every session, whatever changes."""

import itertools
import random
from dataclasses import replace

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import queries.finding
from lake import cubes, finding, found, grams, index
from lake.checking import Hourly, deep
from lake.hot import Hot
from lake.publication import Live, Publication
from queries import engine, facets, sessions
from queries.filters import Filters
from tests.conftest import IS_SOAK
from tests.queries import going, world
from tests.queries.conftest import Shelf, written
from tests.queries.counted import changed

STREAMS = 60 if IS_SOAK else 4
NEEDLES_EACH = 3

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def state(own):
    found_ = written(own, world.rows())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finding, "BLOCK", 16)
        patch.setattr(finding, "PART", 8)
        index.build(own, found_, lambda _: None)
    return found_


@pytest.fixture(params=[(1, found.APART), (16, found.APART), (16, 0)])
def base(request, own, state, monkeypatch):
    """The index of the world, read by bits of blocks or in stretches, in one way or the other."""
    for name, value in zip(("STRETCHES", "APART"), request.param, strict=True):
        monkeypatch.setattr(found, name, value)
    instance = index.open_built(own, state)
    known, finds = cubes.known(instance.cursor()), finding.known(instance.cursor())
    yield Publication("cold", "index", state, instance, cubes=known, finds=finds)
    instance.retire()


def parts(row):
    """Return the texts of a session that are searched."""
    values = [value for listed in row["metadata"].values() for value in listed]
    names = ("session_id", "external_id", "agent_name", "user_id")
    return [text for text in (*(row[name] for name in names), *values) if text]


TEXTS = sorted({text for row in world.rows() for text in parts(row)})


@st.composite
def needles(draw):
    """Return a piece of what is there, as it is or folded, alone or with something else."""
    text = draw(st.sampled_from(TEXTS))
    begin = draw(st.integers(0, max(len(text) - 3, 0)))
    piece = text[begin : begin + draw(st.integers(1, 9))]
    folded = draw(st.sampled_from([str, str.upper, str.lower, str.swapcase]))(piece)
    more = draw(st.sampled_from([*[""] * 9, "%", "_", draw(st.sampled_from(TEXTS))[:3]]))
    return (folded + more).replace("\0", "")[:200]


NEEDLES = st.one_of(needles(), needles(), needles(), world.SEARCHES)


@st.composite
def searches(draw):
    """Return filters with a text to look for, often a range beside it, or any others."""
    beside = draw(world.filters())
    ranged = Filters(
        range=beside.range, started_after=beside.started_after, started_before=beside.started_before
    )
    return draw(st.sampled_from([beside, ranged, Filters()])).model_copy(
        update={"q": draw(NEEDLES)}
    )


def told(publication, own, filters):
    """Return what is asked with a text: rows, how many, counts of menus."""
    engine.start(Shelf(publication), own)
    with engine.snapshot() as snapshot:
        answers = (
            sessions.page(filters, snapshot, size=1000).rows(),
            [sessions.page(filters, snapshot, number=n, size=3).rows() for n in (1, 2, 5)],
            sessions.page(filters, snapshot, number=2, size=7, sort=sessions.OLDEST).rows(),
            sessions.page(filters, snapshot, size=9, sort="-duration").rows(),
            sessions.count(filters, snapshot),
            facets.total(filters, snapshot),
            facets.counts(filters, snapshot),
        )
    engine.stop()
    return answers


def is_found(publication, own, text):
    engine.start(Shelf(publication), own)
    with engine.snapshot() as snapshot:
        is_found_ = engine.found(Filters(q=text), snapshot) is not None
    engine.stop()
    return is_found_


@settings(max_examples=STREAMS)
@given(seed=st.integers(0, 2**32), asked=st.lists(searches(), min_size=NEEDLES_EACH))
def test_what_is_found_is_what_reading_finds_after_each_change(own, state, seed, asked):
    chance = random.Random(seed)  # noqa: S311  a stream of changes
    instance = index.open_built(own, state)
    known, finds = cubes.known(instance.cursor()), finding.known(instance.cursor())
    base = Publication("cold", "index", state, instance, cubes=known, finds=finds)
    hot, shown, rows = Hot(instance, state, is_index=True), base, world.rows()
    for position, filters in enumerate(asked[:NEEDLES_EACH], 1):
        assert told(replace(shown, finds=None), own, filters) == told(shown, own, filters)
        stream = [changed(chance.choice(rows), chance) for _ in range(chance.randrange(20))]
        newest = {row["session_id"]: going.held(row) for row in stream}
        hot.publish([*newest.values()], position, f"cold.j{position}")
        if hot.heard_at is not None:
            live = Live(hot.number, "cold", hot.heard_at, hot.horizon, hot.has_overlaid)
            shown = replace(base, name=f"cold.j{position}", live=live)
        hot.forget()
        of_live = [Filters(q=chance.choice(parts(row)).replace("\0", "")[:9]) for row in stream[:1]]
        for each in (filters, *of_live):
            assert told(replace(shown, finds=None), own, each) == told(shown, own, each)
    instance.retire()


def test_each_part_of_each_session_is_found(own, base):
    for row in world.rows()[::60]:
        for text in parts(row):
            needle = text.replace("\0", "")[-200:]
            filters = Filters(q=needle)
            assert told(replace(base, finds=None), own, filters) == told(base, own, filters)


@pytest.mark.parametrize("text", ["EXT%39", "STRASSE", "nobody has this", "r0-8", "Ärger_12"])
def test_ids_names_and_what_is_nowhere_are_told_by_the_index(own, base, text):
    assert is_found(base, own, text)
    assert not is_found(replace(base, finds=None), own, text)


def looked_for(base, own, monkeypatch, filters):
    """Return the ways in which a text was looked for while many questions were asked."""
    asked = []

    def listened(way):
        return lambda *given: asked.append(way.__name__) or way(*given)

    for name in ("look", "read"):
        monkeypatch.setattr(queries.finding, name, listened(getattr(queries.finding, name)))
    answers = told(base, own, filters)
    assert answers == told(replace(base, finds=None), own, filters)
    return asked


@pytest.mark.parametrize("text", ["s", "-1"])
def test_what_is_in_ids_everywhere_is_read_once_for_all_questions(own, base, monkeypatch, text):
    assert looked_for(base, own, monkeypatch, Filters(q=text)) == ["look", "read"]


def test_in_a_short_range_each_question_reads_its_own(own, base, monkeypatch):
    few = own.model_copy(update={"cube_sessions": 1})
    shown = replace(base, cubes=replace(base.cubes, least=1))
    middle = sorted(row["started_at"] for row in world.rows() if row["started_at"])
    ranged = Filters(q="s").between(middle[len(middle) // 3], middle[len(middle) // 2])

    assert set(looked_for(shown, few, monkeypatch, ranged)) == {"look"}


@pytest.mark.parametrize("text", ["#", "zq", "STRASSE"])
def test_what_no_id_holds_is_told_by_the_index_once_for_all(own, base, monkeypatch, text):
    assert looked_for(base, own, monkeypatch, Filters(q=text)) == ["look"]


def test_more_than_half_are_told_by_the_others():
    numbers = np.array([1, 2, 2, 4, 5], np.int32)
    told_ = found.gathered(numbers, 5)

    assert ([3], True) == (told_.numbers.tolist(), told_.are_others)
    assert [1, 2] == found.gathered(np.array([2, 1, 1], np.int32), 5).numbers.tolist()
    assert [7] == found.gathered(np.array([7, 7], np.int32), 10_000).numbers.tolist()


@given(texts=st.lists(st.text(max_size=12), max_size=8), rows=st.sampled_from([2**10, 2**16]))
def test_a_text_has_all_the_grams_of_its_pieces(texts, rows):
    held = grams.Texts.of(pa.chunked_array([pa.array(texts, pa.string())]))
    whole = set(held.rows(rows).tolist())
    for text in texts:
        for begin, length in itertools.product(range(len(text)), (1, 2, 7)):
            piece = text[begin : begin + length].encode()
            assert set(grams.asked(piece, rows).tolist()) <= whole


def test_two_letters_are_looked_for_as_a_pair_and_as_letters():
    assert [len(grams.asked(text, 2**10)) for text in (b"", b"a", b"ab", b"aa")] == [0, 1, 3, 2]


@pytest.mark.parametrize(
    "damage",
    [
        "update grams set bits = unhex(repeat('00', octet_length(bits)::int))",
        "delete from grams where place = 4",
        "delete from postings where rowid = 0",
        "update usual set text = 'other' where rowid = 0",
    ],
)
def test_what_is_damaged_is_found_and_thrown_away(own, state, damage):
    path = index.path_of(own, state)
    kept = path.read_bytes()
    with duckdb.connect(str(path)) as connection:
        assert (False, 0) == (finding.is_off(connection), finding.wrong(connection))
        connection.execute(damage)
        assert finding.is_off(connection)
    assert deep(own, own.data.resolve())

    instance = index.open_built(own, state)
    shown = Publication("cold", "index", state, instance, cubes=cubes.known(instance.cursor()))
    assert Hourly(seconds=0).discards(shown, own)
    instance.retire()
    path.write_bytes(kept)


def test_few_sessions_are_read(own, state):
    few = own.model_copy(update={"cube_sessions": 10_000, "state": own.state / "few"})
    index.build(few, state, lambda _: None)
    instance = index.open_built(few, state)
    assert finding.known(instance.cursor()) is None
    instance.retire()
