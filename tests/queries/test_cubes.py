"""Cubes say what the rows say: under any filters, in any zone, after any stream of changes."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lake import cube_checks, cubes, histograms, index
from lake.hot import Hot
from lake.publication import Live, Publication
from queries import (
    changes,
    engine,
    intervals,
    lengths,
    placing,
    returning,
    sessions,
    stacks,
    trends,
)
from queries.catalog import METRICS
from queries.filters import Filters, Scope
from queries.intervals import Interval
from queries.question import Question
from queries.stacks import STACKS
from queries.statement import sql
from tests.conftest import IS_SOAK
from tests.queries import going, world
from tests.queries.conftest import Shelf
from tests.queries.counted import PERCENTILES, assert_equal, changed, known_filters

pytestmark = pytest.mark.soak

STREAMS = 60 if IS_SOAK else 4
FILTERS_EACH = 2
HALF = 0.5
HALVED = ("facets", "agent_names")  # asked from some start on


@pytest.fixture(autouse=True)
def _few_is_many(monkeypatch):
    monkeypatch.setattr(stacks, "TOP", 2)
    monkeypatch.setattr(sessions, "NEAR", 0)
    monkeypatch.setattr(lengths, "FEW", 3)
    monkeypatch.setattr(changes, "SHARE", 25)


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
    known = replace(cubes.known(instance.cursor()), has_agent_hours=chance.random() < HALF)
    base = Publication("cold", "index", state, instance, cubes=known)
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


def test_a_value_is_a_part_where_only_live_sessions_make_it_frequent_enough(
    own, state, monkeypatch
):
    instance = index.open_built(own, state)
    base = Publication("cold", "index", state, instance, cubes=cubes.known(instance.cursor()))
    with instance.cursor() as cursor:
        (key, value, stored), *_ = cursor.execute(
            "select key, value, n from pair_names where value is not null order by n desc"
        ).fetchall()
    model = {**world.rows()[0], "started_at": world.TICK - timedelta(hours=1), "events": []}
    rows = [
        {**model, "session_id": f"n{number}", "metadata": {key: [value]}}
        for number in range(stored)
    ]
    hot = Hot(instance, state, is_index=True)
    hot.publish([going.held(row) for row in rows], 1, "cold.j1")
    told = Live(hot.number, "cold", hot.heard_at, hot.horizon, hot.has_overlaid)
    shown = replace(base, name="cold.j1", live=told)
    monkeypatch.setattr(changes, "SHARE", 1)  # as often as all sessions: none

    def parts():
        engine.start(Shelf(shown), own)
        with engine.snapshot() as snapshot:
            found = changes.changes("sessions", Filters(range="30d"), snapshot)
        engine.stop()
        return found.whole, found.parts.filter(dimension="metadata", key=key, value=value)

    whole, none = parts()
    assert none.is_empty()
    monkeypatch.setattr(changes, "SHARE", (whole.n_now + whole.n_before) // (stored + 1))
    _, part = parts()
    assert stored < part["n_now"].item() + part["n_before"].item()
    instance.retire()


def test_cubes_are_what_answers(own, state):
    """Else the test above would compare rows with rows."""
    instance = index.open_built(own, state)
    known = cubes.known(instance.cursor())
    engine.start(Shelf(Publication("cold", "index", state, instance, cubes=known)), own)
    week = Filters.model_validate({"range": "30d", "channel": ["web"]})
    day_of_kathmandu = Filters(tz="Asia/Kathmandu")
    agent = Filters(agent=("a1",))
    today_of_agent = agent.model_copy(update={"range": "7d"})
    expected = {
        ("session_count", week): "hours", ("session_count", agent): "agent_days",
        ("facets", week): "agent_hours", ("agent_names", week): None,
        ("heatmap", week): "hours", ("heatmap", agent): "agent_hours",
        ("session_count", today_of_agent): "plain_agent_hours",
        ("heatmap", day_of_kathmandu): None, ("session_count", day_of_kathmandu): "days",
        ("changes_by_pair", week): "pair_days", ("changes_by_value", week): "agent_hours",
        ("session_minutes", week): "hours", ("session_minutes", agent): "plain_agent_hours",
        ("session_count", Filters(channel=("web",))): "days",
        ("session_minutes", Filters(type=("voice",))): "hours",
        ("session_count", Filters(q="x")): None, ("repeat_contact", week): "contact_days",
        ("repeat_contact", agent): "contact_days", ("repeat_contact", Filters(user=("u1",))): None,
        ("repeat_contact", Filters(hour=(1,))): None,
        ("repeat_contact", Filters(returned="7d")): None,
        ("repeat_contact", Filters(scope=Scope(frozenset({"a1"})))): None,
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
    assert "Answered from the sessions: no cube has user_id." in told
    days = "day × agent × channel × status × type"  # noqa: RUF001  as it is said
    hours = days.replace("day", "hour")
    assert "Answered from the cube day × channel × status × type." in told  # noqa: RUF001
    assert f"Answered from the cube {days}." in told
    assert f"Answered from the cube {hours}." in told
    assert f"Answered from the cube of contacts, {days}; edges from the sessions." in told
    assert f"Answered from the cube of contacts, {days}." in told


def _asked(name, filters, snapshot):
    if name.startswith("changes_"):
        return changes.question(sql(name), METRICS["failure_rate"], filters, snapshot)
    if name == "repeat_contact":
        return returning.question(filters)
    return Question(sql(name), filters, {"not_before": world.TICK} if name in HALVED else {})


def test_histograms_are_what_answers(own, state):
    """Else what is said of percentiles above would be said of exact ones."""
    instance = index.open_built(own, state)
    known = cubes.known(instance.cursor())
    base = Publication("cold", "index", state, instance, cubes=known)
    month = Filters(range="30d")
    expected = {
        (Filters(), None): "plain_days", (month, None): "plain_days",
        (month, "agent"): "plain_agent_days", (Filters(agent=("a1",)), None): "plain_agent_days",
        (month, "channel"): "days", (Filters(status=("failed",)), None): "days",
        (Filters(has=("handoff",)), None): "days", (Filters(type=("chat",)), "agent"): "agent_days",
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
            asked = [placing.bins(measure, kind, stack) for kind in histograms.KINDS]
            plans = [Question(each, filters, given).plan(snapshot) for each in asked]
            cubes_ = [plan.cube for plan in plans if plan.cube]
            told.add(cubes_[0].removeprefix(f"{measure}_") if cubes_ else None)
        near = trends.series(PERCENTILES, filters, snapshot, interval=Interval.WEEK, by=by).near
    engine.stop()
    assert bool(near) == (told != {None})
    return told


def test_hours_of_agents_are_kept_only_where_they_are_much_fewer_than_the_sessions(
    own, state, monkeypatch
):
    def told(of_a_cell):
        monkeypatch.setattr(cubes, "SESSIONS_OF_A_CELL", of_a_cell)
        index.discard(own, state)
        index.build(own, state, lambda _: None)
        with duckdb.connect(str(index.path_of(own, state))) as connection:
            connection.execute("set TimeZone = 'UTC'")
            assert (False, 0) == (cube_checks.is_off(connection), cube_checks.wrong(connection))
            return cubes.known(connection).has_agent_hours

    assert [False, True] == [told(8), told(1)]


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
