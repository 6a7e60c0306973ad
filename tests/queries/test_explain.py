"""What an explanation shows is what is run, and what it counts is what its link finds."""

import re

import pytest

from queries import (
    comparison,
    concurrency,
    explain,
    finding,
    intervals,
    returning,
    sessions,
    stacks,
    trends,
)
from queries.catalog import DIMENSIONS, METRICS
from queries.engine import Engine
from queries.filters import Filters, Scope
from queries.intervals import Interval
from queries.periods import BEGINNING, Period
from queries.stacks import STACKS
from queries.where import FOUND, HOLDS, OTHERS
from tests.queries import world

WEEK = Filters(range="7d", channel=("web", "sip"), tz="Asia/Kolkata")
UNDER = [Filters(), WEEK, Filters(q="pro", status=("failed",), scope=Scope(frozenset({"a1"})))]


def plain(text):
    """Return a text as it is asked where the index tells nothing: so it is explained.

    What the index has found is of other columns than the text that was looked for.
    """
    told = text.replace(FOUND, HOLDS).replace(OTHERS, HOLDS)
    return re.sub(r"^(    select\n)[a-z_,\n ]+(?=\n    from)", r"\1*", told, flags=re.MULTILINE)


@pytest.fixture
def asked(monkeypatch):
    """The texts that DuckDB is given, as `plain` has them."""
    texts = []
    ask = Engine._ask

    def listening(self, text, bound, publication):
        texts.append(plain(text))
        return ask(self, text, bound, publication)

    monkeypatch.setattr(Engine, "_ask", listening)
    return texts


@pytest.mark.parametrize("filters", UNDER, ids=["none", "week", "search"])
@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_a_metric_is_explained_by_what_is_run(snapshot, asked, metric, filters):
    explained = explain.explain_metric(metric.name, filters, snapshot)
    (number,) = comparison.compared([metric.name], filters, snapshot).values()

    assert plain(explained.sql) in asked
    assert (metric.name, metric.label, metric.definition) == (
        explained.name, explained.label, explained.definition,
    )  # fmt: skip
    assert (number.value, number.n) == (explained.value, explained.n)
    assert (number.low, number.high) == (explained.low, explained.high)
    assert snapshot.tick == explained.as_of
    hits = round(explained.value * explained.n) if metric.hits and explained.n else explained.n
    found = 0 if explained.link is None else sessions.count(explained.link, snapshot)
    assert hits == found


@pytest.mark.parametrize("filters", UNDER, ids=["none", "week", "search"])
def test_what_is_open_at_once_is_explained_by_all_that_is_run(snapshot, asked, filters):
    found = concurrency.concurrency(filters, snapshot)
    told = explain.explain_at_once(found.grid, filters, snapshot)

    assert set(plain(told.sql).split(explain.BETWEEN)) <= set(asked)
    assert told.reason.startswith("Answered from the ")
    named = {name for text in asked for name in re.findall(r"[$]([a-z_0-9]+)", text)}
    assert {name for name, _ in told.parameters} <= named


@pytest.mark.parametrize("by", [None, *STACKS])
@pytest.mark.parametrize("filters", UNDER, ids=["none", "week", "search"])
def test_a_chart_is_explained_by_what_is_run(snapshot, asked, by, filters):
    interval = intervals.chosen(filters, snapshot)
    trends.series(["failure_rate"], filters, snapshot, interval=interval, by=by)
    trends.open_during(filters, snapshot, interval=interval, by=by)
    trends.heatmap(filters, snapshot)
    trends.distribution(by or "channel", filters, snapshot)
    returning.repeat_contact(filters, snapshot)
    given = {"interval": interval, "by": by}
    charts = [
        explain.explain_series(["failure_rate"], filters, snapshot, **given),
        explain.explain_open(filters, snapshot, **given),
        explain.explain_heatmap(filters, snapshot),
        explain.explain_distribution(by or "channel", filters, snapshot),
        explain.explain_repeat(filters, snapshot),
    ]

    for chart in charts:
        assert plain(chart.sql) in asked
        assert sessions.count(filters, snapshot) == chart.n
        assert filters == chart.link
        assert chart.definition.endswith(".")
        assert chart.label
    if by:
        assert DIMENSIONS[by].label.lower() in charts[0].label


def test_values_stand_apart_from_the_text(snapshot):
    filters = Filters(q="Straße '; --", agent=("a'3; drop table sessions --",))
    explained = explain.explain_metric("sessions", filters, snapshot)

    assert "Straße" not in explained.sql
    assert "drop" not in explained.sql
    assert {("q", "Straße '; --"), ("agent", "a'3; drop table sessions --")} == {
        *explained.parameters
    }


def test_the_text_reads_line_by_line(snapshot):
    explained = explain.explain_metric("failure_rate", WEEK, snapshot)

    assert max(len(line) for line in explained.sql.splitlines()) <= 100
    assert (
        "\n    where (started_at >= $since)\n        and (channel in $channel)\n" in explained.sql
    )


def test_a_long_list_is_shown_by_its_ends(snapshot):
    month = Filters(range="30d")
    explained = explain.explain_series(["sessions"], month, snapshot, interval=Interval.HOUR)
    edges = dict(explained.parameters)["edges"]

    assert edges.endswith("2026-11-02T12:00:00Z (721 values)")
    assert edges.startswith("2026-10-03T12:00:00Z, 2026-10-03T13:00:00Z, …, ")


def test_period_and_zone_are_those_of_the_filters(snapshot):
    explained = explain.explain_metric("sessions", WEEK, snapshot)
    after = world.TICK - 7 * intervals.DAY
    assert (Period(after, world.TICK), "Asia/Kolkata") == (explained.period, explained.zone)

    explained = explain.explain_metric("sessions", Filters(), snapshot)
    assert (None, "Europe/Berlin") == (explained.period, explained.zone)

    explained = explain.explain_metric("sessions", Filters(started_before=after), snapshot)
    assert Period(BEGINNING, after) == explained.period


def test_what_agents_are_others_is_no_secret_sign(snapshot, monkeypatch):
    monkeypatch.setattr(stacks, "TOP", 2)
    given = {"interval": Interval.DAY, "by": "agent"}
    explained = explain.explain_series(["sessions"], WEEK, snapshot, **given)

    assert all("\0" not in value for _, value in explained.parameters)


def test_an_explanation_says_what_answers_and_why(snapshot):
    told = explain.explain_heatmap(WEEK, snapshot).reason
    searched = explain.explain_heatmap(Filters(q="pro"), snapshot).reason
    scoped = explain.explain_heatmap(Filters(scope=UNDER[2].scope), snapshot).reason
    rate = explain.explain_metric("failure_rate", Filters(), snapshot).reason
    back = explain.explain_repeat(WEEK, snapshot).reason
    of_user = explain.explain_repeat(Filters(user=("u1",)), snapshot).reason

    if snapshot.publication.cubes is None:
        assert {told, searched, scoped, rate, back, of_user} == {
            "Answered from the sessions: no cube is made of them."
        }
    else:
        assert told == "Answered from the sessions: the question cuts too many cells of a cube."
        assert searched == f"Answered from the sessions: no cube has search. {finding.REASON}"
        assert scoped == "Answered from the sessions: the viewer sees only some agents."
        assert rate.startswith("Answered from the cube day")
        assert back.startswith("Answered from the cube of contacts, day")
        assert back.endswith("edges from the sessions.")
        assert of_user == "Answered from the sessions: no cube has user_id."
