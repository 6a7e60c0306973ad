"""Each state of the Activity page."""

import pytest

from errors import QuestionTimeoutError
from tests.components.drawn import drawn
from tests.pages import small_lake


def opened(visit, **parameters):
    at = visit(**parameters).switch_page("activity.py").run()
    assert not at.exception
    return drawn(at)


def fail(*_arguments, **_options):
    raise QuestionTimeoutError(20)


def places(data):
    columns = data["activity"]["columns"]
    return list(zip(columns["id"], columns["seq"], strict=True))


def test_the_newest_events_come_first(small, visit):
    """Sessions start two hours apart and last minutes: each session's events lie together."""
    data = opened(visit)

    expected = [(small_lake.name(n), seq) for n in range(13) for seq in (8, 6, 5, 1)]
    assert expected[:50] == places(data)
    assert "130 sessions" in data["activity"]["note"]


def test_kinds_narrow_the_list_and_count_sessions(small, visit):
    data = opened(visit, event=["handoff", "error"])["activity"]

    assert set(data["columns"]["kind"]) == {"handoff", "error"}
    counts = {kind["kind"]: kind["sessions"] for kind in data["kinds"]}
    assert counts["handoff"] == small_lake.COUNT
    assert counts["note"] == 0


def test_filters_narrow_the_sessions(small, visit):
    data = opened(visit, agent="agent-1", channel="phone")["activity"]

    assert set(data["columns"]["agent"]) == {small_lake.AGENTS[1]}
    assert set(data["columns"]["channel"]) == {"phone"}


def test_older_events_follow_to_the_end_of_which_nobody_knows_when(small, visit):
    seen, before = [], None
    for _ in range(10):
        given = {} if before is None else {"before": before}
        data = opened(visit, event="error", **given)
        seen += places(data)
        before = data["activity"]["older"]
        if before is None:
            break

    assert [(small_lake.name(n), 6) for n in range(small_lake.COUNT)] == seen
    assert data["activity"]["columns"]["at"][-1] is None


def test_a_place_of_another_list_is_the_newest_end(small, visit):
    before = opened(visit)["activity"]["older"]
    data = opened(visit, before=before, channel="web")

    assert not data["activity"]["is_older"]


def test_a_place_that_cannot_be_is_noted(small, visit):
    digest = opened(visit)["activity"]["older"].rpartition("~")[2]
    data = opened(visit, before=f"soon~x~{digest}")

    assert "before" in data["strips"]["strips"][-1]["text"]
    assert len(places(data)) == 50


def test_errors_are_shown_by_a_link(small, visit):
    data = opened(visit, show="errors")
    (row,) = data["errors"]["rows"]

    assert row["text"] == small_lake.ERROR
    assert row["sessions"] == sum(small_lake.status(n) == "failed" for n in range(small_lake.COUNT))
    assert "activity" not in data
    (current,) = [view["label"] for view in data["parts"]["views"] if view["is_current"]]
    assert current == "Errors"


def test_no_failures_are_said(small, visit):
    assert opened(visit, show="errors", status="completed")["box"]["title"] == "No failed sessions"


def test_no_events_are_said(small, visit):
    data = opened(visit, q="nobody said this")["activity"]

    assert data["columns"]["id"] == []
    assert data["none"].startswith("Try adjusting")


@pytest.mark.parametrize(
    ("question", "shown"), [("activity.page", "events"), ("errors.anatomy", "errors")]
)
def test_what_fails_says_so(small, visit, monkeypatch, question, shown):
    monkeypatch.setattr(f"queries.{question}", fail)

    assert opened(visit, show=shown)["box"]["title"] == f"The {shown} could not be loaded."


def test_the_newest_events_are_shown_without_those_of_a_damaged_file(environment, serving, visit):
    small_lake.write(environment)
    (damaged,) = (environment.data / "events").glob("period=2026-11/*.parquet")
    damaged.write_bytes(b"not parquet")
    serving()
    data = opened(visit, range="30d")

    assert data["strips"]["strips"][0]["title"] == "Totals are incomplete:"
    assert "box" not in data
