"""Charts over time, bucket by bucket; that they add up is told in test_sums."""

from datetime import UTC, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import FilterError
from queries import intervals, sessions, stacks, trends
from queries.catalog import METRICS
from queries.filters import Filters
from queries.intervals import Interval
from queries.stacks import OTHER, STACKS
from tests import oracle_trends as truth
from tests.conftest import RANDOM
from tests.queries import world

pytestmark = pytest.mark.soak

COLUMNS = {"channel": "channel", "status": "status", "type": "type", "agent": "agent_id"}


@pytest.fixture(autouse=True)
def _few_agents_stand_alone(monkeypatch):
    """Two of five, so that there are others."""
    monkeypatch.setattr(stacks, "TOP", 2)


@pytest.fixture(autouse=True)
def _told(request, counted):
    yield
    own = getattr(request.function, "_hypothesis_internal_use_settings", None)
    if own is not None:
        counted("random filters", own.max_examples, seed="own")


def key_of(by, groups):
    """Return what a row is stacked by; what does not stand alone is OTHER."""
    if by is None:
        return lambda _: ""
    return lambda row: row[COLUMNS[by]] if row[COLUMNS[by]] in groups else OTHER


def assert_is(expected, value, name, *, is_near=False):
    if is_near:
        assert truth.is_within_half_a_bin(expected, value), name
    elif expected is None or METRICS[name].is_count:
        assert expected == value, name
    else:
        assert expected == pytest.approx(value), name


@settings(max_examples=RANDOM)
@given(
    filters=world.filters(), zone=st.sampled_from(world.ZONES),
    shape=st.tuples(st.sampled_from([None, *STACKS]), st.sampled_from(Interval)),
)  # fmt: skip
def test_every_bucket_is_what_its_sessions_say(snapshot, oracle, filters, zone, shape):
    by, interval = shape
    filters = filters.model_copy(update={"tz": zone})
    chart = trends.series([*METRICS], filters, snapshot, interval=interval, by=by)
    starts = chart.frame["starts_at"].unique(maintain_order=True).to_list()
    rows = oracle.filtered(filters)
    place = (starts, chart.interval, zone) if starts else ([oracle.tick], interval, zone)
    expected = truth.grouped(rows, *place, key_of(by, chart.groups))

    assert {group for _, group in expected} <= set(chart.groups)
    seen = 0
    for row in [*chart.frame.to_dicts(), *chart.undated.to_dicts()]:
        own = expected.get((row["starts_at"], row["group"]), [])
        seen += len(own)
        for name in METRICS if own else ["sessions", "failure_rate", "duration_p95"]:
            assert_is(truth.metric(name, own), row[name], name, is_near=chart.is_near(name))
            if not METRICS[name].is_count:
                assert truth.about(name, own) == row[f"{name}_n"]
            if METRICS[name].hits:
                assert truth.hits(truth.RATES[name], own) == row[f"{name}_hits"]
    assert len(rows) == seen


@settings(max_examples=RANDOM)
@given(
    filters=world.filters(), zone=st.sampled_from(world.ZONES), interval=st.sampled_from(Interval)
)
def test_buckets_follow_one_another_and_cover_the_range(snapshot, oracle, filters, zone, interval):
    """By the clock of the zone, days of 23 and 25 hours and half hours included."""
    filters = filters.model_copy(update={"tz": zone})
    made = intervals.buckets(filters, snapshot, interval)
    after, before = truth.bounds(oracle, filters)
    starts = made.starts

    for start in {*starts[:80], *starts[-80:]}:
        assert start == truth.start_of(start, made.interval, zone)
    for start, following in pairwise(starts[:81]):
        assert start == truth.start_of(following - truth.US, made.interval, zone)
    bounds = [made.bounds(place) for place in range(len(starts))]
    assert [end for _, end in bounds[:-1]] == [start for start, _ in bounds[1:]]
    is_empty = after is not None and before is not None and before < after
    assert (after if is_empty else before) == bounds[-1][1]
    if after is not None:
        assert after == bounds[0][0]
    elif not made.is_cut:
        first = [row["started_at"] for row in oracle.filtered(filters) if row["started_at"]]
        assert bounds[0][0] <= min([*(first or [oracle.tick]), *([before] if before else [])])
    assert len(starts) <= intervals.MOST


