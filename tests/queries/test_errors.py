"""Error anatomy against an oracle: clusters, what they show, and where they lead."""

from collections import Counter
from datetime import UTC

import pytest
from hypothesis import given

from queries import errors, sessions
from queries.errors import AGENTS, EXAMPLES, NO_TEXT
from queries.filters import Filters, Scope
from queries.marks import MARKS
from tests import oracle_lines
from tests.queries import world

pytestmark = pytest.mark.soak


def seen(oracle, filters, key):
    """Return the starts of all sessions that failed so, whatever the filters."""
    return [
        row["started_at"]
        for row in oracle.scoped(filters)
        if row["status"] == "failed" and (row["error_key"] or "") == key and row["started_at"]
    ]


def newest(rows):
    dated = sorted((row for row in rows if row["started_at"]), key=lambda row: row["session_id"])
    dated.sort(key=lambda row: row["started_at"], reverse=True)  # stable: the id stays the tie
    return dated + sorted(
        (row for row in rows if not row["started_at"]), key=lambda row: row["session_id"]
    )


@given(filters=world.filters())
def test_each_cluster_is_what_its_sessions_say(snapshot, oracle, filters):
    expected = oracle_lines.errors(oracle, filters)
    found = errors.anatomy(filters, snapshot)
    rows = {row["error_key"]: row for row in found.rows.to_dicts()}
    failed = sum(len(now) for now, _ in expected.values())

    assert (len(expected), failed) == (found.clusters, found.failed)
    assert sorted(expected, key=lambda key: (-len(expected[key][0]), key)) == list(rows)
    for key, (now, _) in expected.items():
        row = rows[key]
        assert (len(now), len(now) / failed) == (row["sessions"], pytest.approx(row["share"]))
        texts = [each["error"] for each in newest(now) if each["error"] is not None]
        assert (texts[0] if texts else None) == row["error"]
        examples = [each["session_id"] for each in newest(now)[:EXAMPLES]]
        assert examples == [each["session_id"] for each in row["examples"]]
        counts = Counter(each["agent_id"] for each in now)
        affected = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:AGENTS]
        assert affected == [(each["agent_id"], each["sessions"]) for each in row["agents"]]


@given(filters=world.filters())
def test_lines_and_first_and_last_seen(snapshot, oracle, filters):
    """First and last are of all data that may be seen, lines of the range and the one before."""
    expected = oracle_lines.errors(oracle, filters)
    after = oracle_lines.range_start(oracle, filters)
    for row in errors.anatomy(filters, snapshot).rows.to_dicts():
        now, earlier = expected[row["error_key"]]
        starts = seen(oracle, filters, row["error_key"])
        told = [
            row[name] and row[name].replace(tzinfo=UTC)
            for name in ("first_seen_at", "last_seen_at")
        ]

        assert ([min(starts), max(starts)] if starts else [None, None]) == told
        assert (None if after is None or not starts else min(starts) >= after) == row["is_new"]
        assert len(now) == sum(row["line"] or []) + sum(each["started_at"] is None for each in now)
        if row["line"]:
            assert oracle_lines.line(oracle, filters, now) == row["line"]
        if earlier is None:
            assert row["line_before"] is None
        else:
            assert oracle_lines.line_before(oracle, filters, earlier) == row["line_before"]
            assert len(earlier) == row["before"]


def test_sessions_without_an_error_text_are_a_cluster_of_their_own(snapshot, oracle):
    rows = {row["error_key"]: row for row in errors.anatomy(Filters(), snapshot).rows.to_dicts()}
    without = [r for r in oracle.rows if r["status"] == "failed" and not r["error_key"]]

    assert len(without) == rows[NO_TEXT]["sessions"] > 0
    assert len(without) == sessions.count(errors.link(NO_TEXT, Filters()), snapshot)


def test_the_largest_come_first_and_the_others_are_counted(snapshot):
    everything = errors.anatomy(Filters(), snapshot)
    one = errors.anatomy(Filters(), snapshot, most=1)

    assert one.rows["error_key"].to_list() == everything.rows["error_key"].to_list()[:1]
    assert (one.clusters, one.failed) == (everything.clusters, everything.failed)


def test_without_failed_sessions_there_is_nothing(snapshot):
    found = errors.anatomy(Filters(status=("completed",)), snapshot)

    assert (found.rows.is_empty(), found.clusters, found.failed) == (True, 0, 0)


def test_an_error_is_new_only_to_those_who_may_not_see_the_older(snapshot, oracle):
    """What others have failed by is none of a viewer's business."""
    for scope in (Scope(), Scope(frozenset({"a1"}))):
        filters = Filters(range="7d", scope=scope)
        for row in errors.anatomy(filters, snapshot).rows.to_dicts():
            starts = seen(oracle, filters, row["error_key"])
            assert min(starts) == row["first_seen_at"].replace(tzinfo=UTC)


@pytest.mark.parametrize("name", [name for name in MARKS if name.startswith("error")])
@given(filters=world.filters())
def test_a_mark_leads_to_as_many_sessions_as_it_shows(snapshot, filters, name):
    mark = MARKS[name]
    for row in mark.rows(filters, snapshot):
        assert row["sessions"] == sessions.count(mark.link(row, filters, snapshot), snapshot)
