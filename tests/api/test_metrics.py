"""Numbers by the API are those of the page, and each leads to its sessions."""

from datetime import datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.application import PREFIX
from api.shapes_metrics import MetricsAnswer
from queries import comparison, engine, honest, metrics, periods, trends
from queries.catalog import DIMENSIONS, METRICS
from queries.filters import Filters, Scope
from queries.intervals import Interval
from queries.stacks import STACKS
from tests import oracle_cards
from tests.api.test_sessions import asked
from tests.conftest import RANDOM
from tests.queries import world as rows_of

pytestmark = pytest.mark.soak

PAGE_IS_API = settings(max_examples=RANDOM)


def measured(client, filters=None, **options):
    query = asked(filters or Filters(), **options)
    response = client.get(f"/sessions/metrics?{query}")
    assert response.status_code == 200, response.text
    MetricsAnswer.model_validate_json(response.content)
    return response.json()


def behind(client, links):
    """Return how many sessions a link leads to."""
    address = urlsplit(links["sessions"])
    assert address.path == f"{PREFIX}/sessions"
    response = client.get(f"/sessions?{address.query}&limit=1&fields=status")
    assert response.status_code == 200, response.text
    return response.json()["meta"]["total_items"]


def snapshot():
    return engine.snapshot()


@PAGE_IS_API
@given(filters=rows_of.filters())
def test_cards_are_those_of_the_page(client, world, oracle, filters):
    filters = filters.within(Scope())
    told = measured(client, filters, include="sparklines")["data"]["cards"]
    with snapshot() as held:
        page = metrics.cards(filters, held)

    for name, card in told.items():
        own = getattr(page, name)
        for field in ("value", "unfiltered", "before", "change", "channel", "share"):
            assert getattr(own, field) == card[field], (name, field)
        assert list(own.series) == card["series"]
        if card["links"]["sessions"] is not None:
            assert behind(client, card["links"]) == card["value"]
    assert len(oracle.filtered(filters)) == told["total"]["value"]
    assert oracle_cards.active(oracle, filters)[0] == told["active"]["value"]


def test_the_lines_of_cards_come_where_they_are_asked_for(client, world):
    plain = measured(client)["data"]["cards"]
    lined = measured(client, include="sparklines")["data"]["cards"]

    assert all(card["series"] == [] for card in plain.values())
    assert len(lined["recent"]["series"]) == 24
    assert [{**card, "series": []} for card in lined.values()] == list(plain.values())


@given(filters=rows_of.filters())
def test_every_number_says_what_it_counts_and_leads_there(client, world, filters):
    filters = filters.within(Scope())
    answer = measured(client, filters, compare="previous")
    with snapshot() as held:
        own = comparison.compared(tuple(METRICS), filters, held)

    assert list(METRICS) == list(answer["data"]["metrics"])
    for name, told in answer["data"]["metrics"].items():
        metric = METRICS[name]
        words = (metric.label, metric.definition, metric.unit, metric.good_direction, metric.sql)
        assert words == tuple(told[key] for key in ("label", "definition", "unit",
                                                    "good_direction", "sql"))  # fmt: skip
        number = {key: value for key, value in vars(own[name]).items() if "near" not in key}
        assert number.items() <= told.items()
        assert metric.sql in answer["meta"]["sql"]
        if metric.is_count and told["links"]["sessions"] is not None:
            assert behind(client, told["links"]) == told["value"]


def test_what_is_bound_is_told_beside_the_statement(client, world):
    filters = Filters.model_validate({"range": "7d", "channel": ["web"], "q": "x"})
    meta = measured(client, filters)["meta"]

    assert "$since" in meta["sql"]
    assert "web" not in meta["sql"]
    assert meta["parameters"]["channel"] == ["web"]
    assert meta["parameters"]["since"] == "2026-10-26T12:00:00.000Z"
    assert meta["period"] == {"after": "2026-10-26T12:00:00.000Z",
                              "before": "2026-11-02T12:00:00.000Z"}  # fmt: skip
    assert (meta["zone"], meta["as_of"]) == ("Europe/Berlin", "2026-11-02T12:00:00.000Z")


@settings(max_examples=20)
@given(filters=rows_of.filters(), by=st.sampled_from(sorted(DIMENSIONS)))
def test_groups_are_the_parts_of_the_whole(client, world, filters, by):
    filters = filters.within(Scope())
    answer = measured(client, filters, group_by=by, compare="previous")["data"]
    groups, whole = answer["groups"], answer["metrics"]
    with snapshot() as held:
        rows = metrics.by(by, filters, held)

    assert rows[by].to_list() == [group["group"] for group in groups]
    for metric in METRICS.values():
        assert rows[metric.name].to_list() == [group["metrics"][metric.name] for group in groups]
        if metric.is_count:
            total = sum(group["metrics"][metric.name] for group in groups)
            assert whole[metric.name]["value"] == total
    for group in groups:
        if group["links"]["sessions"] is not None:
            assert behind(client, group["links"]) == group["metrics"]["sessions"]


