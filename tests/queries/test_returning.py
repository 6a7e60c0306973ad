"""Repeat contact: the sessions that the filter `returned` finds, by agent."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries import honest, returning, sessions
from queries.filters import Filters, Scope
from queries.names import agent_names
from tests import oracle_more
from tests.conftest import IS_SOAK, RANDOM
from tests.queries import world
from tests.queries.strategies import ranged

pytestmark = pytest.mark.soak

EXAMPLES = settings(max_examples=RANDOM)


@EXAMPLES
@given(filters=world.filters() | ranged())
def test_every_agent_has_the_numbers_of_plain_python(snapshot, oracle, filters):
    rows = returning.repeat_contact(filters, snapshot)
    expected = oracle_more.returned(oracle, filters)

    shown = rows.select("agent", "ended", "back_24h", "back_7d").rows()
    assert expected == {agent: numbers for agent, *numbers in shown if agent is not None}
    every = [sum(numbers) for numbers in zip(*expected.values(), strict=True)] or [0, 0, 0]
    assert (None, *every) == shown[0]
    assert sorted(rows["ended"], reverse=True) == rows["ended"].to_list()


@settings(max_examples=60 if IS_SOAK else 15)
@given(filters=world.filters() | ranged())
def test_every_number_leads_to_its_sessions(snapshot, filters):
    for row in returning.repeat_contact(filters, snapshot).to_dicts():
        for within in ("24h", "7d"):
            link = returning.link(row["agent"], within, filters)
            assert row[f"back_{within}"] == sessions.count(link, snapshot)


def test_rates_come_with_their_intervals(snapshot):
    rows = returning.repeat_contact(Filters(), snapshot)

    names = agent_names(snapshot, Scope())
    assert [returning.EVERY, *map(names.get, rows["agent"][1:])] == rows["label"].to_list()
    for row in rows.to_dicts():
        assert honest.is_uncertain(row["ended"]) == row["is_uncertain"]
        for within in ("24h", "7d"):
            hits, n = row[f"back_{within}"], row["ended"]
            shown = [row[f"{name}_{within}"] for name in ("rate", "low", "high")]
            assert shown == pytest.approx([hits / n, *honest.wilson(hits, n)])


def test_of_no_sessions_there_is_no_rate(snapshot):
    (row,) = returning.repeat_contact(Filters(user=("nobody",)), snapshot).to_dicts()

    assert (0, 0, None, None, None) == tuple(
        row[name] for name in ("ended", "back_7d", "rate_7d", "low_7d", "high_7d")
    )


@given(scope=st.sampled_from([frozenset({"a1"}), frozenset({"a1", "Ω"}), frozenset()]))
def test_only_what_the_viewer_may_see_counts_as_back(snapshot, oracle, scope):
    filters = Filters(range="30d").within(Scope(scope))
    shown = returning.repeat_contact(filters, snapshot).drop_nulls("agent")

    expected = oracle_more.returned(oracle, filters)
    found = {agent: numbers for agent, *numbers in shown.select("agent", "ended", "back_24h",
                                                               "back_7d").rows()}  # fmt: skip
    assert expected == found
