"""What changed, open at once and repeat contact with literal answers: what is handed on."""

from datetime import timedelta

import polars as pl
import pytest

from components import at_once, changed, repeat, trend
from queries import links
from queries.catalog import METRICS
from queries.changes import SHAPE, Changes
from queries.charts import AtOnce, Changed, Repeat
from queries.comparison import Compared
from queries.concurrency import Concurrency
from queries.contributions import Whole
from queries.periods import Period
from queries.stacks import OTHER
from tests.components.scenes import DAY, FIRST, handed, scene

HOSTILE = "<img src=x onerror=alert(1)>"
COMPARED = Compared(
    0.3, 90, 0.2, 0.4, 0.1, 90, 0.2, is_uncertain=False, is_noise=False
)  # fmt: skip
WHOLE = Whole(90, 90, 27, 9, is_rate=True)


def part(dimension, value, contribution, *, key="", label=None, n_now=30, hits_now=20):
    return {
        "dimension": dimension, "key": key, "value": value, "label": label or value,
        "now": 0.3, "before": 0.1, "n_now": n_now, "n_before": 30, "hits_now": hits_now,
        "hits_before": 3, "contribution": contribution, "rate_effect": contribution,
        "mix_effect": 0.0, "is_noise": False,
    }  # fmt: skip


@pytest.fixture
def change(monkeypatch):
    """Show what changed of the failure rate."""

    def run(*parts, whole=WHOLE, query=None, **lens):
        period = None if whole is None else Period(FIRST, FIRST + DAY)
        found = Changes(
            METRICS["failure_rate"], whole, period, period, pl.DataFrame(list(parts), SHAPE)
        )
        chart = Changed(found, whole and COMPARED, pytest.fail)
        return handed(
            monkeypatch, changed, "_changed", changed.show, scene(query, **lens), chart
        )  # fmt: skip

    return run


def test_a_part_leads_to_its_sessions_only_and_shows_those_that_count(change):
    (found,) = change(part("channel", "web", 0.1), query={"range": ["7d"]})["parts"]

    assert ("Channel", "web", 0.1) == (found["kind"], found["label"], found["change"])
    assert {"channel": ["web"]} == found["link"]
    assert 20 == found["show"]["count"]
    assert {"status": ["failed"], "channel": ["web"], "range": ["7d"]}.items() <= (
        found["show"]["change"].items()
    )


def test_a_part_of_metadata_names_key_and_value_and_is_a_filter_of_both(change):
    found, lacking = change(
        part("metadata", HOSTILE, 0.1, key="plan"),
        part("metadata", None, 0.05, key="plan", label="(none)"),
    )["parts"]

    assert ("Metadata", f"plan = {HOSTILE}") == (found["kind"], found["label"])
    assert HOSTILE in found["link"]["metadata"][0]
    assert lacking["label"] == "plan = (none)"
    assert found["link"] != lacking["link"]


def test_parts_that_tell_nothing_are_left_out(change):
    data = change(
        part("type", "chat", 0.2, n_now=90) | {"n_before": 90},  # all of the sessions
        part("channel", "web", 0.0),
        part("agent", "a", -0.1, hits_now=0),
    )

    assert ["a"] == [found["label"] for found in data["parts"]]
    assert data["parts"][0]["show"] is None  # there is nothing to show


@pytest.mark.parametrize(
    ("whole", "words"),
    [
        (None, "All time has no period before it."),
        (Whole(3, 0, 1, 0, is_rate=True), "Without sessions in both periods no rate can change."),
        (Whole(9, 9, 3, 1, is_rate=True), "No part tells more than the whole."),
        (Whole(9, 9, 3, 3, is_rate=True), "Nothing has changed."),
    ],
)  # fmt: skip
def test_without_parts_it_says_why(change, whole, words):
    assert words == change(whole=whole)["nothing"]


def test_without_a_period_before_a_link_leads_to_a_week(change):
    note = change(whole=None)["note"]

    assert note["change"] == {"range": ["7d"]}


SLICE = timedelta(hours=6)
GROUPS = ("", "web", "phone")


