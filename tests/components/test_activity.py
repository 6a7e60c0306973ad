"""The activity log and the errors, with literal rows."""

import pytest
from streamlit.testing.v1 import AppTest

from components import views
from models import EventKind
from tests.components.drawn import drawn

DIGEST = "a1b2c3"


def run(script, **arguments):
    return AppTest.from_function(script, kwargs=arguments, default_timeout=20).run()


def log(rows, kinds=None, before=None, total=5, older=None, **given):
    """Runs inside AppTest, where only what it imports itself is known."""
    from datetime import UTC, datetime

    import polars as pl

    from components import activity_log
    from components.place import Place
    from components.state import View
    from queries.activity import Activity, Cursor
    from queries.engine import Snapshot
    from queries.filters import Filters

    usual = {
        "session_id": "0123456789abcdef", "seq": 3, "kind": "error", "name": "",
        "at": datetime.fromisoformat("2026-11-22T14:00"), "detail": "It failed.",
        "external_id": None, "agent_id": "a1", "agent_name": "Order desk", "channel": "web",
    }  # fmt: skip
    frame = pl.DataFrame([{**usual, **row} for row in rows or [{}]], infer_schema_length=None)
    snapshot = Snapshot(None, datetime(2026, 11, 22, 15, tzinfo=UTC), "UTC")
    view = View(Filters.model_validate(given), Place(), (), snapshot)
    page = Activity(frame if rows else frame.clear(), older and Cursor.read(older))
    place = activity_log.Place(before and Cursor.read(before))
    activity_log.show(page, kinds or {}, view, place, total=total)


def test_a_row_shows_what_happened_where_and_when():
    data = drawn(run(log, rows=[{}]))["activity"]
    shown = {name: values[0] for name, values in data["columns"].items()}

    assert data["now"] - shown["at"] == 3_600_000
    assert ("0123456789abcdef", None, 3) == (shown["id"], shown["shown"], shown["seq"])
    assert ("error", "It failed.", "Order desk", "web") == tuple(
        shown[name] for name in ("kind", "text", "agent", "channel")
    )


def test_an_event_without_a_time_has_none():
    assert drawn(run(log, rows=[{"at": None}]))["activity"]["columns"]["at"] == [None]


def test_a_long_detail_is_cut_before_it_is_handed_over():
    (text,) = drawn(run(log, rows=[{"detail": "x" * 5000}]))["activity"]["columns"]["text"]

    assert len(text) == 300


def test_every_kind_can_be_chosen_and_says_how_many_sessions_have_it():
    kinds = drawn(run(log, rows=[{}], kinds={"error": 7}, event=["error"]))["activity"]["kinds"]

    assert [kind["kind"] for kind in kinds] == [str(kind) for kind in EventKind]
    assert {kind["kind"] for kind in kinds if kind["is_set"]} == {"error"}
    assert {kind["kind"]: kind["sessions"] for kind in kinds}["error"] == 7


def test_the_note_says_which_events_of_how_many_sessions():
    note = drawn(run(log, rows=[{}], total=1234, event=["error", "tool_call"]))["activity"]["note"]

    assert note.startswith("Events of the kinds error, tool call of 1,234 sessions, newest first.")


def test_older_events_are_a_place_of_this_list():
    data = drawn(run(log, rows=[{}], older="none~s~1:2~7"))["activity"]
    place, _, digest = data["older"].rpartition("~")

    assert place == "none~s~1:2~7"
    assert len(digest) == 6
    assert not data["is_older"]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "No session has one yet."),
        ({"q": "x"}, "Try adjusting"),
        ({"before": "none~s~1"}, "no older"),
    ],
)
def test_no_events_are_explained(given, text):
    assert text in drawn(run(log, rows=[], **given))["activity"]["none"]


def place(asked):
    from datetime import UTC, datetime

    import streamlit as st

    from components import activity_log
    from components.place import Place
    from components.state import View
    from queries.engine import Snapshot
    from queries.filters import Filters

    snapshot = Snapshot(None, datetime(2026, 11, 22, 15, tzinfo=UTC), "UTC")
    view = View(Filters(q="x"), Place(), (), snapshot)
    digest = view.place.digest(view.filters.to_query())
    found = activity_log.place({"before": [asked.format(digest=digest)]} if asked else {}, view)
    st.text(str(found.before))
    st.text(" ".join(found.notes))


