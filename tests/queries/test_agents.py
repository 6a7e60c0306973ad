"""The table of agents and one agent, against an oracle."""

from dataclasses import replace
from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import FilterError
from queries import agents, engine, sessions
from queries.agents import RATES, SORTS
from queries.filters import Filters, Scope
from queries.honest import wilson
from queries.marks import MARKS
from queries.names import agent_names
from tests import oracle_lines
from tests.oracle_trends import is_within_half_a_bin
from tests.queries import world
from tests.queries.conftest import Shelf

pytestmark = pytest.mark.soak

PERCENTILES = {"duration_median": 50, "duration_p95": 95}
COUNTED = {
    "failure_rate": lambda row: row["status"] == "failed",
    "cancel_rate": lambda row: row["status"] == "cancelled",
    "handoff_rate": lambda row: "handoff" in row["event_kinds"],
}


def durations(rows):
    return [
        r["duration_ms"] for r in rows if r["status"] != "active" and r["duration_ms"] is not None
    ]


def quantile(values, hundredth):
    """Return a quantile by linear interpolation."""
    if len(values) < 2:
        return values[0] if values else None
    return quantiles(values, n=100, method="inclusive")[hundredth - 1]


def same(expected, found):
    return found is None if expected is None else expected == pytest.approx(found)


def is_told(exact, found, is_near):
    """Return whether a percentile is what it says to be."""
    if exact is None or found is None:
        return exact is found
    return is_within_half_a_bin(exact, found) if is_near else same(exact, found)


@given(filters=world.filters())
def test_each_row_is_what_its_sessions_say(snapshot, oracle, filters):
    expected, everybody = oracle_lines.agents(oracle, filters)
    found = {row["agent_id"]: row for row in agents.table(filters, snapshot).to_dicts()}

    assert expected.keys() == found.keys()
    for agent, (rows, _) in expected.items():
        row = found[agent]
        assert len(rows) == row["sessions"]
        assert (len(rows) < 30) == row["is_uncertain"]
        assert same(len(rows) / len(everybody), row["share"])
        for name, counts in COUNTED.items():
            hits = sum(map(counts, rows))
            assert (hits, len(rows)) == (row[f"{name}_hits"], row[f"{name}_n"]), name
            assert same(hits / len(rows), row[name])
        bounds = wilson(row["failure_rate_hits"], len(rows))
        assert bounds == pytest.approx((row["failure_rate_low"], row["failure_rate_high"]))
        assert is_told(quantile(durations(rows), 50), row["duration_median"], row["is_near"])
        assert is_told(quantile(durations(rows), 95), row["duration_p95"], row["is_near"])
        assert same(sum(r["message_count"] for r in rows) / len(rows), row["messages_per_session"])


@given(filters=world.filters())
def test_each_line_counts_the_slices_of_the_range_and_of_the_period_before(
    snapshot, oracle, filters
):
    expected, _ = oracle_lines.agents(oracle, filters)
    for row in agents.table(filters, snapshot).to_dicts():
        rows, earlier = expected[row["agent_id"]]
        undated = sum(each["started_at"] is None for each in rows)

        assert oracle_lines.line(oracle, filters, rows, "agent") == (
            row["line"] or [0] * oracle_lines.SLICES
        )
        assert len(rows) == sum(row["line"] or []) + undated
        if earlier is None:
            assert (None, None, None) == (row["line_before"], row["change"], row["is_noise"])
        else:
            assert oracle_lines.line_before(oracle, filters, earlier) == row["line_before"]
            assert len(earlier) == row["before"]
            change = (len(rows) - len(earlier)) / len(earlier) if earlier else None
            assert same(change, row["change"])


@given(filters=world.filters())
def test_all_agents_together_are_the_sessions_without_the_agents_chosen(snapshot, oracle, filters):
    rows = oracle.filtered(filters, "agent")
    numbers = agents.overall(filters, snapshot)

    assert len(rows) == numbers["sessions"].value
    for name, counts in COUNTED.items():
        assert same(sum(map(counts, rows)) / len(rows) if rows else None, numbers[name].value)
    for name, hundredth in PERCENTILES.items():
        exact, number = quantile(durations(rows), hundredth), numbers[name]
        assert is_told(exact, number.value, number.is_near)


