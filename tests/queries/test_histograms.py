"""Percentiles of bins: exact where bins are, said to be near where they are used."""

import math
from dataclasses import replace
from types import SimpleNamespace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lake import bins
from queries import charts, comparison, engine, explain, trends
from queries.catalog import METRICS, named
from queries.engine import Snapshot
from queries.filters import Filters, Scope
from queries.histograms import Halves, Percentiles
from queries.intervals import Interval
from tests import oracle_trends as truth
from tests.queries import world
from tests.queries.conftest import Shelf

DURATIONS = ("duration_median", "duration_p90", "duration_p95")
LENGTHS = st.integers(0, 22)  # of bins that hold one length each


def bin_of(ms):
    """Return the bin of a small length."""
    return math.floor(16 * math.log2(ms)) if ms else -1


def answer(lists):
    """Return lengths by place and stack as bins, as the lake tells them."""
    rows = [
        {"place": place, "stack": stack, "bin": bin_of(ms), "n": found.count(ms)}
        for (place, stack), found in lists.items()
        for ms in sorted(set(found))
    ]
    schema = {"place": pl.Int64, "stack": pl.String, "bin": pl.Int16, "n": pl.Int64}
    return pl.DataFrame(rows, schema=schema)


def expected(found):
    told = {name: truth.quantile(sorted(found), truth.QUANTILES[name][1]) for name in DURATIONS}
    return [part for name in DURATIONS for part in (told[name], len(found))]


@given(
    lists=st.dictionaries(
        st.tuples(st.none() | st.integers(0, 3), st.sampled_from(["", "web"])),
        st.lists(LENGTHS, min_size=1, max_size=20), max_size=6,
    )
)  # fmt: skip
def test_percentiles_of_bins_are_those_of_their_lengths(lists):
    told = Percentiles(named(DURATIONS), ("place", "stack"))(answer(lists)).rows()
    every = [ms for found in lists.values() for ms in found]

    assert list(lists) == [row[:2] for row in told[:-1]]
    for found, row in zip([*lists.values(), every], told, strict=True):
        assert expected(found) == pytest.approx(list(row[2:]))
    alone = Percentiles(named(DURATIONS))(answer(lists).drop("place", "stack")).row(-1)
    assert alone == told[-1][2:]


@given(
    lists=st.dictionaries(
        st.tuples(st.integers(0, 5), st.just("")),
        st.lists(LENGTHS, min_size=1, max_size=20), max_size=6,
    ),
    place=st.integers(0, 6),
)  # fmt: skip
def test_a_half_is_what_its_places_are_alone(lists, place):
    asked, by = named(DURATIONS), ("place", "stack")
    before = {key: found for key, found in lists.items() if key[0] < place}
    after = {(at - place, stack): found for (at, stack), found in lists.items() if at >= place}

    assert Halves(asked, place)(answer(lists)).rows() == [
        row for half in (before, after) for row in Percentiles(asked, by)(answer(half)).rows()
    ]


@pytest.fixture
def index(publications, world_settings):
    """A snapshot of the index, whose sessions count as many or as few."""

    def hold(least):
        shown = publications["index"]
        many = replace(shown, cubes=replace(shown.cubes, least=least))
        engine.start(Shelf(many), world_settings)
        return engine.snapshot()

    yield hold
    engine.stop()


@pytest.mark.parametrize("range_", ["all", "30d"])
@pytest.mark.parametrize("metric", [name for name in METRICS if METRICS[name].quantile])
def test_a_number_that_is_near_says_so_and_is_explained_by_its_histogram(index, metric, range_):
    filters = Filters(range=range_)
    with index(1) as snapshot:
        chart = charts.lines([metric, "failure_rate"], filters, snapshot, interval=Interval.DAY)
        number, told = chart.compared[metric], chart.explain(metric)
        alone = comparison.compared([metric], filters, snapshot)[metric]

        assert (True, range_ == "30d") == (number.is_near, number.was_near)
        assert not chart.compared["failure_rate"].is_near
        assert (number.value, number.n) == (told.value, told.n)
        assert told.is_near
        assert told.reason.startswith("Answered from the histogram day")
        assert "within half a bin (2.2 %)" in told.reason
        assert "bin" in told.sql
        assert not alone.is_near  # cards, alerts and what is asked alone are exact
        assert alone.n == number.n
        assert truth.is_within_half_a_bin(alone.value, number.value)
        assert not explain.explain_metric(metric, filters, snapshot).is_near


@pytest.mark.parametrize("range_", ["all", "30d"])
def test_what_the_bins_tell_is_not_asked_of_the_sessions_again(index, monkeypatch, range_):
    asked, ask = [], engine.Engine._ask

    def listening(self, text, *given):
        asked.append(text)
        return ask(self, text, *given)

    monkeypatch.setattr(engine.Engine, "_ask", listening)
    with index(1) as snapshot:
        charts.lines([*DURATIONS, "failure_rate"], Filters(range=range_), snapshot, interval=None)

    assert any("bin" in text for text in asked)
    assert not any("quantile" in text for text in asked)


def test_so_few_that_they_can_be_asked_exactly_are(index):
    for filters, least in ((Filters(), 10_000), (Filters(), 300), (Filters(range="24h"), 150)):
        with index(least) as snapshot:
            chart = charts.lines(DURATIONS, filters, snapshot, interval=None)
            told = chart.explain("duration_p90")

            assert not chart.series.near
            assert not any(number.is_near or number.was_near for number in chart.compared.values())
            assert not told.is_near
            assert "Answered from the sessions" in told.reason


def test_who_sees_some_agents_sees_exact_percentiles(index):
    filters = Filters(scope=Scope(frozenset({"a1"})))
    with index(1) as snapshot:
        series = trends.series(DURATIONS, filters, snapshot, interval=Interval.DAY)

    assert not series.near


def test_a_change_of_a_bin_is_noise():
    first, second, third = (bins.middle(number) for number in (200, 201, 202))

    def is_noise(value, before):
        told = {"duration_p90": value, "duration_p90_n": 1000}
        near = SimpleNamespace(near=told), SimpleNamespace(near={**told, "duration_p90": before})
        return comparison.compared(
            ["duration_p90"], Filters(range="7d"), Snapshot(None, world.TICK, "UTC"), beside=near
        )["duration_p90"].is_noise

    assert is_noise(first, second)
    assert is_noise(second, second)
    assert not is_noise(first, third)
    assert not is_noise(third, first)
