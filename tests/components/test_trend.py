"""Charts over time with literal frames: what is handed to the browser."""

from dataclasses import replace

import pytest

from components import theme, trend
from queries import links
from queries.charts import OverTime
from queries.comparison import Compared
from queries.filters import Filters
from queries.stacks import OTHER
from tests.components.scenes import FIRST, handed, scene, series

HOSTILE = "<img src=x onerror=alert(1)>"
COMPARED = Compared(12, 12, None, None, 8, 8, 0.5, is_uncertain=False, is_noise=False)
CHANNELS = series({"sessions": [[1, 0, 3], [2, 0, 0]]}, ("web", "phone"))


@pytest.fixture
def show(monkeypatch):
    """Show the volume chart; groups of agents are asked of no lake."""
    plain = links.group
    monkeypatch.setattr(
        links, "group",
        lambda by, value, filters, snapshot: None if value == OTHER
        else plain(by, value, filters, snapshot),
    )  # fmt: skip

    def run(answer=CHANNELS, *, query=None, ghost=None, names=None, explain=None, **lens):
        chart = OverTime(answer, ghost, {"sessions": COMPARED}, explain or pytest.fail)
        return handed(
            monkeypatch, trend, "draw", trend.volume, scene(query, **lens), chart,
            names=names or {}, is_asked=explain is not None,
        )  # fmt: skip

    return run


def test_a_group_is_a_series_with_its_own_filter(show):
    web, phone = show()["series"]

    assert ("Web", "web", [1, 0, 3]) == (web["label"], web["ink"], web["values"])
    assert {"channel": ["phone"]} == phone["only"]


def test_a_group_that_is_chosen_already_changes_no_filter(show):
    assert {} == show(query={"channel": ["web"]})["series"][0]["only"]


def test_buckets_are_shown_by_the_clock_of_the_zone_and_bounded_in_utc(show):
    data = show(series({"sessions": [1, 2]}, ("web",), after=FIRST.replace(hour=5, day=20)))

    assert data["starts"][1] - data["starts"][0] == 86_400_000
    assert data["starts"][0] % 86_400_000 == 0  # midnight by the clock
    assert ["2026-11-20T05:00:00Z", "2026-11-20T23:00:00Z", None] == data["edges"]


def test_a_chart_of_all_time_has_no_bounds(show):
    data = show(series({"sessions": [4]}, ("web",)))

    assert data["edges"][-1] is None


def test_the_ghost_is_the_sum_of_its_groups(show):
    assert [3, 0, 3] == show(ghost=CHANNELS)["before"]
    assert show()["before"] is None


def test_what_has_no_start_is_told_with_a_way_to_it(show):
    note = show(series({"sessions": [1]}, ("web",), undated={"web": 1234}))["note"]

    assert note["text"] == "1,234 sessions have no start, and stand in no bar."
    assert ["!start"] == note["change"]["has"]
    assert show()["note"] is None


def test_open_sessions_say_so_lead_nowhere_and_have_no_sum(show):
    data = show(series({"open": [[5, 6], [1, 1]]}, ("web", "sip")), is_open=True)

    assert "do not add up" in data["sub"]
    assert not data["is_linked"]
    assert data["figure"] is None


def test_agents_are_named_as_text_and_the_others_are_grey(show):
    answer = series({"sessions": [[1], [2], [3]]}, ("a1", "a2", OTHER))
    first, second, others = show(answer, by="agent", names={"a1": HOSTILE})["series"]

    assert (HOSTILE, "a2", "Other agents") == (first["label"], second["label"], others["label"])
    assert ("place-1", "place-2", "other") == (first["ink"], second["ink"], others["ink"])
    assert others["only"] is None  # where no filter can name them, nothing is to be clicked


@pytest.mark.parametrize("by", ["channel", "status", "type"])
def test_every_value_of_a_closed_list_has_a_label_and_an_ink(show, by):
    values = {"channel": theme.CHANNELS, "status": theme.STATUSES, "type": theme.TYPES}[by]
    data = show(series({"sessions": [[1]] * len(values)}, tuple(values)), by=by)

    assert [look["label"] for look in values.values()] == [s["label"] for s in data["series"]]
    assert len({one["ink"] for one in data["series"]}) == len(values)


def test_nothing_found_is_no_series(show):
    assert show(series({"sessions": []}, ()))["series"] == []