@PAGE_IS_API
@given(
    filters=rows_of.filters(), interval=st.sampled_from(Interval),
    by=st.sampled_from([None, *STACKS]),
)  # fmt: skip
def test_buckets_are_the_chart_of_the_page(client, world, filters, interval, by):
    filters = filters.within(Scope()).without("range").model_copy(update={"range": "30d"})
    options = {"interval": interval, "metric": "sessions,failure_rate"}
    options |= {} if by is None else {"group_by": by}
    answer = measured(client, filters, **options)["data"]
    with snapshot() as held:
        chart = trends.series(["sessions", "failure_rate"], filters, held, interval=interval, by=by)

    series = answer["series"]
    assert chart.interval == series["interval"]
    told = [(row["starts_at"], row["metrics"]["sessions"], row["metrics"]["failure_rate"],
             row["n"]["failure_rate"]) for row in series["buckets"]]  # fmt: skip
    own = chart.frame.select("starts_at", "sessions", "failure_rate", "failure_rate_n").rows()
    assert [(f"{row[0]:%FT%T}.000Z", *row[1:]) for row in own] == told
    total = sum(row["metrics"]["sessions"] for row in [*series["buckets"], *series["undated"]])
    assert answer["metrics"]["sessions"]["value"] == total
    for row in series["buckets"][:: max(1, len(series["buckets"]) // 4)]:
        if row["links"]["sessions"] is not None:
            assert behind(client, row["links"]) == row["metrics"]["sessions"]


@pytest.mark.parametrize("range_", ["24h", "7d", "30d"])
def test_the_period_before_has_the_buckets_of_the_present_one(client, world, range_):
    filters = Filters.model_validate({"range": range_})
    answer = measured(client, filters, interval="auto", compare="previous")
    series, meta = answer["data"]["series"], answer["meta"]
    with snapshot() as held:
        earlier = periods.previous(filters, held.tick, held.zone)

    assert [row["starts_at"] for row in series["buckets"]] == [
        row["starts_at"] for row in series["before"]
    ]
    before = sum(row["metrics"]["sessions"] for row in series["before"])
    assert before == answer["data"]["metrics"]["sessions"]["before"]
    assert earlier.after == datetime.fromisoformat(meta["before"]["after"])
    for row in series["before"][:: max(1, len(series["before"]) // 4)]:
        assert behind(client, row["links"]) == row["metrics"]["sessions"]


def test_without_comparison_nothing_is_said_of_before(client, world):
    answer = measured(client, Filters.model_validate({"range": "7d"}), group_by="channel",
                      interval="day")["data"]  # fmt: skip

    assert {metric["before"] for metric in answer["metrics"].values()} == {None}
    assert {group["before"] for group in answer["groups"]} == {None}
    assert answer["series"]["before"] is None


def test_metrics_are_the_chosen_ones(client, world):
    answer = measured(client, metric="failed,failure_rate", interval="week", group_by="type")
    buckets = answer["data"]["series"]["buckets"]

    assert ["failed", "failure_rate"] == list(answer["data"]["metrics"])
    assert {frozenset(row["metrics"]) for row in buckets} == {frozenset(["failed", "failure_rate"])}


def test_a_rate_comes_with_its_interval(client, world):
    told = measured(client)["data"]["metrics"]["failure_rate"]
    low, high = honest.wilson(round(told["value"] * told["n"]), told["n"])

    assert (low, high) == pytest.approx((told["low"], told["high"]))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("metric=happiness", "metric"), ("interval=year", "interval"), ("group_by=x", "group_by"),
        ("compare=next", "compare"), ("metrics=failed", "did you mean 'metric'"),
        ("interval=day&group_by=hour", "hour"), ("include=all", "include"), ("page=1", "page"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(client, world, query, words):
    response = client.get(f"/sessions/metrics?{query}")

    assert response.status_code == 422
    assert words in response.json()["detail"]


def test_a_number_may_be_kept_for_as_long_as_the_clock_stands(client, world):
    response = client.get("/sessions/metrics")

    assert response.headers["cache-control"] == "private, max-age=10"


def test_buckets_say_whether_their_percentiles_are_near(client, world):
    """Numbers beside them are exact, and so are buckets of few sessions."""
    names = "duration_p90,first_response_median,sessions"
    near = measured(client, metric=names, interval="day", compare="previous", range="30d")["data"]
    counts = measured(client, metric="sessions", interval="day", range="30d")["data"]
    scoped = measured(client, Filters(q="pro"), metric=names, interval="day")["data"]
    with snapshot() as held:
        month = Filters(range="30d")
        exact = metrics.summary(month, held)
        series = trends.series(names.split(","), month, held, interval=Interval.DAY)

    assert near["series"]["approximate"]
    assert not counts["series"]["approximate"]
    assert not scoped["series"]["approximate"]
    assert exact["duration_p90"] == near["metrics"]["duration_p90"]["value"]
    told = [bucket["metrics"]["duration_p90"] for bucket in near["series"]["buckets"]]
    assert series.frame["duration_p90"].to_list() == told
