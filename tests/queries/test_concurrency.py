"""Concurrency: what plain Python counts by going from moment to moment."""

from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import FilterError
from queries import concurrency, opens, periods, sessions
from queries.concurrency import ALL
from queries.filters import Filters, Scope
from queries.grid import HOUR, MOST, grid
from queries.periods import Period
from queries.stacks import OTHER, STACKS
from queries.sweep import Sweep
from tests import oracle_more
from tests.conftest import RANDOM
from tests.queries import world
from tests.queries.strategies import ranged

pytestmark = pytest.mark.soak

EXAMPLES = settings(max_examples=RANDOM)
COLUMNS = {"channel": "channel", "type": "type", "status": "status", "agent": "agent_id"}


def spans_of(spans, by, name, groups):
    """Return the spans of a group."""
    if name == ALL:
        return spans
    if name == OTHER:
        return [span for span in spans if span[0][COLUMNS[by]] not in groups]
    return [span for span in spans if span[0][COLUMNS[by]] == name]


def slices_of(found, period, step):
    """Return the number at the start of each slice and the most within it."""
    after, until = period
    told = []
    while after < until:
        end = after + step
        if step >= HOUR:  # they begin at whole hours, days or weeks: the first one is shorter
            end -= (after - periods.BEGINNING) % step
        opened = [many for moment, many in found if moment <= after][-1]
        within = [many for moment, many in found if after < moment < end]
        told.append((after, opened, max([opened, *within])))
        after = end
    return told


@EXAMPLES
@given(
    filters=world.filters() | ranged(),
    by=st.sampled_from([None, *STACKS]),
    capacity=st.integers(0, 4),
)
def test_every_number_is_what_plain_python_counts(snapshot, oracle, filters, by, capacity):
    shown = concurrency.concurrency(filters, snapshot, by=by, capacity=capacity)
    period = oracle_more.open_period(oracle, filters)
    if period is None:
        assert (shown.period, shown.groups) == (None, ())
        return
    assert Period(*period) == shown.period
    spans = oracle_more.open_spans(oracle, filters, period)
    summary = {row["group"]: row for row in shown.summary.to_dicts()}

    occurring = {row[COLUMNS[by]] for row, *_ in spans} if by else set()
    assert occurring == set(shown.groups)
    assert [ALL, *shown.groups] == shown.summary["group"].to_list()
    for name, row in summary.items():
        found = oracle_more.levels(spans_of(spans, by, name, shown.groups), period)
        peak, peak_at, usual, mean = oracle_more.summary(found, period[1])
        assert (peak, peak_at, usual) == (row["peak"], row["peak_at"], row["p95"])
        assert row["mean"] == pytest.approx(float(mean), rel=1e-9)
        of = shown.slices.filter(group=name).select("starts_at", "open", "peak").rows()
        assert slices_of(found, period, shown.step) == of
        if name == ALL:
            over = oracle_more.above(found, period[1], capacity)
            assert shown.above == pytest.approx(float(over), abs=1e-12)


@settings(max_examples=30)
@given(filters=world.filters())
def test_what_has_no_end_is_left_out_and_can_be_listed(snapshot, oracle, filters):
    shown = concurrency.concurrency(filters, snapshot)
    expected = [
        row
        for row in oracle.filtered(filters)
        if row["ended_at"] is None and row["status"] != "active"
    ]

    assert len(expected) == shown.left_out
    if shown.left_out_link is not None:
        assert shown.left_out == sessions.count(shown.left_out_link, snapshot)


def of_rows(*_):
    """The sessions one by one answer, whatever is kept."""
    return opens.Plan("")