@pytest.mark.parametrize(
    ("asked", "before", "has_note"),
    [
        ("2026-11-22T14:00:00Z~s1~3~{digest}", "2026-11-22T14:00:00Z~s1~3", False),
        ("none~s1~3~{digest}", "none~s1~3", False),
        ("none~s1~3~ffffff", "None", False),  # of another list
        ("soon~s1~3~{digest}", "None", True),
        ("~{digest}", "None", True),
        ("", "None", False),
    ],
)
def test_a_place_belongs_to_its_list(asked, before, has_note):
    told, notes = (text.value for text in run(place, asked=asked).text)

    assert before == told
    assert has_note == ("Left out: before." in notes)


VIEWS = (views.View("events", "Events", "x"), views.View("errors", "Errors", "y"))


@pytest.mark.parametrize(
    ("asked", "name"),
    [([], "events"), (["errors"], "errors"), (["nothing"], "events"), ([""], "events")],
)
def test_the_first_view_is_the_usual_one(asked, name):
    assert name == views.chosen(VIEWS, {"show": asked}).name


def errors(rows, clusters=None, **given):
    from datetime import UTC, datetime

    import polars as pl

    from components import error_list
    from queries.engine import Snapshot
    from queries.errors import Anatomy
    from queries.filters import Filters

    moment = datetime.fromisoformat("2026-11-22T14:00")
    usual = {
        "error_key": "it failed", "error": "It failed 7 times.", "sessions": 9, "share": 0.9,
        "line": [4, 5], "line_before": [1, 1], "before": 2, "change": 3.5, "is_noise": False,
        "is_new": True, "first_seen_at": moment, "last_seen_at": moment,
        "agents": [{"agent_id": "a1", "sessions": 8}, {"agent_id": "gone", "sessions": 1}],
        "examples": [{"session_id": "0123456789abcdef", "external_id": None, "started_at": None}],
    }  # fmt: skip
    frame = pl.DataFrame([{**usual, **row} for row in rows]) if rows else pl.DataFrame()
    found = Anatomy(frame, clusters or len(rows), 10 if rows else 0)
    snapshot = Snapshot(None, datetime(2026, 11, 22, 15, tzinfo=UTC), "UTC")
    filters = Filters.model_validate(given)
    error_list.show(found, filters, snapshot, names={"a1": "Order desk"})


def test_an_error_shows_its_newest_text_and_leads_to_its_sessions():
    (row,) = drawn(run(errors, rows=[{}], channel=["web"]))["errors"]["rows"]

    assert row["text"] == "It failed 7 times."
    asked = {"channel": ["web"], "status": ["failed"], "error": ["it failed"]}
    assert asked.items() <= row["change_to"].items()
    assert row["examples"] == [{"id": "0123456789abcdef", "shown": "01234567…"}]


def test_the_most_affected_agents_have_names_and_links():
    first, gone = drawn(run(errors, rows=[{}]))["errors"]["rows"][0]["agents"]

    assert ("Order desk", 8, ["a1"]) == (first["name"], first["sessions"], first["change"]["agent"])
    assert gone["name"] == "gone"


def test_failures_without_a_text_are_named_and_found_by_what_they_lack():
    row = {"error_key": "", "error": None}
    (shown,) = drawn(run(errors, rows=[row]))["errors"]["rows"]

    assert shown["text"] == ""
    assert shown["change_to"]["has"] == ["!error_text"]
    assert "error" not in shown["change_to"]


def test_an_error_that_no_filter_takes_has_no_link():
    (row,) = drawn(run(errors, rows=[{"error_key": "x" * 5000}]))["errors"]["rows"]

    assert row["change_to"] is None


def test_the_note_tells_how_many_there_are_and_what_they_are_against():
    note = drawn(run(errors, rows=[{}], clusters=250, range="30d"))["errors"]["note"]

    assert note.startswith("10 failed sessions, the first 1 of 250 errors.")
    assert "the 30 days before" in note
    assert "outside these filters" in note


def test_without_failures_it_says_so():
    assert drawn(run(errors, rows=[]))["box"]["title"] == "No failed sessions"
