"""What changed: every part is what plain Python counts, and the parts add up to the change."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import FilterError
from queries import change_links, changes, comparison, honest, links, metrics, sessions
from queries.catalog import METRICS
from queries.changes import METADATA, NONE, SPLITS
from queries.contributions import COUNTS, Whole
from queries.filters import Filters, Scope
from tests import oracle_more
from tests.conftest import IS_SOAK, RANDOM
from tests.queries import world
from tests.queries.strategies import ranged

pytestmark = pytest.mark.soak

METRIC = st.sampled_from(sorted(oracle_more.COUNTED))
EXAMPLES = settings(max_examples=RANDOM)
MANY = 10_000  # more values of a key than there are


@pytest.fixture
def all_values(monkeypatch):
    monkeypatch.setattr(changes, "VALUES_EACH", MANY)


def named(parts):
    return {(part["dimension"], part["key"], part["value"]): part for part in parts.to_dicts()}


def whole_of(found):
    return [found.whole.n_now, found.whole.n_before, found.whole.hits_now, found.whole.hits_before]


def counts_of(part):
    return [part[name] for name in ("n_now", "n_before", "hits_now", "hits_before")]


def test_every_count_and_every_rate_can_be_split():
    split = {name for name, metric in METRICS.items() if metric.is_count or metric.hits}

    assert split == set(oracle_more.COUNTED)


@pytest.mark.parametrize("share", [changes.SHARE, 20])
@EXAMPLES
@given(filters=ranged(), metric=METRIC)
def test_every_part_is_what_plain_python_counts(
    snapshot, oracle, all_values, monkeypatch, share, filters, metric
):
    monkeypatch.setattr(changes, "SHARE", share)
    found = changes.changes(metric, filters, snapshot)
    expected = oracle_more.counts(oracle, filters, metric, share)
    if expected is None:
        assert (found.whole, found.previous, found.parts.height) == (None, None, 0)
        return
    whole, parts = expected

    assert whole == whole_of(found)
    assert parts == {name: counts_of(part) for name, part in named(found.parts).items()}
    is_rate = found.whole.is_rate
    for name, part in named(found.parts).items():
        shown = [part[each] for each in ("contribution", "rate_effect", "mix_effect")]
        for right, value in zip(
            oracle_more.effects(whole, parts[name], is_rate=is_rate), shown, strict=True
        ):
            assert value == (None if right is None else pytest.approx(float(right), abs=1e-9))


@EXAMPLES
@given(filters=ranged(), metric=METRIC)
def test_the_parts_of_a_dimension_add_up_to_the_change(snapshot, filters, metric):
    found = changes.changes(metric, filters, snapshot)
    if found.whole is None or found.whole.change is None:
        return
    alone = metrics.summary(filters, snapshot)[metric]

    assert found.whole.now == pytest.approx(alone, abs=1e-12)
    for dimension in set(SPLITS) - {METADATA} - {*found.metric.behind}:
        of = found.parts.filter(dimension=dimension)
        exact = 0 if found.whole.is_rate else None
        assert of["contribution"].sum() == pytest.approx(found.whole.change, rel=exact, abs=1e-9)
    expected = oracle_more.rate_change(whole_of(found)) if found.whole.is_rate else None
    assert expected is None or found.whole.change == pytest.approx(float(expected), abs=1e-12)


@settings(max_examples=40 if IS_SOAK else 8)
@given(filters=ranged(), metric=METRIC)
def test_every_part_leads_to_its_sessions(snapshot, filters, metric):
    found = changes.changes(metric, filters, snapshot)
    earlier = comparison.previous(filters, snapshot)
    for part in found.parts.to_dicts()[::5]:
        for asked, n, hits in (
            (filters, "n_now", "hits_now"),
            (earlier, "n_before", "hits_before"),
        ):
            inside = change_links.link(part, asked)
            assert part[n] == sessions.count(inside, snapshot), part
            counted = links.behind(found.metric, inside)
            assert part[hits] == (0 if counted is None else sessions.count(counted, snapshot))


@settings(max_examples=20)
@given(filters=ranged(), metric=METRIC)
def test_what_contributes_most_comes_first(snapshot, filters, metric):
    found = changes.changes(metric, filters, snapshot)
    sizes = [abs(part) for part in found.parts["contribution"].drop_nulls()]

    assert sorted(sizes, reverse=True) == sizes
    assert set(found.parts["dimension"]) <= set(SPLITS) - {*found.metric.behind}


@pytest.mark.parametrize("zone", world.ZONES)
def test_hours_and_weekdays_are_those_of_the_zone(snapshot, oracle, zone):
    """The range holds the changes of clocks in each of them."""
    filters = Filters(started_after="2026-10-01T00:00:00Z", tz=zone)
    found = changes.changes("failed", filters, snapshot, dimensions=("hour", "weekday"))
    _, parts = oracle_more.counts(oracle, filters, "failed")

    expected = {name: part for name, part in parts.items() if name[0] in ("hour", "weekday")}
    assert expected == {name: counts_of(part) for name, part in named(found.parts).items()}


def test_the_keys_are_those_that_most_sessions_have(snapshot, oracle, monkeypatch):
    monkeypatch.setattr(changes, "KEYS", 3)
    filters = Filters(range="30d")
    found = changes.changes("sessions", filters, snapshot, dimensions=(METADATA,))
    having = {}
    for (_, key, value), part in oracle_more.counts(oracle, filters, "sessions")[1].items():
        if value is None:
            having[key] = -part[0] - part[1]  # most have it where fewest lack it

    first = sorted(having, key=lambda key: (-having[key], key))[:3]
    assert set(first) == set(found.parts["key"])


def test_of_a_key_the_values_that_contribute_most_are_kept(snapshot, monkeypatch):
    filters = Filters(range="30d")
    monkeypatch.setattr(changes, "VALUES_EACH", MANY)
    every = changes.changes("failure_rate", filters, snapshot, dimensions=(METADATA,)).parts
    monkeypatch.setattr(changes, "VALUES_EACH", 2)
    kept = changes.changes("failure_rate", filters, snapshot, dimensions=(METADATA,)).parts

    for (key,), values in every.group_by("key"):
        of = kept.filter(key=key)
        told = values.drop_nulls("value").head(2)["value"].to_list()
        assert told == of.drop_nulls("value")["value"].to_list()
        assert values.filter(label=NONE).height == of.filter(label=NONE).height


def test_a_part_that_is_new_changes_the_mix_and_not_its_rate(snapshot):
    """The agent `fresh` has started within the last day only."""
    found = changes.changes("handoff_rate", Filters(range="24h"), snapshot)
    part = named(found.parts)["agent", "", "fresh"]

    assert (0, None, 0.0) == (part["n_before"], part["before"], part["rate_effect"])
    assert part["contribution"] == part["mix_effect"] != 0


def test_parts_say_what_may_be_chance(snapshot):
    for metric in ("failed", "failure_rate"):
        found = changes.changes(metric, Filters(range="30d"), snapshot)
        whole = found.whole
        for part in found.parts.to_dicts():
            n, n0, hits, hits0 = counts_of(part)
            is_told = honest.counts_differ(hits, hits0)
            if whole.is_rate and abs(part["rate_effect"]) >= abs(part["mix_effect"]):
                is_told = honest.rates_differ(hits, n, hits0, n0)
            elif whole.is_rate:
                is_told = honest.rates_differ(n, whole.n_now, n0, whole.n_before)
            assert is_told != part["is_noise"]


def test_nothing_of_other_agents_is_told(snapshot, world_rows):
    mine = Filters(range="30d").within(Scope(frozenset({"a1"})))
    found = changes.changes("sessions", mine, snapshot)
    values = {
        value
        for row in world_rows
        if row["agent_id"] == "a1"
        for listed in row["metadata"].values()
        for value in listed
    }

    assert {"a1"} == set(found.parts.filter(dimension="agent")["value"])
    assert set(found.parts.filter(dimension=METADATA)["value"].drop_nulls()) <= values
    nobody = Filters(range="30d").within(Scope(frozenset()))
    assert changes.changes("failure_rate", nobody, snapshot).whole.change is None


def test_labels_are_words(snapshot):
    found = named(changes.changes("sessions", Filters(range="30d"), snapshot).parts)

    assert "Mobile SDK" == found["channel", "", "mobile_sdk"]["label"]
    assert "Monday" == found["weekday", "", "1"]["label"]
    assert "09:00" == found["hour", "", "9"]["label"]
    assert "Failed" == found["status", "", "failed"]["label"]
    assert found["agent", "", "a2"]["label"] in world.AGENTS["a2"]
    assert NONE == found["metadata", "plan", None]["label"]


@pytest.mark.parametrize(
    ("metric", "dimensions"),
    [("duration_p95", ("channel",)), ("nothing", ("channel",)), ("failed", ("user",))],
)
def test_what_cannot_be_split_is_refused(snapshot, metric, dimensions):
    with pytest.raises(FilterError, match=r"duration_p95|nothing|user"):
        changes.changes(metric, Filters(range="7d"), snapshot, dimensions=dimensions)


def test_the_worked_example_of_the_documents():
    """docs/analytics.md: web fails 12 in 100 instead of 5, phone 10 as before."""
    web, phone = (500, 600, 60, 30), (500, 400, 50, 40)
    whole = Whole(1000, 1000, 110, 70, is_rate=True)
    parts = whole.contributions(pl.DataFrame([web, phone], COUNTS, orient="row"))

    assert whole.change == pytest.approx(0.04)
    assert [0.0385, 0] == pytest.approx(parts["rate_effect"].to_list())
    assert [0.0005, 0.001] == pytest.approx(parts["mix_effect"].to_list())
    assert [0.039, 0.001] == pytest.approx(parts["contribution"].to_list())