@settings(max_examples=10)
@given(filters=ranged(), by=st.sampled_from(STACKS), rows=st.sampled_from([9, 50]))
def test_it_is_the_same_in_parts(snapshot, filters, by, rows):
    whole = concurrency.concurrency(filters, snapshot, by=by, capacity=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(concurrency, "ROWS", rows)
        patch.setattr(opens, "plan", of_rows)
        parts = concurrency.concurrency(filters, snapshot, by=by, capacity=2)

    assert whole.groups == parts.groups
    assert whole.slices.equals(parts.slices)
    assert whole.summary.drop("mean").equals(parts.summary.drop("mean"))
    assert whole.summary["mean"].to_list() == pytest.approx(parts.summary["mean"].to_list())
    assert whole.above == parts.above


def test_more_than_are_held_at_once_are_swept_in_parts(snapshot, monkeypatch):
    swept, part = [], concurrency._part

    def counted(filters, snapshot, *given):
        swept.append(given)
        return part(filters, snapshot, *given)

    monkeypatch.setattr(concurrency, "_part", counted)
    monkeypatch.setattr(opens, "plan", of_rows)
    total = sessions.count(Filters(), snapshot)
    for rows, parts in ((total + 1, 1), (total // 4, 5)):
        monkeypatch.setattr(concurrency, "ROWS", rows)
        swept.clear()
        concurrency.concurrency(Filters(), snapshot)
        assert abs(len(swept) - parts) <= parts // 4  # whole slices


def test_few_agents_stand_alone_and_the_others_together(snapshot, oracle, monkeypatch):
    monkeypatch.setattr("queries.stacks.TOP", 2)
    filters = Filters(range="30d")
    shown = concurrency.concurrency(filters, snapshot, by="agent")
    period = oracle_more.open_period(oracle, filters)
    spans = oracle_more.open_spans(oracle, filters, period)

    assert (3, OTHER) == (len(shown.groups), shown.groups[-1])
    for row in shown.summary.to_dicts():
        found = oracle_more.levels(spans_of(spans, "agent", row["group"], shown.groups), period)
        assert row["peak"] == oracle_more.summary(found, period[1])[0]


def test_all_at_the_start_of_a_slice_is_the_sum_of_the_groups(snapshot):
    for by in STACKS:
        shown = concurrency.concurrency(Filters(range="7d"), snapshot, by=by)
        parts = shown.slices.filter(pl.col("group") != ALL).group_by("starts_at").agg(
            pl.col("open").sum()
        )  # fmt: skip
        whole = shown.slices.filter(group=ALL).select("starts_at", "open")
        assert whole.equals(parts.sort("starts_at"))


def test_nothing_of_other_agents_is_counted(snapshot):
    nobody = Filters(range="30d").within(Scope(frozenset()))
    mine = Filters(range="30d").within(Scope(frozenset({"a1"})))

    assert [0] == concurrency.concurrency(nobody, snapshot).summary["peak"].to_list()
    chosen = Filters(range="30d", agent=("a1",))
    own, same = (concurrency.concurrency(each, snapshot) for each in (mine, chosen))
    assert own.summary.equals(same.summary)


@pytest.mark.parametrize("length", [1, 299, 300, 301, 10**6, 10**9, 10**12, 10**15, 10**17])
@pytest.mark.parametrize("begun", [timedelta(0), timedelta(days=3, hours=5, microseconds=1)])
def test_a_range_has_some_three_hundred_slices_at_most(length, begun):
    after = periods.BEGINNING + begun
    found = grid(Period(after, after + timedelta(microseconds=length)))
    starts = [found.starts_at(place) for place in range(found.count + 1)]

    assert len(starts) <= MOST + 1
    assert (found.period.after, found.period.before) == (starts[0], starts[-1])
    assert sorted(set(starts)) == starts


@settings(max_examples=30)
@given(after=world.MOMENTS, hours=st.integers(301, 24 * 3000), most=st.integers(2, MOST))
def test_slices_of_an_hour_and_more_begin_at_whole_steps_of_utc(after, hours, most):
    found = grid(Period(after, after + timedelta(hours=hours)), most)
    for place in range(1, found.count):
        assert not (found.starts_at(place) - periods.BEGINNING) % found.step


def test_it_cannot_be_told_by_what_is_no_stack(snapshot):
    with pytest.raises(FilterError, match="hour"):
        concurrency.concurrency(Filters(), snapshot, by="hour")


def test_the_worked_example_of_the_documents():
    """docs/analytics.md: one from before until 10, two from 5 to 15 and 10 to 20."""
    rows = pl.DataFrame({"stack": [0, 0, 0], "opened_us": [10, -3, 5], "closed_us": [20, 10, 15]})
    told = Sweep(length_us=30, slice_us=10, stacks=1)(rows)

    slices = told.drop_nulls("slice").select("slice", "open", "peak").rows()
    assert [(0, 1, 2), (1, 2, 2), (2, 0, 0)] == slices
    lasting = told.filter(pl.col("slice").is_null()).select("open", "lasts_us", "since_us")
    assert [(0, 10, None), (1, 10, None), (2, 10, 5)] == lasting.sort("open").rows()
