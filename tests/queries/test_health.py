"""What is counted as missing or odd, against the sessions themselves."""

import pytest

from models import Status
from queries import health, sessions
from queries.filters import Scope
from tests.queries.world import AGENTS

ACTIVE = Status.ACTIVE.value


@pytest.mark.parametrize("agents", [None, frozenset(list(AGENTS)[:2])], ids=["all", "some"])
def test_the_counts_are_those_of_the_rows(snapshot, world_rows, agents):
    rows = [row for row in world_rows if agents is None or row["agent_id"] in agents]
    times = [row["started_at"] for row in rows if row["started_at"] is not None]
    both = [row for row in rows if row["started_at"] and row["ended_at"]]

    found = health.summary(snapshot, Scope(agents))

    assert found["sessions"] == len(rows)
    assert found["newest_started_at"] == max(times).replace(tzinfo=None)
    assert found["active"] == sum(row["status"] == ACTIVE for row in rows)
    assert found["without_start"] == sum(row["started_at"] is None for row in rows)
    assert found["skewed"] == sum(row["ended_at"] < row["started_at"] for row in both)
    assert found["without_messages"] == sum(row["message_count"] == 0 for row in rows)
    assert found["without_end"] == sum(
        row["ended_at"] is None and row["status"] != ACTIVE for row in rows
    )


@pytest.mark.parametrize("name", health.BEHIND)
def test_the_link_of_a_count_leads_to_that_many_sessions(snapshot, name):
    scope = Scope(frozenset(list(AGENTS)[1:]))
    counted = health.summary(snapshot, scope)[name]

    assert sessions.count(health.BEHIND[name].within(scope), snapshot) == counted > 0
