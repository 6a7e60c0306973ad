"""Cubes say what the rows say: under any filters, in any zone, after any stream of changes."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lake import cold, cubes, histograms, index
from lake.checking import Hourly, deep
from lake.hot import Hot
from lake.publication import Live, Publication
from lake.writer import Writer
from models import Channel, EventKind, SessionType, Status
from queries import (
    changes,
    comparison,
    engine,
    facets,
    intervals,
    metrics,
    placing,
    sessions,
    stacks,
    trends,
)
from queries import histograms as binned
from queries.catalog import DIMENSIONS, METRICS, named
from queries.choices import Has, Range
from queries.filters import Filters, Scope
from queries.intervals import Interval
from queries.lines import lines
from queries.question import Question
from queries.sparklines import sparklines
from queries.stacks import STACKS
from queries.statement import measures, sql
from settings import Settings
from tests import oracle_trends as truth
from tests.conftest import IS_SOAK
from tests.queries import going, world
from tests.queries.conftest import Shelf

pytestmark = pytest.mark.soak

STREAMS = 60 if IS_SOAK else 6
FILTERS_EACH = 2
SUMS = tuple(name for name, metric in METRICS.items() if metric.quantile is None)
PERCENTILES = tuple(name for name, metric in METRICS.items() if metric.quantile is not None)
PARTS = tuple(name for name in changes.SPLITS if name != "metadata")
OWN = {
    "channel", "type", "status", "agent", "tz", "range", "weekday", "hour", "scope", "has", "event",
}  # fmt: skip
KNOWN = {
    **{name: strategy for name, strategy in world.FIELDS.items() if name in OWN},
    "has": st.sampled_from([(Has.START,), (Has.NO_START,), (Has.HANDOFF,), (Has.NO_HANDOFF,)]),
    "event": st.just((EventKind.HANDOFF,)),
}


@st.composite
def known_filters(draw):
    """Return filters of what cubes know, perhaps with a custom range."""
    names = draw(st.lists(st.sampled_from(sorted(KNOWN)), max_size=3, unique=True))
    found = {name: draw(KNOWN[name]) for name in names}
    if "range" not in found and draw(st.booleans()):
        bounds = draw(st.tuples(world.MOMENTS | st.none(), world.MOMENTS | st.none()))
        found |= dict(zip(("started_after", "started_before"), bounds, strict=True))
    return Filters.model_validate(found)


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cubes")
    return Settings(
        data=folder / "lake", state=folder / "state", demo="off", zone="Europe/Berlin",
        memory_mb=512, threads=2, now=world.NOW, cache_mb=0, cube_sessions=1,
    )  # fmt: skip


@pytest.fixture(scope="module")
def state(own):
    with Writer(own) as writer:
        writer.add(world.batch(world.rows()))
        writer.commit()
    found = cold.read(own.data.resolve())
    index.build(own, found, lambda _: None)
    return found


@pytest.fixture(autouse=True)
def _few_is_many(monkeypatch):
    monkeypatch.setattr(stacks, "TOP", 2)
    monkeypatch.setattr(sessions, "NEAR", 0)


def answers(filters, snapshot, by, interval):
    """Return all that is counted under some filters, by name."""
    asked = (SUMS, filters, snapshot)
    series = trends.series(*asked, interval=interval, by=by)
    ghost = comparison.ghost(*asked, interval=interval, by=by)
    base = filters.without("range", "channel", "status")
    changed = changes.changes("failure_rate", filters, snapshot, dimensions=PARTS)
    handed = changes.changes("handoffs", filters, snapshot, dimensions=("hour", "agent"))
    return {
        "cards": metrics.cards(filters, snapshot),
        "numbers": metrics.card_numbers(filters, snapshot),
        "sparklines": sorted(sparklines(base, filters, snapshot).rows),
        "series": (series.frame.rows(), series.undated.rows(), series.groups),
        "ghost": ghost and ghost.frame.rows(),
        "compared": comparison.compared(*asked),
        "heatmap": trends.heatmap(filters, snapshot).rows(),
        "changes": (changed.whole, changed.parts.rows(), handed.parts.rows()),
        "metadata": _metadata(filters, snapshot),
        "facets": facets.counts(filters, snapshot),
        "count": sessions.count(filters, snapshot),
        "pages": _pages(filters, snapshot),
        "agents": stacks.agents(filters, snapshot),
        "lines": lines(sql("agent_lines"), "agent_id", filters, snapshot).rows(),
        **{name: _by(name, filters, snapshot) for name in DIMENSIONS},
    }


def _pages(filters, snapshot):
    """Return pages from the first to one beyond the end, by start both ways."""
    return [
        sessions.page(filters, snapshot, number=number, size=size, sort=sort).rows()
        for sort in (sessions.NEWEST, sessions.OLDEST)
        for number, size in ((1, 7), (2, 7), (5, 20), (9, 13), (60, 5), (1, 1000), (7, 1000))
    ]


def _metadata(filters, snapshot):
    """Return the parts of a range that has one before it."""
    if comparison.previous(filters, snapshot) is None:
        filters = filters.without("range").model_copy(update={"range": Range.MONTH})
    found = changes.changes("failure_rate", filters, snapshot, dimensions=("metadata",))
    handed = changes.changes("handoffs", filters, snapshot, dimensions=("metadata",))
    return found.parts.rows(), handed.parts.rows()


def _by(name, filters, snapshot):
    statement = measures(named(SUMS), DIMENSIONS[name], has_n=True)
    return Question(statement, filters).ask(snapshot).rows()


def percentiles(filters, snapshot, by, interval):
    """Return the rows of a series and its ghost, and the numbers of the whole, as they are read."""
    asked, given = (PERCENTILES, filters, snapshot), {"interval": interval, "by": by}
    series, ghost = comparison.with_ghost(*asked, **given)
    if snapshot.publication.cubes is not None:  # asked as one or each by itself
        alone = (trends.series(*asked, **given), comparison.ghost(*asked, **given))
        for one, other in zip((series, ghost), alone, strict=True):
            assert (one is None) == (other is None)
            assert one is None or (one.frame.rows(), one.near) == (other.frame.rows(), other.near)
    told = comparison.compared(*asked, beside=(series, ghost))
    parts = [each for each in (series, ghost) if each is not None]
    rows = [row for each in parts for row in [*each.frame.to_dicts(), *each.undated.to_dicts()]]
    rows += [{"n": number.n, "before_n": number.before_n, "value": number.value,
              "before": number.before} for number in told.values()]  # fmt: skip
    near = {f"{number.is_near} {number.was_near}" for number in told.values()}
    return rows, near, bool(series.near or (ghost and ghost.near))


def assert_near(exact, told):
    """Percentiles lie within half a bin of the exact ones; all else is the same."""
    assert len(exact) == len(told)
    for expected, row in zip(exact, told, strict=True):
        assert expected.keys() == row.keys()
        for name, value in row.items():
            if name in (*PERCENTILES, "value", "before"):
                assert truth.is_within_half_a_bin(expected[name], value), name
            else:
                assert expected[name] == value, name


def assert_equal(publication, own, filters, by, interval):
    """The same question with cubes and without gets the same answers."""
    told, near = [], []
    for shown in (publication, replace(publication, cubes=None)):
        engine.start(Shelf(shown), own)
        with engine.snapshot() as snapshot:
            told.append(answers(filters, snapshot, by, interval))
            near.append(percentiles(filters, snapshot, by, interval))
        engine.stop()
    for name, expected in told[1].items():
        assert expected == told[0][name], name
    assert_near(near[1][0], near[0][0])
    assert near[1][1:] == ({"False False"}, False)  # from the sessions nothing is near


def changed(row, chance):
    """Return a session as it is after an event, or another one like it."""
    made = {**row, "events": [], "event_kinds": chance.choice([[], ["handoff"], ["error"]])}
    made |= {
        "status": str(chance.choice(list(Status))), "channel": str(chance.choice(list(Channel))),
        "type": str(chance.choice(list(SessionType))), "message_count": chance.randrange(9),
        "agent_id": chance.choice([*world.AGENTS, "late"]),
    }  # fmt: skip
    for length in ("duration_ms", "first_response_ms"):
        made[length] = chance.choice([None, 0, 1, 23, 24, 10**5, 2**40, made[length]])
    if chance.random() < 0.3:
        made["started_at"] = chance.choice(
            [None, world.TICK, world.TICK - timedelta(minutes=chance.randrange(60 * 1440))]
        )
    if chance.random() < 0.5:  # a few values, that become usual only with those of live sessions
        made["metadata"] = {"plan": [chance.choice(world.TEXTS[:8])]}
    if chance.random() < 0.3:
        made["session_id"] = f"new-{chance.randrange(40)}"
    return made


@settings(max_examples=STREAMS)
@given(
    seed=st.integers(0, 2**32),
    asked=st.lists(
        st.tuples(known_filters(), st.sampled_from([None, *STACKS]), st.sampled_from(Interval)),
        min_size=FILTERS_EACH, max_size=FILTERS_EACH,
    ),
)  # fmt: skip
def test_cubes_equal_the_rows_after_each_change(own, state, seed, asked):
    chance = random.Random(seed)  # noqa: S311  a stream of changes
    instance = index.open_built(own, state)
    base = Publication("cold", "index", state, instance, cubes=cubes.known(instance.cursor()))
    hot, shown, rows = Hot(instance, state, is_index=True), base, world.rows()
    for position, (filters, by, interval) in enumerate(asked, 1):
        assert_equal(shown, own, filters, by, interval)
        stream = [changed(chance.choice(rows), chance) for _ in range(chance.randrange(40))]
        newest = {row["session_id"]: going.held(row) for row in stream}
        hot.publish([*newest.values()], position, f"cold.j{position}")
        if hot.heard_at is not None:
            told = Live(hot.number, "cold", hot.heard_at, hot.horizon, hot.has_overlaid)
            shown = replace(base, name=f"cold.j{position}", live=told)
        hot.forget()
        assert_equal(shown, own, filters, by, interval)
    instance.retire()


def test_cubes_are_what_answers(own, state):
    """Else the test above would compare rows with rows."""
    instance = index.open_built(own, state)
    known = cubes.known(instance.cursor())
    engine.start(Shelf(Publication("cold", "index", state, instance, cubes=known)), own)
    week = Filters.model_validate({"range": "30d", "channel": ["web"]})
    day_of_kathmandu = Filters(tz="Asia/Kathmandu")
    agent = Filters(agent=("a1",))
    expected = {
        ("session_count", week): "hours", ("session_count", agent): "days",
        ("facets", week): None, ("heatmap", week): "hours", ("heatmap", agent): None,
        ("heatmap", day_of_kathmandu): None, ("session_count", day_of_kathmandu): "hours",
        ("changes_by_pair", week): "pair_days", ("changes_by_value", week): "days",
        ("session_minutes", week): "hours", ("session_minutes", agent): "days",
        ("session_count", Filters(q="x")): None, ("repeat_contact", week): None,
    }  # fmt: skip
    with engine.snapshot() as snapshot:
        plans = {
            (name, filters): _asked(name, filters, snapshot).plan(snapshot)
            for name, filters in expected
        }
    engine.stop()
    instance.retire()
    assert expected == {asked: plan.cube for asked, plan in plans.items()}
    told = Counter(plan.reason for plan in plans.values())
    assert "Answered from the sessions: no cube has search." in told
    days = "day × agent × channel × status × type"  # noqa: RUF001  as it is said
    assert f"Answered from the cube {days}; edges from the sessions." in told


def _asked(name, filters, snapshot):
    if name.startswith("changes_"):
        return changes.question(sql(name), METRICS["failure_rate"], filters, snapshot)
    return Question(sql(name), filters)


def test_a_cube_that_does_not_fit_is_found_and_thrown_away(own, state):
    path = index.path_of(own, state)
    assert deep(own, own.data.resolve()) == 0
    with duckdb.connect(str(path)) as connection:
        connection.execute("update days set n = n + 1 where rowid = 0")
    assert deep(own, own.data.resolve()) == 2

    instance = index.open_built(own, state)
    known = cubes.known(instance.cursor())
    publication = Publication("cold", "index", state, instance, cubes=known)
    assert not Hourly().discards(publication, own)  # it is not time yet
    assert Hourly(seconds=0).discards(publication, own)
    instance.retire()
    assert not path.exists()
    index.build(own, state, lambda _: None)
    assert deep(own, own.data.resolve()) == 0


@pytest.mark.parametrize("name", histograms.NAMES)
@pytest.mark.parametrize("column", ["n", "bin"])
def test_a_wrong_cell_of_a_histogram_is_found(own, state, name, column):
    with duckdb.connect(str(index.path_of(own, state))) as connection:
        connection.execute("set TimeZone = 'UTC'")
        assert (False, 0) == (cubes.is_off(connection), cubes.wrong(connection))
        connection.begin()
        connection.execute(f"update {name} set {column} = {column} + 1 where rowid = 0")
        assert (True, 2) == (cubes.is_off(connection), cubes.wrong(connection))
        connection.rollback()


def test_histograms_are_what_answers(own, state):
    """Else what is said of percentiles above would be said of exact ones."""
    instance = index.open_built(own, state)
    known = cubes.known(instance.cursor())
    base = Publication("cold", "index", state, instance, cubes=known)
    month = Filters(range="30d")
    expected = {
        (Filters(), None): "days", (month, None): "days", (month, "agent"): "agent_days",
        (Filters(agent=("a1",)), "channel"): "agent_days",
        (month.model_copy(update={"tz": "Asia/Kathmandu"}), None): "hours",
        (Filters(weekday=(1,)), None): "hours",
        (month.model_copy(update={"tz": "Asia/Kathmandu"}), "agent"): None,
        (Filters(q="x"), None): None,
        (Filters(has=("response",)), None): None,
        (Filters(scope=Scope(frozenset({"a1"}))), None): None,
    }  # fmt: skip
    answered = {(asked, least): _kinds(*asked, replace(known, least=least), base, own)
                for asked in expected for least in (1, 10_000)}  # fmt: skip
    instance.retire()
    for asked, kind in expected.items():
        assert {kind} == answered[asked, 1], asked
        assert {None} == answered[asked, 10_000]  # so few are asked one by one


def _kinds(filters, by, known, base, own):
    """Return from which cells the percentiles of a chart are told, None where from none."""
    engine.start(Shelf(replace(base, cubes=known)), own)
    with engine.snapshot() as snapshot:
        made = intervals.buckets(filters, snapshot, Interval.WEEK)
        stack = stacks.stack(by, filters, snapshot)
        given = trends.in_buckets(filters, made, stack).given
        told = set()
        for measure in histograms.MEASURES:
            asked = [placing.bins(measure, kind, stack) for kind in binned.KINDS]
            plans = [Question(each, filters, given).plan(snapshot) for each in asked]
            cubes_ = [plan.cube for plan in plans if plan.cube]
            told.add(cubes_[0].removeprefix(f"{measure}_") if cubes_ else None)
        near = trends.series(PERCENTILES, filters, snapshot, interval=Interval.WEEK, by=by).near
    engine.stop()
    assert bool(near) == (told != {None})
    return told


def test_another_report_zone_has_other_days(own, state):
    elsewhere = own.model_copy(update={"zone": "Asia/Kolkata"})

    assert index.open_built(elsewhere, state) is None
    index.build(own, state, lambda _: None)


def test_few_sessions_need_no_cubes(own, state):
    few = own.model_copy(update={"cube_sessions": 10_000, "state": own.state / "few"})
    index.build(few, state, lambda _: None)
    instance = index.open_built(few, state)

    assert cubes.known(instance.cursor()) is None
    instance.retire()
