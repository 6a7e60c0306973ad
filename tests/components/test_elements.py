"""Components with literal frames: what they hand to the browser."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.components.drawn import drawn


def run(script, **arguments):
    return AppTest.from_function(script, kwargs=arguments, default_timeout=20).run()


def table(rows, **options):
    """Runs inside AppTest, where only what it imports itself is known."""
    from datetime import UTC, datetime

    import polars as pl

    from components import session_table
    from components.place import Place
    from components.state import View
    from queries.engine import Snapshot
    from queries.filters import Filters

    usual = {
        "session_id": "0123456789abcdef", "external_id": None, "agent_name": "Order desk",
        "channel": "web", "type": "chat", "status": "completed",
        "started_at": datetime.fromisoformat("2026-11-22T14:00"), "duration_ms": 61_000,
    }  # fmt: skip
    frame = pl.DataFrame([{**usual, **row} for row in rows]) if rows else pl.DataFrame()
    filters = Filters(q="x") if options.get("is_filtered") else Filters()
    snapshot = Snapshot(None, datetime(2026, 11, 22, 15, tzinfo=UTC), "UTC")
    view = View(filters, Place(), (), snapshot)
    session_table.show(frame, view, total=len(rows), listed="1~abc")


def test_a_row_shows_its_own_id_where_its_source_has_no_other():
    (row,) = drawn(run(table, rows=[{"external_id": None}]))["table"]["rows"]
    (same,) = drawn(run(table, rows=[{"external_id": "0123456789abcdef"}]))["table"]["rows"]

    assert (row["id"], row["shown"]) == ("0123456789abcdef", None) == (same["id"], same["shown"])


def test_a_row_shows_the_id_of_its_source_where_there_is_one():
    (row,) = drawn(run(table, rows=[{"external_id": "call-7"}]))["table"]["rows"]

    assert (row["id"], row["shown"]) == ("0123456789abcdef", "call-7")


def test_naive_times_of_answers_mean_utc():
    data = drawn(run(table, rows=[{}]))["table"]

    assert data["now"] - data["rows"][0]["started"] == 3_600_000


@pytest.mark.parametrize("column", ["started_at", "duration_ms"])
def test_what_is_unknown_stays_unknown(column):
    (row,) = drawn(run(table, rows=[{column: None}]))["table"]["rows"]

    assert row["started" if column == "started_at" else column] is None


@pytest.mark.parametrize("is_filtered", [True, False])
def test_no_rows_say_so_and_offer_to_clear_what_is_set(is_filtered):
    box = drawn(run(table, rows=[], is_filtered=is_filtered))["box"]

    assert box["title"] == "No sessions found"
    assert box["text"] == "Try adjusting your filters or check back later."
    assert bool(box["link"]) == is_filtered


def pager(total, size, number):
    from components import pager as page_numbers
    from components.place import Place

    page_numbers.show(Place(size=size), number=number, total=total, digest="abc123")


@pytest.mark.parametrize(
    ("total", "size", "pages"), [(1, 50, 1), (50, 50, 1), (51, 50, 2), (234, 50, 5), (234, 250, 1)]
)
def test_the_pager_knows_how_many_pages_there_are(total, size, pages):
    assert pages == drawn(run(pager, total=total, size=size, number=1))["pager"]["pages"]


def test_there_is_no_pager_without_sessions():
    assert "pager" not in drawn(run(pager, total=0, size=50, number=1))


def strips(set_aside, is_demo, notes):
    from types import SimpleNamespace

    from components import notices
    from lake.files import SetAside

    files = tuple(SetAside(*item) for item in set_aside)
    publication = SimpleNamespace(
        is_demo=is_demo, set_aside=files, complete=not any(f.is_data for f in files)
    )
    notices.show(publication, notes=notes)


def told(**options):
    usual = {"set_aside": [], "is_demo": False, "notes": []}
    found = drawn(run(strips, **{**usual, **options})).get("strips", {"strips": []})
    return [f"{strip['title']} {strip['text']}".strip() for strip in found["strips"]]


def test_where_all_is_well_nothing_is_said():
    assert told() == []


def test_sample_data_is_named():
    assert re.match("Sample data", told(is_demo=True)[0])


def test_incomplete_totals_are_named_with_count_and_reason():
    damaged = [["sessions", "a.parquet", "truncated"], ["events", "b.parquet", "missing"]]

    assert told(set_aside=damaged) == ["Totals are incomplete: 2 files set aside (truncated)."]


def test_what_was_ignored_is_named():
    assert told(notes=["Left out: a.", "Left out: b."]) == [
        "In the address: Left out: a. Left out: b."
    ]
