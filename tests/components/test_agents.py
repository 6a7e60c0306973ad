"""The table of agents and one agent, with literal rows."""

import pytest
from streamlit.testing.v1 import AppTest

from components import agents_table
from queries.agents import SORTS
from tests.components.drawn import drawn


def run(script, **arguments):
    return AppTest.from_function(script, kwargs=arguments, default_timeout=20).run()


def table(rows, mean=0.04, chosen="7d"):
    """Runs inside AppTest, where only what it imports itself is known."""
    from datetime import UTC, datetime
    from types import SimpleNamespace

    import polars as pl

    from components import agents_table
    from components.place import Place
    from components.state import View
    from queries.agents import METRIC_NAMES
    from queries.comparison import Compared
    from queries.engine import Snapshot
    from queries.filters import Filters

    usual = {
        "agent_id": "a1", "agent_name": "Order desk", "sessions": 1000, "failure_rate": 0.04,
        "failure_rate_hits": 40, "failure_rate_n": 1000, "failure_rate_low": 0.03,
        "failure_rate_high": 0.054, "cancel_rate": 0.1, "cancel_rate_hits": 100,
        "cancel_rate_n": 1000, "handoff_rate": 0.0, "handoff_rate_hits": 0, "handoff_rate_n": 1000,
        "duration_median": 61_000.0, "duration_p95": 600_000.0, "messages_per_session": 8.5,
        "line": [1, 2], "line_before": [2, 1], "before": 900, "change": 0.11, "is_noise": False,
        "is_uncertain": False, "share": 0.5, "is_near": False,
    }  # fmt: skip
    frame = pl.DataFrame([{**usual, **row} for row in rows]) if rows else pl.DataFrame()
    rate = Compared(mean, 2000, 0.03, 0.05, 0.04, 1900, 0.0, is_uncertain=False, is_noise=True)
    count = Compared(2000, 2000, None, None, 1900, 1900, 0.05, is_uncertain=False, is_noise=True)
    rates = [name for name in METRIC_NAMES if name != "sessions"]
    overall = {"sessions": count, **dict.fromkeys(rates, rate)}
    publication = SimpleNamespace(name="p")
    snapshot = Snapshot(publication, datetime(2026, 11, 22, 15, tzinfo=UTC), "UTC")
    view = View(Filters.model_validate({"range": chosen}), Place(), (), snapshot)
    agents_table.show(frame, overall, view, sort="-sessions")


@pytest.mark.parametrize(
    ("low", "is_uncertain", "is_high"),
    [(0.041, False, True), (0.04, False, False), (0.039, False, False), (0.2, True, False)],
)
def test_a_rate_is_high_only_where_its_interval_lies_above_the_mean_of_all(
    low, is_uncertain, is_high
):
    row = {"failure_rate_low": low, "failure_rate_high": 0.3, "is_uncertain": is_uncertain}
    (shown,) = drawn(run(table, rows=[row]))["agents"]["rows"]

    assert is_high == shown["failure"]["is_high"]


@pytest.mark.parametrize(
    ("highs", "top"), [([0.054], 0.15), ([0.15], 0.15), ([0.151, 0.05], 0.2), ([0.9], 1.0)]
)
def test_the_scale_holds_every_interval_that_says_much(highs, top):
    rows = [{"agent_id": str(high), "failure_rate_high": high} for high in highs]
    few = {"agent_id": "few", "failure_rate_high": 1.0, "is_uncertain": True}
    data = drawn(run(table, rows=[*rows, few]))["agents"]

    assert top == data["top"]
    assert f"from 0 to {top:.0%}" in data["note"]


def test_what_is_about_few_sessions_sets_the_scale_only_where_nothing_else_is_there():
    few = {"failure_rate": 0.45, "failure_rate_high": 0.9, "is_uncertain": True}

    assert drawn(run(table, rows=[few]))["agents"]["top"] == 0.5


def test_every_number_of_sessions_leads_to_exactly_these():
    (row,) = drawn(run(table, rows=[{}]))["agents"]["rows"]
    asked = {"range": ["7d"], "agent": ["a1"]}

    assert asked.items() <= row["list"].items()
    assert {**asked, "status": ["failed"]}.items() <= row["failure"]["change"].items()
    assert {**asked, "status": ["cancelled"]}.items() <= row["cancelled"]["change"].items()
    assert {**asked, "has": ["handoff"]}.items() <= row["handoff"]["change"].items()
    assert "*" in row["list"]


def test_all_agents_together_are_the_last_row_whatever_agents_are_chosen():
    row = drawn(run(table, rows=[{}]))["agents"]["overall"]

    assert ("All agents", 2000) == (row["name"], row["sessions"])
    assert "agent" not in row["list"]


def test_an_agent_whose_id_no_filter_takes_has_no_links():
    (row,) = drawn(run(table, rows=[{"agent_id": "x" * 600}]))["agents"]["rows"]

    assert row["list"] is row["failure"]["change"] is None


def test_durations_that_are_near_say_so():
    told = drawn(run(table, rows=[{"is_near": True}]))["agents"]
    exact = drawn(run(table, rows=[{}]))["agents"]

    assert ([True], [False]) == tuple([r["is_near"] for r in d["rows"]] for d in (told, exact))
    assert ["≈" in each["note"] for each in (told, exact)] == [True, False]