def test_every_choice_offers_what_is_chosen(show):
    for choice in show(series({"open": []}, ()), by="status", is_open=True)["choices"]:
        assert choice["value"] in [value for value, _ in choice["options"]]


def rates(values, hits, n):
    return {
        **{f"{name}_rate": values for name in ("failure", "success", "cancel")},
        **{f"{name}_rate_hits": hits for name in ("failure", "success", "cancel")},
        **{f"{name}_rate_n": n for name in ("failure", "success", "cancel")},
    }


def numbers(values, n):
    names = [line.metric for chart in trend.CURVES for line in chart.lines]
    others = [name for name in names if not name.endswith("_rate")]
    return {**dict.fromkeys(others, values), **{f"{name}_n": n for name in others}}


ALL = series(
    rates([0.25, None, 0.1], [5, 0, 10], [20, 0, 100]) | numbers([7.0, None, 9.5], [20, 0, 90])
)


@pytest.fixture
def draw(monkeypatch):
    def run(panel, query=None, ghost=None, **changed):
        compared = Compared(**{**COMPARED.__dict__, **changed})
        chart = OverTime(ALL, ghost, dict.fromkeys(trend.NAMES, compared), pytest.fail)
        return handed(monkeypatch, trend, "draw", trend.curves, panel, scene(query), chart)

    return run


@pytest.mark.parametrize("panel", trend.CURVES, ids=lambda panel: panel.key)
def test_every_line_has_its_values_its_n_and_the_sessions_behind(draw, panel):
    data = draw(panel, ghost=ALL)

    assert len(panel.lines) == len(data["series"])
    for line in data["series"]:
        assert line["values"][1] is None
        assert line["values"] == line["before"]
        assert line["n"][1] == 0
        assert len(line["counts"]) == 3
        assert line["only"] is not None


def test_a_rate_has_an_interval_and_leads_to_what_it_counts(draw):
    (line,) = draw(trend.CURVES[0])["series"]

    assert [5, 0, 10] == line["counts"]
    assert {"status": ["failed"]} == line["only"]
    assert line["low"][0] < 0.25 < line["high"][0]
    assert line["low"][1] is line["high"][1] is None


def test_a_rate_under_a_filter_that_leaves_none_of_it_leads_nowhere(draw):
    (line,) = draw(trend.CURVES[0], query={"status": ["completed"]})["series"]

    assert line["only"] is None


def test_the_figure_tells_uncertain_and_noise(draw):
    figure = draw(trend.CURVES[0], is_uncertain=True, is_noise=True, low=0.1, high=0.4)["figure"]

    assert figure["is_uncertain"]
    assert figure["is_noise"]
    assert figure["unit"] == "rate"
    assert figure["good"] == "down"


@pytest.mark.parametrize(
    ("query", "against"),
    [({}, ""), ({"range": ["7d"]}, "Previous 7 days"),
     ({"started_after": ["2026-11-14T23:00:00Z"], "started_before": ["2026-11-21T23:00:00Z"]},
      "The 7 days before"),
     ({"started_after": ["2026-11-20T23:00:00Z"], "started_before": ["2026-11-21T23:00:00Z"]},
      "The day before"),
     ({"started_after": ["2026-11-20T10:00:00Z"], "started_before": ["2026-11-20T12:00:00Z"]},
      "The period before")],
)  # fmt: skip
def test_a_comparison_names_its_period(draw, query, against):
    assert against == draw(trend.CURVES[0], query=query)["against"]


def test_other_filters_or_another_moment_have_another_stamp(draw):
    stamps = [draw(trend.CURVES[0], query=query)["stamp"] for query in ({}, {"q": ["x"]}, {})]

    assert stamps[0] == stamps[2] != stamps[1]


def test_links_narrow_and_never_widen():
    """What a chart's filter names is among what the page shows."""
    filters, _ = Filters.from_query({"channel": ["web", "sip"]})

    assert links.part("channel", "phone", filters) is None


def test_what_is_near_is_said_of_each_line_and_of_the_figure(draw):
    duration = next(panel for panel in trend.CURVES if panel.key == "duration")
    near = replace(ALL, near={"duration_p90": 7.0, "duration_p90_n": 110})
    data = draw(duration, ghost=near, is_near=True)

    assert [False, False, False] == [line["is_near"] for line in data["series"]]
    assert [False, True, False] == [line["was_near"] for line in data["series"]]
    assert (True, False) == (data["figure"]["is_near"], data["figure"]["was_near"])