@given(filters=world.filters(), by=st.sampled_from([None, *STACKS]))
def test_open_during_counts_what_was_open_at_some_moment(snapshot, oracle, filters, by):
    interval = intervals.chosen(filters, snapshot)
    chart = trends.open_during(filters, snapshot, interval=interval, by=by)
    zone = filters.tz or oracle.zone
    starts = chart.frame["starts_at"].unique(maintain_order=True).to_list()
    expected = dict.fromkeys(zip(chart.frame["starts_at"], chart.frame["group"], strict=True), 0)
    key = key_of(by, chart.groups)
    for first, last, row in truth.open_rows(oracle, filters):
        began = truth.place_of(first, starts, chart.interval, zone)
        ended = truth.place_of(last, starts, chart.interval, zone)
        for start in starts[starts.index(began) : starts.index(ended) + 1]:
            expected[start, key(row)] += 1

    places = zip(chart.frame["starts_at"], chart.frame["group"], strict=True)
    assert expected == dict(zip(places, chart.frame["open"], strict=True))
    undated = [row for row in oracle.filtered(filters) if row["started_at"] is None]
    assert len(undated) == chart.undated["open"].sum()


@settings(max_examples=20)
@given(filters=world.filters())
def test_at_least_those_are_open_that_start(snapshot, filters):
    interval = intervals.chosen(filters, snapshot)
    started = trends.series(["sessions"], filters, snapshot, interval=interval)
    opened = trends.open_during(filters, snapshot, interval=interval)

    assert (opened.frame["open"] >= started.frame["sessions"]).all()


@given(filters=world.filters(), zone=st.sampled_from(world.ZONES))
def test_the_heatmap_has_every_hour_of_the_week_by_the_clock(snapshot, oracle, filters, zone):
    filters = filters.model_copy(update={"tz": zone})
    rows = trends.heatmap(filters, snapshot)

    assert len(rows) == 168
    expected = truth.heatmap(oracle, filters)
    assert expected == {(day, hour): list(counts) for day, hour, *counts in rows.iter_rows()}
    undated = sessions.count(filters, snapshot) - rows["sessions"].sum()
    assert undated == sum(row["started_at"] is None for row in oracle.filtered(filters))


@pytest.mark.parametrize("by", STACKS)
def test_groups_stand_in_their_order_and_only_where_there_are_sessions(snapshot, oracle, by):
    chart = trends.series(["sessions"], Filters(), snapshot, interval=Interval.WEEK, by=by)
    known = {row[COLUMNS[by]] for row in oracle.rows}

    if by == "agent":
        most = stacks.agents(Filters(), snapshot)
        assert (*most[:2], OTHER) == chart.groups
        assert known == set(most)
    else:
        assert [value for value in stacks.ORDERS[by] if value in known] == [*chart.groups]
    nothing = trends.series(
        ["sessions"], Filters(agent=("nobody",)), snapshot, interval=Interval.WEEK, by=by
    )
    assert () == nothing.groups
    assert nothing.frame.is_empty()


def test_without_sessions_a_count_is_nothing_and_a_rate_is_none(snapshot):
    filters = Filters(agent=("nobody",), range="7d")
    chart = trends.series(["sessions", "failure_rate"], filters, snapshot, interval=Interval.DAY)

    assert len(chart.frame) == 8
    assert [0] * 8 == chart.frame["sessions"].to_list()
    assert [None] * 8 == chart.frame["failure_rate"].to_list()
    assert [0] * 8 == chart.frame["failure_rate_n"].to_list()


def test_an_agent_that_is_called_like_the_others_stands_among_them(snapshot, monkeypatch):
    """Whatever an id is, OTHER never names one agent."""
    monkeypatch.setattr(stacks, "OTHER", "a1")
    chart = trends.series(["sessions"], Filters(), snapshot, interval=Interval.WEEK, by="agent")

    assert "a1" not in chart.groups[:-1]
    assert "a1" in stacks.others(Filters(), snapshot)


def test_what_there_is_not_is_refused_with_what_there_is(snapshot):
    with pytest.raises(FilterError) as error:
        trends.series(["happiness"], Filters(), snapshot, interval=Interval.DAY)
    assert "sessions" in error.value.advice
    with pytest.raises(FilterError) as error:
        trends.series(["sessions"], Filters(), snapshot, interval=Interval.DAY, by="weekday")
    assert "channel" in error.value.advice


def test_labels_are_what_the_clock_shows(snapshot):
    """The hour that is shown twice is two buckets with one label."""
    change = world.CHANGES[2]  # Berlin, 25 October 2026, 03:00 to 02:00
    filters = Filters(
        started_after=change - timedelta(hours=2), started_before=change + timedelta(hours=2)
    )
    chart = trends.series(["sessions"], filters, snapshot, interval=Interval.HOUR)

    assert [1, 2, 2, 3] == [label.hour for label in chart.frame["label"]]
    assert change == chart.frame["starts_at"][2].astimezone(UTC)