def test_a_change_names_what_it_is_against():
    assert "against the 7 days before" in drawn(run(table, rows=[{}]))["agents"]["note"]
    without = drawn(run(table, rows=[{"before": None, "change": None}], chosen="all"))["agents"]
    assert "Choose dates" in without["note"]


def test_no_more_rows_are_handed_over_than_can_be_looked_at():
    rows = [{"agent_id": str(number)} for number in range(agents_table.SHOWN + 1)]
    data = drawn(run(table, rows=rows))["agents"]

    assert agents_table.SHOWN == len(data["rows"])
    assert data["note"].startswith("The first 200 of 201 agents")


def test_no_agents_say_so():
    assert drawn(run(table, rows=[]))["box"]["title"] == "No sessions found"


@pytest.mark.parametrize("sort", SORTS)
def test_a_sort_of_the_address_is_taken(sort):
    assert (sort, ()) == agents_table.sort({"agents_sort": [sort]})


@pytest.mark.parametrize("asked", ["colour", "--sessions", "\0"])
def test_a_sort_that_there_is_not_is_the_usual_one_with_a_note(asked):
    sort, (note,) = agents_table.sort({"agents_sort": [asked]})

    assert sort == "-sessions"
    assert "agents_sort" in note


def one(numbers=None, others=None, line=(1, 2), line_before=(2, 1), chosen="7d"):
    from datetime import UTC, datetime
    from types import SimpleNamespace

    import polars as pl

    from components import agent_view
    from components.place import Place
    from components.state import View
    from queries.agents import METRIC_NAMES, RATES, Agent
    from queries.comparison import Compared
    from queries.engine import Snapshot
    from queries.filters import Filters

    usual = {"value": 0.05, "n": 400, "low": 0.03, "high": 0.08, "before": 0.04, "before_n": 400,
             "change": 0.01, "is_uncertain": False, "is_noise": False}  # fmt: skip
    made = {name: Compared(**{**usual, **(numbers or {})}) for name in METRIC_NAMES}
    told = dict.fromkeys(METRIC_NAMES, 0.02) | (others or {})
    differs = dict.fromkeys(RATES, True)
    before, near = line_before and list(line_before), frozenset(["duration_p95"])
    agent = Agent("a1", "Order desk", made, told, near, differs, list(line), before)
    snapshot = Snapshot(SimpleNamespace(name="p"), datetime(2026, 11, 22, 15, tzinfo=UTC), "UTC")
    filters = Filters.model_validate({"range": chosen, "agent": ["a1"]})
    view = View(filters, Place(), (), snapshot)
    day = filters.between(datetime(2026, 11, 21, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC))
    channels = pl.DataFrame(
        {"channel": ["sip", "web"], "sessions": [1, 3], "failure_rate": [1.0, 0.0]}
    )
    agent_view.show(agent, channels, [day] * len(line), view)


def test_an_agent_is_told_by_name_id_and_numbers():
    data = drawn(run(one))["agent"]

    assert ("a1", "Order desk") == (data["id"], data["name"])
    assert [number["label"] for number in data["numbers"]] == [
        "Sessions", "Failure rate", "Cancel rate", "Handoff rate", "Median duration",
        "p95 duration", "Messages",
    ]  # fmt: skip
    assert data["list"]["agent"] == ["a1"]


def test_a_duration_of_the_others_that_is_near_says_so():
    told = drawn(run(one))["agent"]["numbers"]

    assert ["p95 duration"] == [each["label"] for each in told if each["others_near"]]


@pytest.mark.parametrize("is_near", [True, False])
def test_the_note_says_what_near_is_where_something_is(is_near):
    assert is_near == ("≈" in drawn(run(one, numbers={"is_near": is_near}))["agent"]["note"])


def test_more_failures_are_worse_and_more_sessions_are_neither():
    numbers = {number["label"]: number for number in drawn(run(one))["agent"]["numbers"]}

    assert numbers["Failure rate"]["is_better"] is False
    assert numbers["Sessions"]["is_better"] is None
    better = drawn(run(one, numbers={"change": -0.01}))["agent"]["numbers"]
    assert better[1]["is_better"] is True


def test_rates_lead_to_the_sessions_that_they_count_and_durations_nowhere():
    numbers = {number["label"]: number for number in drawn(run(one))["agent"]["numbers"]}

    assert numbers["Failure rate"]["list"]["status"] == ["failed"]
    assert numbers["Median duration"]["list"] is None


def test_channels_have_their_order_and_their_share():
    web, sip = drawn(run(one))["agent"]["channels"]

    assert ("Web", 0.75) == (web["label"], web["share"])
    assert sip["change"]["channel"] == ["sip"]


def test_a_slice_is_named_in_the_report_zone_and_leads_to_its_sessions():
    (first, _) = drawn(run(one))["agent"]["slices"]

    assert first["label"] == "21 Nov 00:00 to 22 Nov 00:00"
    assert first["change"]["started_after"] == ["2026-11-21T00:00:00Z"]


def test_without_a_session_there_is_no_line():
    data = drawn(run(one, line=(), line_before=None))["agent"]

    assert ([], []) == (data["line"], data["slices"])
