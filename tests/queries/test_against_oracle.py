"""Any filters give what the documents say: rows, order, count, cards, from index and Parquet."""

from collections import Counter
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries import engine, facets, metrics, sessions
from queries.catalog import DIMENSIONS
from queries.filters import Filters, Scope
from queries.names import agent_names
from queries.sessions import SORTS
from tests import oracle_cards
from tests.queries import world

pytestmark = pytest.mark.soak


@pytest.fixture(autouse=True)
def _told(request, counted):
    """Hypothesis is derandomised: the seed follows from the test itself."""
    yield
    own = getattr(request.function, "_hypothesis_internal_use_settings", None)
    if own is not None:
        counted("random filters", own.max_examples, seed="own")


PLACES = st.fixed_dictionaries(
    {
        "sort": st.sampled_from(sorted(SORTS)),
        "number": st.integers(1, 3),
        "size": st.sampled_from([1, 7, 50, 500]),
    }
)


@settings(max_examples=8)  # each of them asks for every field
@given(given=st.fixed_dictionaries(world.FIELDS))
def test_each_field_alone_keeps_to_the_scope(snapshot, oracle, given):
    for name, value in given.items():
        scope = Scope(frozenset({"a1", "a2"}))
        filters = Filters.model_validate({name: value}).within(scope)
        assert len(oracle.filtered(filters)) == sessions.count(filters, snapshot), name


@given(filters=world.filters(), place=PLACES)
def test_a_page_has_the_right_rows_in_the_right_order(snapshot, oracle, filters, place):
    rows = sessions.page(filters, snapshot, **place)

    assert oracle.page(filters, **place) == rows["session_id"].to_list()
    assert len(oracle.filtered(filters)) == sessions.count(filters, snapshot)


@given(filters=world.filters())
def test_the_cards_are_what_semantics_says(snapshot, oracle, filters):
    cards = metrics.cards(filters, snapshot)

    for name in ("total", "active", "recent"):
        card = getattr(cards, name)
        value, unfiltered, before = getattr(oracle_cards, name)(oracle, filters)
        assert (value, unfiltered, before) == (card.value, card.unfiltered, card.before), name
        assert ((value - before) / before if before else None) == card.change
    top = cards.top_channel
    channel, value, unfiltered, share, before = oracle_cards.top_channel(oracle, filters)
    assert (channel, value, unfiltered) == (top.channel, top.value, top.unfiltered)
    assert (share, before) == (top.share, top.before)
    assert top.change == (None if before is None else share - before)
    if cards.active.link is not None:
        assert oracle_cards.open_series(oracle, filters) == cards.active.series


@given(filters=world.filters())
def test_every_card_is_the_sum_of_its_sparkline_and_the_length_of_its_list(snapshot, filters):
    cards = metrics.cards(filters, snapshot)

    for card in (cards.total, cards.active, cards.recent, cards.top_channel):
        if card.series and card is not cards.active:
            assert card.value == sum(card.series)
        if card.link is not None:
            assert card.value == sessions.count(card.link, snapshot)
    assert cards.total.value == sessions.count(filters, snapshot)


@given(filters=world.filters())
def test_every_option_counts_what_the_other_filters_leave(snapshot, oracle, filters):
    counts = facets.counts(filters, snapshot)

    assert len(oracle.filtered(filters)) == facets.total(filters, snapshot)

    assert set(facets.FIELDS) == set(counts)
    for field, found in counts.items():
        column = "agent_id" if field == "agent" else field
        assert Counter(row[column] for row in oracle.filtered(filters, field)) == found, field


@given(scope=st.sampled_from([None, frozenset({"a1", "a2"}), frozenset()]))
def test_agents_have_their_newest_names(snapshot, oracle, scope):
    filters = Filters().within(Scope(scope))
    names = agent_names(snapshot, filters.scope)

    rows = oracle.scoped(filters)
    assert {row["agent_id"] for row in rows} == set(names)
    for agent_id, name in names.items():
        named = [row for row in rows if row["agent_id"] == agent_id]
        newest = max((row["started_at"] for row in named if row["started_at"]), default=None)
        assert name == min(row["agent_name"] for row in named if row["started_at"] == newest)


@given(filters=world.filters())
def test_metrics_count_the_filtered_sessions(snapshot, oracle, filters):
    rows = oracle.filtered(filters)
    summary = metrics.summary(filters, snapshot)

    assert len(rows) == summary["sessions"]
    for status in ("active", "completed", "failed", "cancelled"):
        assert sum(row["status"] == status for row in rows) == summary[status]
    if rows:
        failed = sum(row["status"] == "failed" for row in rows)
        assert failed / len(rows) == pytest.approx(summary["failure_rate"])
        handoffs = sum("handoff" in row["event_kinds"] for row in rows)
        assert handoffs / len(rows) == pytest.approx(summary["handoff_rate"])


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_group_of_a_dimension_is_what_its_filter_finds(snapshot, dimension):
    rows = metrics.by(dimension, Filters(), snapshot)

    assert sessions.count(Filters(), snapshot) == rows["sessions"].sum()
    for value, total in zip(rows[dimension], rows["sessions"], strict=True):
        if value is not None:
            found = Filters.model_validate({dimension: [value]})
            assert total == sessions.count(found, snapshot)


@pytest.mark.parametrize("zone", world.ZONES)
def test_weekdays_and_hours_are_those_of_the_zone(snapshot, oracle, zone):
    filters = Filters(tz=zone)
    local = [oracle.local(row, filters) for row in oracle.rows if row["started_at"]]
    for dimension, of in (("weekday", datetime.isoweekday), ("hour", lambda moment: moment.hour)):
        rows = metrics.by(dimension, filters, snapshot).drop_nulls(dimension)
        assert Counter(map(of, local)) == dict(zip(rows[dimension], rows["sessions"], strict=True))


def test_a_page_beyond_the_end_is_empty(snapshot):
    for number in (10, 100_000, 10**30):
        assert sessions.page(Filters(), snapshot, number=number).is_empty()


@given(filters=world.filters(), place=PLACES)
def test_a_page_is_the_same_to_who_knows_how_many_there_are(snapshot, filters, place):
    total = sessions.count(filters, snapshot)

    known = sessions.page(filters, snapshot, **place, total=total)
    assert known.equals(sessions.page(filters, snapshot, **place))


def test_no_row_is_looked_for_where_there_is_none(snapshot, monkeypatch):
    asked = []
    ask = engine.Engine.ask
    monkeypatch.setattr(
        engine.Engine, "ask", lambda self, *given: asked.append(given[-1]) or ask(self, *given)
    )
    nothing = sessions.page(Filters(q="none has it"), snapshot, total=0)

    assert nothing.is_empty()
    assert [given["limit"] for given in asked] == [0]


def test_pages_follow_one_another_without_gap_or_repeat(snapshot, oracle):
    for sort in SORTS:
        seen = []
        for number in range(1, 10):
            rows = sessions.page(Filters(), snapshot, number=number, sort=sort)
            seen += rows["session_id"].to_list()
        assert oracle.page(Filters(), sort, 1, len(oracle.rows)) == seen
