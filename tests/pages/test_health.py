"""The Data health page."""

import pytest

import observed
from components import building
from components.health import _COUNTS
from lake.index import IndexProgress
from observed import Taken
from queries.health import BEHIND
from tests.components.drawn import drawn
from tests.pages import small_lake


def opened(visit):
    at = visit(channel="web").switch_page("health.py").run()
    assert not at.exception
    return drawn(at)["health"]


def test_it_counts_all_sessions_whatever_the_filters(small, visit):
    counts = {row["label"]: row["count"] for row in opened(visit)["counts"]}

    assert counts["Sessions"] == small_lake.COUNT
    assert counts["Without a start"] == 1


def test_every_count_has_its_words_and_its_link_where_filters_can_name_it(small, visit):
    rows = opened(visit)["counts"]

    assert {name for name, _, _ in _COUNTS} >= set(BEHIND)
    assert [row["change"] is not None for row in rows] == [name in BEHIND for name, _, _ in _COUNTS]


def test_it_lists_the_files_of_every_table(small, visit):
    tables = {table["name"]: table for table in opened(visit)["tables"]}

    assert tables["Messages"]["rows"] == 3 * small_lake.COUNT
    assert all(table["bytes"] > 0 and table["files"] > 0 for table in tables.values())


def test_a_damaged_file_is_named_with_its_reason(environment, serving, visit):
    small_lake.write(environment)
    (damaged,) = (environment.data / "events").glob("period=2026-11/*.parquet")
    damaged.write_bytes(b"not parquet")
    serving()

    (item,) = opened(visit)["set_aside"]

    assert item["path"] == str(damaged)
    assert item["reason"]


def test_the_navigation_marks_the_page_that_is_shown(small, visit):
    at = visit().switch_page("health.py").run()
    nav = drawn(at)["nav"]
    entries = {path: label for part in nav["sections"] for path, label, _ in part["pages"]}

    assert entries[nav["current"]] == "Data health"
    assert drawn(at)["nav"]["zone"] == "Europe/Berlin"
    assert drawn(at)["nav"]["as_of"] is not None


def test_the_building_of_the_index_is_told_where_no_row_moves_for_it(small, visit):
    assert drawn(visit())["nav"]["building"] is None
    building.watch(lambda: IndexProgress(40, 100))
    try:
        assert drawn(visit())["nav"]["building"] == 0.4
    finally:
        building.watch(lambda: None)


# --- The strip ----------------------------------------------------------------------------------


@pytest.fixture
def strip(visit):
    """Open the page, and give the facts of its strip by their label.

    The lag is of the process: what tests before have published, with odd clocks, is not of these.
    """
    observed.visible([0.1], [0.1])

    def look():
        at = visit().switch_page("health.py").run()
        assert not at.exception
        return {fact["label"]: fact for fact in drawn(at)["health_strip"]["facts"]}

    return look


def test_the_strip_tells_six_things_and_what_each_is(small, strip):
    told = strip()

    assert list(told) == [
        "Lag", "Last event", "Without an end", "Duplicates", "Out of order", "Quarantined",
    ]  # fmt: skip
    assert all(fact["text"] for fact in told.values())
    assert not any(fact["is_wrong"] for fact in told.values())


def test_a_number_of_the_strip_is_that_of_the_list_and_leads_where_it_leads(small, visit):
    at = visit().switch_page("health.py").run()
    (fact,) = [f for f in drawn(at)["health_strip"]["facts"] if f["label"] == "Without an end"]
    (row,) = [r for r in drawn(at)["health"]["counts"] if "without an end" in r["label"]]

    assert (fact["count"], fact["change"]) == (row["count"], row["change"])


def test_an_empty_lake_has_nothing_in_the_strip_and_nothing_wrong(environment, serving, strip):
    serving()
    told = strip()

    assert told["Last event"]["at"] is None
    assert [told[name]["count"] for name in ("Without an end", "Out of order", "Quarantined")] == [
        0, 0, 0,
    ]  # fmt: skip
    assert not any(fact["is_wrong"] for fact in told.values())


def test_what_is_set_aside_is_wrong(environment, serving, strip):
    small_lake.write(environment)
    (damaged,) = (environment.data / "events").glob("period=2026-11/*.parquet")
    damaged.write_bytes(b"not parquet")
    serving()

    assert (strip()["Quarantined"]["count"], strip()["Quarantined"]["is_wrong"]) == (1, True)


@pytest.mark.parametrize(("seconds", "is_wrong"), [(0.8, False), (60.0, False), (61.0, True)])
def test_the_lag_is_that_of_the_newest_events(small, strip, seconds, is_wrong):
    observed.visible([0.1, seconds], [0.1, 0.1])

    assert (strip()["Lag"]["ms"], strip()["Lag"]["is_wrong"]) == (seconds * 1000, is_wrong)


def test_events_that_were_sent_twice_are_counted(small, strip):
    before = strip()["Duplicates"]["count"]
    observed.taken([Taken.DUPLICATE, Taken.ACCEPTED, Taken.DUPLICATE])

    assert strip()["Duplicates"]["count"] == before + 2
