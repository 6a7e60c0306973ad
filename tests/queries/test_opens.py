"""What is open at once says the same whether it is kept or asked of the sessions one by one."""

import random
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lake import cubes, index
from lake import opens as kept
from lake.hot import Hot
from lake.publication import Live, Publication
from models import Channel, SessionType, Status
from queries import concurrency, engine, opens, stacks
from queries.filters import Filters, Scope
from queries.grid import grid
from queries.periods import Period
from queries.stacks import STACKS
from tests.conftest import IS_SOAK, RANDOM
from tests.queries import going, world
from tests.queries.conftest import Shelf
from tests.queries.counted import changed

pytestmark = pytest.mark.soak

EXAMPLES = settings(max_examples=RANDOM)
STREAMS = settings(max_examples=60 if IS_SOAK else 5)
LATELY = timedelta(days=2)
FEW, MANY = "the sessions", "the cube"


@contextmanager
def opened(own, state):
    """The publication of an index with cubes, and nothing live."""
    instance = index.open_built(own, state)
    yield Publication("cold", "index", state, instance, cubes=cubes.known(instance.cursor()))
    instance.retire()


@pytest.fixture
def base(own, state):
    with opened(own, state) as found:
        yield found


@st.composite
def kept_filters(draw):
    """Return filters that leave a kept group, with any range."""
    values = {"channel": Channel, "type": SessionType, "status": Status}
    names = draw(st.lists(st.sampled_from(sorted(values)), max_size=2, unique=True))
    given = {name: (draw(st.sampled_from(list(values[name]))),) for name in names}
    if draw(st.integers(0, 3)) == 0:
        given = {"agent": (draw(st.sampled_from([*world.AGENTS, "nobody"])),)}
    if draw(st.booleans()):
        return Filters.model_validate({**given, "range": draw(world.FIELDS["range"])})
    hours = st.integers(0, 95 * 24).map(lambda each: world.TICK - timedelta(hours=each - 24))
    bounds = st.tuples(*[world.MOMENTS | hours | st.none()] * 2)
    after, before = draw(bounds)
    return Filters.model_validate(given).between(after, before)


def answer(publication, own, *asked, **given):
    """Return all that is told, and from what."""
    engine.start(Shelf(publication), own)
    with engine.snapshot() as snapshot:
        filters, by = asked
        found = concurrency.concurrency(filters, snapshot, by=by, **given)
        told = MANY
        if found.grid is not None:
            reason, _ = concurrency.questions(filters, snapshot, found.grid, by)
            told = MANY if MANY in reason else FEW
    engine.stop()
    slices, summary = found.slices.rows(), found.summary.rows()
    return told, (found.period, found.groups, slices, summary, found.above, found.left_out)


def same(publication, own, filters, by, **given):
    """The sessions one by one say the same; returns what answered where both might have."""
    told, shown = answer(publication, own, filters, by, **given)
    _, expected = answer(replace(publication, cubes=None), own, filters, by, **given)
    for one, other in zip(expected, shown, strict=True):
        assert one == other
    return told


@EXAMPLES
@given(
    filters=kept_filters(), by=st.sampled_from([None, *STACKS]), capacity=st.integers(0, 9),
    most=st.sampled_from([300, 100, 7, 1]),
)  # fmt: skip
def test_what_is_kept_equals_the_rows(base, own, filters, by, capacity, most):
    same(base, own, filters, by, capacity=capacity, most=most)


def late(rows):
    """Return the sessions that began a little before the tick or after it."""
    return [row for row in rows if row["started_at"] and row["started_at"] > world.TICK - LATELY]


@STREAMS
@given(
    seed=st.integers(0, 2**32),
    asked=st.lists(st.tuples(kept_filters(), st.sampled_from(STACKS)), min_size=3, max_size=3),
)
def test_what_is_kept_equals_the_rows_after_each_late_change(own, state, seed, asked):
    with opened(own, state) as base:
        told = [*streamed(base, own, random.Random(seed), asked)]  # noqa: S311

    assert {MANY} == set(told)  # else the rows were compared with the rows


