"""Shares, the week of hours and explanations with literal answers."""

import polars as pl
import pytest

from components import heatmap, panels, shares, trend
from errors import QuestionTimeoutError
from queries.charts import OverTime, Week
from queries.comparison import Compared
from queries.explain import Explanation
from queries.periods import Period
from tests.components.scenes import DAY, FIRST, TICK, ZONE, handed, scene, series


@pytest.fixture
def share(monkeypatch):
    def run(now, before=None, query=None):
        chart = OverTime(now, before, {}, pytest.fail)
        return handed(monkeypatch, shares, "_shares", shares.show, scene(query), chart)["rows"]

    return run


def channels(**sessions):
    columns = {"sessions": [[count] for count in sessions.values()]}
    return series(columns, tuple(sessions), undated={"web": 10})


def test_shares_are_sorted_add_up_and_hold_what_has_no_start(share):
    rows = share(channels(web=10, phone=50, sip=30))

    assert ["Phone", "SIP", "Web"] == [row["label"] for row in rows]
    assert 1 == pytest.approx(sum(row["share"] for row in rows))
    assert {"Web": 20, "Phone": 50, "SIP": 30} == {row["label"]: row["value"] for row in rows}


def test_a_channel_that_was_and_is_no_more_is_shown(share):
    rows = share(channels(web=10), channels(web=10, sip=20))

    assert [("Web", 0.5), ("SIP", 0.5)] == [(row["label"], row["before"]) for row in rows]
    assert rows[1]["show"] is None  # there is nothing to show


def test_a_share_leads_to_its_sessions_and_keeps_other_filters(share):
    (row,) = share(channels(web=10), query={"status": ["failed"]})

    assert row["only"] == {"channel": ["web"]}
    assert row["show"]["count"] == 20
    assert row["show"]["change"]["status"] == ["failed"]


def test_without_a_period_before_there_is_nothing_to_compare(share):
    assert [None] == [row["before"] for row in share(channels(web=3))]


def week(**sessions):
    return pl.DataFrame(
        [
            {"weekday": day, "hour": hour, "sessions": sessions.get(f"d{day}h{hour}", 0)}
            for day in range(1, 8)
            for hour in range(24)
        ]
    )


def test_the_week_is_seven_rows_of_hours_monday_first(monkeypatch):
    answer = Week(week(d1h0=4, d7h23=9), None, None)
    data = handed(monkeypatch, heatmap, "_heatmap", heatmap.show, scene(), answer)

    assert [24] * 7 == [len(row) for row in data["values"]]
    assert (data["values"][0][0], data["values"][6][23]) == (4, 9)
    assert data["before"] is None
    assert ZONE in data["sub"]


def explanation(**changed):
    usual = {
        "name": "failure_rate", "label": "Failure rate", "definition": "Failed / all.",
        "sql": "select 1", "parameters": (("since", "2026-11-15T00:00:00Z"),),
        "period": Period(FIRST, FIRST + 2 * DAY), "zone": ZONE, "as_of": TICK, "n": 200,
        "link": scene({"status": ["failed"]}).filters, "value": 0.125, "low": 0.1, "high": 0.2,
    }  # fmt: skip
    return Explanation(**{**usual, **changed})


@pytest.fixture
def explain(monkeypatch):
    def run(answer):
        compared = Compared(1, 1, None, None, None, None, None, is_uncertain=False, is_noise=False)
        chart = OverTime(
            series({"sessions": [[1]]}, ("web",)), None, {"sessions": compared}, answer
        )
        return handed(
            monkeypatch, trend, "draw", trend.volume, scene(), chart, names={}, is_asked=True
        )

    return run


def test_an_explanation_of_a_rate_leads_to_what_it_counts(explain):
    found = explain(lambda _: explanation())["explained"]

    assert (25, 200) == (found["count"], found["n"])
    assert found["show"]["status"] == ["failed"]
    assert found["period"] == "20 to 21 Nov 2026"
    assert found["parameters"] == [["since", "2026-11-15T00:00:00Z"]]
    assert found["reason"] is None
    told = explain(lambda _: explanation(reason="Answered from a cube."))["explained"]
    assert told["reason"] == "Answered from a cube."


def test_an_explanation_of_a_chart_leads_to_all_of_it(explain):
    chart = explanation(name="series", value=None, low=None, high=None, period=None)
    found = explain(lambda _: chart)["explained"]

    assert (200, 200, None) == (found["count"], found["n"], found["unit"])
    assert found["period"] == "All time"


def test_an_explanation_that_fails_leaves_the_chart(explain):
    def fail(_):
        raise QuestionTimeoutError(20)

    data = explain(fail)

    assert data["explained"] == {"is_missing": True}
    assert data["series"]


def test_nothing_is_explained_unasked(monkeypatch):
    chart = OverTime(channels(web=1), None, {}, pytest.fail)

    assert handed(monkeypatch, shares, "_shares", shares.show, scene(), chart)["explained"] is None


def test_values_are_rounded_as_far_as_they_are_read():
    rate, duration = (panels.METRICS[name] for name in ("failure_rate", "duration_median"))

    assert [0.33333, None] == panels.rounded([1 / 3, None], rate)
    assert [1234] == panels.rounded([1234.4], duration)