def opened(peaks=((3, 2), (2, 1), (1, 1)), opens=((1, 2), (1, 1), (0, 1)), **changed):
    """Return two slices of all, of web and of phone."""
    slices = [
        {"group": group, "starts_at": FIRST + place * SLICE,
         "open": opens[at][place], "peak": peaks[at][place]}
        for at, group in enumerate(GROUPS) for place in range(2)
    ]  # fmt: skip
    summary = [
        {"group": group, "peak": max(peaks[at]), "peak_at": FIRST, "p95": 2, "mean": 1.0}
        for at, group in enumerate(GROUPS)
    ]
    usual = {
        "period": Period(FIRST, FIRST + 2 * SLICE), "step": SLICE, "groups": GROUPS[1:],
        "slices": pl.DataFrame(slices), "summary": pl.DataFrame(summary),
        "left_out": 0, "left_out_link": scene().filters, "above": None,
    }  # fmt: skip
    return Concurrency(**{**usual, **changed})


@pytest.fixture
def once(monkeypatch):
    """Show what was open at once."""
    plain = links.group
    monkeypatch.setattr(
        links, "group",
        lambda by, value, filters, snapshot: None if value == OTHER
        else plain(by, value, filters, snapshot),
    )  # fmt: skip

    def run(answer, **lens):
        return handed(
            monkeypatch, trend, "draw", at_once.show, scene(**lens), AtOnce(answer, pytest.fail)
        )

    return run


def test_bars_are_what_was_open_and_the_line_is_the_most_within_each_slice(once):
    data = once(opened())

    assert [("Web", [1, 1]), ("Phone", [0, 1])] == [
        (each["label"], each["values"]) for each in data["series"]
    ]
    assert [3, 2] == data["before"]
    assert data["is_peak"]
    assert 3 == data["figure"]["value"]


def test_slices_are_bounded_as_starts_and_no_number_is_a_link(once):
    data = once(opened())

    assert ["2026-11-19T23:00:00Z", "2026-11-20T05:00:00Z", "2026-11-20T11:00:00Z"] == data["edges"]
    assert not data["is_linked"]


def test_what_was_seldom_exceeded_and_the_room_are_lines_across(once):
    assert ["95% of the time 2 or fewer"] == [rule["label"] for rule in once(opened())["rules"]]
    data = once(opened(above=0.25), capacity=2)

    assert data["rules"][1] == {"value": 2, "label": "Room for 2", "shape": ""}
    assert data["note"]["text"] == "More than 2 for 25.0% of the time."


def test_sessions_that_cannot_be_counted_are_named_first(once):
    one, many = (once(opened(left_out=count, above=0.5), capacity=1)["note"] for count in (1, 1200))

    assert one["text"].startswith("1 session has ended")
    assert many["text"].startswith("1,200 sessions have ended")
    assert one["change"]


def test_nothing_open_is_no_figure_and_no_line(once):
    nothing = pl.DataFrame(schema={"group": pl.String})
    data = once(opened(period=None, groups=(), slices=nothing, summary=nothing))

    assert (None, [], [], []) == tuple(
        data[name] for name in ("figure", "series", "starts", "rules")
    )


def users(agent, ended, back, label=None):
    return {
        "agent": agent, "label": label or agent or "All agents", "ended": ended,
        "is_uncertain": ended < 30,
        **{
            f"{name}_{within}": value
            for within in ("24h", "7d")
            for name, value in {
                "back": back, "rate": back / ended if ended else None, "low": 0.1, "high": 0.5,
            }.items()
        },
    }  # fmt: skip


@pytest.fixture
def contact(monkeypatch):
    """Show repeat contact."""

    def run(*rows, query=None):
        chart = Repeat(pl.DataFrame(list(rows)), pytest.fail)
        return handed(monkeypatch, repeat, "_repeat", repeat.show, scene(query), chart)

    return run


def test_a_rate_opens_the_sessions_whose_user_was_back(contact):
    every, one = contact(users(None, 100, 40), users("a-1", 60, 30, HOSTILE))["rows"]

    assert every["link"] is None
    assert every["within_24h"]["show"]["change"]["returned"] == ["24h"]
    assert (HOSTILE, {"agent": ["a-1"]}) == (one["label"], one["link"])
    assert one["within_7d"]["show"] == {
        "change": {**every["within_7d"]["show"]["change"], "agent": ["a-1"], "returned": ["7d"]},
        "count": 30,
    }


def test_nobody_back_is_no_link_and_nobody_ended_no_row(contact):
    (every,) = contact(users(None, 40, 0))["rows"]

    assert every["within_24h"]["show"] is None
    assert contact(users(None, 0, 0))["rows"] == []


def test_of_many_agents_those_with_most_sessions_are_handed_over(contact):
    data = contact(
        users(None, 99_000, 40), *(users(f"a-{number}", 900, 3) for number in range(130))
    )

    assert len(data["rows"]) == repeat.KEPT + 1
    assert data["note"]["text"] == "The 100 of 130 agents with most sessions."