def streamed(base, own, chance, asked):
    """Yield what answers after each of some changes."""
    hot, rows = Hot(base.instance, base.cold, is_index=True), late(world.rows())
    for position, (filters, by) in enumerate(asked, 1):
        stream = [changed(chance.choice(rows), chance) for _ in range(20)]
        newest = {row["session_id"]: going.held(row) for row in late(stream)}
        hot.publish([*newest.values()], position, f"cold.j{position}")
        live = Live(hot.number, "cold", hot.heard_at, hot.horizon, hot.has_overlaid)
        shown = replace(base, name=f"cold.j{position}", live=live)
        same(shown, own, filters, by)
        yield same(shown, own, Filters(range="30d"), "channel")
        hot.forget()


def test_what_answers_and_why(base, own):
    month = Filters(range="30d")
    expected = {
        (month, "channel"): MANY, (Filters(status=("failed",)), "type"): MANY,
        (Filters(agent=("a1",)), "channel"): MANY, (Filters(agent=("a1",)), None): MANY,
        (Filters(agent=("a1",), channel=("web",)), "channel"): MANY,
        (Filters(agent=("a1",)), "status"): FEW, (month, "agent"): FEW,
        (Filters(agent=("a1",), type=("voice",)), None): FEW,
        (Filters(channel=("web", "sip")), None): FEW, (Filters(user=("u1",)), None): FEW,
        (Filters(scope=Scope(frozenset({"a1"}))), None): FEW,
    }  # fmt: skip
    told = {asked: answer(base, own, *asked)[0] for asked in expected}

    assert expected == told


def plan(base, filters, period, **known):
    found = replace(base.cubes, **known)
    return opens.plan(filters, grid(period), stacks.Stack(), found)


def test_before_the_first_live_session_whole_hours_are_kept(base):
    until = world.TICK.replace(hour=18)
    minutes = timedelta(minutes=20)
    month = Period(until - timedelta(days=30) - minutes, until + minutes)
    whole = plan(base, Filters(), month).held
    assert whole == Period(*[until.replace(tzinfo=None) - timedelta(days=n) for n in (30, 0)])
    for gone, end in ((-1, 0), (0, 0), (1, 1), (60, 1), (61, 2)):
        horizon = (until - timedelta(minutes=gone)).replace(tzinfo=None)
        held = plan(base, Filters(), month, horizon=horizon).held
        assert held.before == whole.before - timedelta(hours=end)
    horizon = (until - timedelta(days=31)).replace(tzinfo=None)
    assert plan(base, Filters(), month, horizon=horizon).numbers is None


def test_too_many_at_the_ends_are_asked_in_parts(base, monkeypatch):
    month = Period(world.TICK - timedelta(days=30, minutes=1), world.TICK)
    assert plan(base, Filters(), month).numbers
    monkeypatch.setattr(opens, "MOST", 0)
    assert plan(base, Filters(), month).numbers is None


def test_of_more_agents_than_fit_none_are_kept(own, state, monkeypatch):
    with duckdb.connect(str(index.path_of(own, state))) as connection:
        all_of = kept.known(connection)
        without = [group for group in all_of.groups if group[-1] is None]
        monkeypatch.setattr(kept, "MOST", len(without))
        connection.begin()
        for table in (*kept.TABLES, "open_groups"):
            connection.execute(f"drop table {table}")
        kept.build(connection, is_worth=True)
        few = kept.known(connection)
        connection.rollback()

    assert all_of.has_agents
    assert not few.has_agents
    assert without == list(few.groups)


@pytest.mark.parametrize("part", [1, 7, 100])
def test_cells_are_the_same_in_parts(own, state, monkeypatch, part):
    monkeypatch.setattr(kept, "PART", part)
    with duckdb.connect(str(index.path_of(own, state)), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")

        assert kept.wrong(connection) == 0


def test_whether_all_have_ended_is_known_without_live_sessions_alone(base):
    known = replace(base.cubes.opens, without_end=0)

    assert not opens.have_end(base.cubes)  # of these some have no end
    assert opens.have_end(replace(base.cubes, opens=known))
    assert not opens.have_end(replace(base.cubes, opens=known, has_live=True))


def test_only_what_changes_has_a_cell(own, state):
    """However long somebody stays, and some have begun decades ago."""
    sessions = len(world.rows())
    with duckdb.connect(str(index.path_of(own, state)), read_only=True) as connection:
        cells = Counter(
            no for table in kept.TABLES
            for (no,) in connection.execute(f"select no from {table}").fetchall()
        )  # fmt: skip

    assert max(cells.values()) <= 2 * 2 * sessions + sessions
