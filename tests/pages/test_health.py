"""The Data health page."""

from components import building
from components.health import _COUNTS
from lake.index import IndexProgress
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
    entries = [page for part in drawn(at)["nav"]["sections"] for page in part["pages"]]

    assert [page["label"] for page in entries if page["is_current"]] == ["Data health"]
    assert drawn(at)["nav"]["zone"] == "Europe/Berlin"
    assert drawn(at)["nav"]["as_of"] is not None


def test_the_building_of_the_index_is_told_where_no_row_moves_for_it(small, visit):
    assert drawn(visit())["nav"]["building"] is None
    building.watch(lambda: IndexProgress(40, 100))
    try:
        assert drawn(visit())["nav"]["building"] == 0.4
    finally:
        building.watch(lambda: None)