@given(filters=world.filters(), agent=st.sampled_from([*world.AGENTS, "nobody"]))
def test_one_agent_stands_against_all_others(snapshot, oracle, filters, agent):
    rows = oracle.filtered(filters, "agent")
    own = [row for row in rows if row["agent_id"] == agent]
    others = [row for row in rows if row["agent_id"] != agent]
    found = agents.agent(agent, filters, snapshot)

    assert (len(own), len(others)) == (found.numbers["sessions"].value, found.others["sessions"])
    assert len(own) == sum(found.line) + sum(row["started_at"] is None for row in own)
    for name, counts in COUNTED.items():
        assert same(sum(map(counts, own)) / len(own) if own else None, found.numbers[name].value)
        assert same(sum(map(counts, others)) / len(others) if others else None, found.others[name])
        assert sum(map(counts, others)) == found.others[f"{name}_hits"]
    for name, hundredth in PERCENTILES.items():
        number, beside = found.numbers[name], found.others[name]
        assert is_told(quantile(durations(own), hundredth), number.value, number.is_near)
        assert is_told(quantile(durations(others), hundredth), beside, name in found.near)
        assert len(durations(others)) == found.others[f"{name}_n"]


@pytest.mark.parametrize("least", [1, 10_000])
def test_durations_are_of_a_histogram_where_the_range_has_very_many(
    publications, world_settings, least
):
    index = publications["index"]
    engine.start(Shelf(replace(index, cubes=replace(index.cubes, least=least))), world_settings)
    with engine.snapshot() as snapshot:
        table = agents.table(Filters(), snapshot)
        one = agents.agent("a1", Filters(), snapshot)
        told = [*table["is_near"], agents.overall(Filters(), snapshot)["duration_p95"].is_near]
        told += [one.numbers["duration_p95"].is_near, one.near == set(PERCENTILES)]
    engine.stop()
    assert {least == 1} == set(told)


@pytest.mark.parametrize("sort", SORTS)
def test_every_sort_has_every_agent_and_what_is_unknown_last(snapshot, sort):
    filters = Filters(range="30d")
    rows = agents.table(filters, snapshot, sort=sort)
    name = sort.removeprefix("-")
    column = {"agent": "agent_name"}.get(name, name)
    values = rows[column].to_list()
    if name in RATES:
        uncertain = rows["is_uncertain"].to_list()
        values = [
            None if hidden else value for value, hidden in zip(values, uncertain, strict=True)
        ]
    if name == "agent":
        values = [value.lower() for value in values]
    known = [value for value in values if value is not None]

    assert agents.table(filters, snapshot)["agent_id"].sort().equals(rows["agent_id"].sort())
    assert sorted(known, reverse=sort.startswith("-")) == values[: len(known)]


def test_a_sort_that_there_is_not_is_told(snapshot):
    with pytest.raises(FilterError):
        agents.table(Filters(), snapshot, sort="colour")


def test_names_are_those_of_the_filter_bar_and_others_are_not_told(snapshot):
    scope = Scope(frozenset({"a1", "Ω"}))
    rows = agents.table(Filters(scope=scope), snapshot)

    assert agent_names(snapshot, scope) == dict(rows.select("agent_id", "agent_name").iter_rows())
    assert agents.agent("a2", Filters(scope=scope), snapshot).numbers["sessions"].value == 0


@pytest.mark.parametrize("name", [name for name in MARKS if name.startswith("agent")])
@given(filters=world.filters())
def test_a_mark_leads_to_as_many_sessions_as_it_shows(snapshot, filters, name):
    mark = MARKS[name]
    for row in mark.rows(filters, snapshot):
        link = mark.link(row, filters, snapshot)
        count = 0 if link is None else sessions.count(link, snapshot)
        assert row["sessions"] == count
