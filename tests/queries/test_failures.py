"""Which sessions failed just now, against the sessions themselves."""

from datetime import timedelta

from hypothesis import given

from models import Status
from queries import failures
from tests.queries import world


def moment(row):
    """Return when a session ended, or was last heard of."""
    return row["ended_at"] or row["last_message_at"] or row["started_at"]


@given(filters=world.filters())
def test_it_is_those_of_the_last_hour_whatever_statuses_are_chosen(snapshot, oracle, filters):
    since = world.TICK - timedelta(hours=1)
    expected = [
        row["session_id"]
        for row in oracle.filtered(filters, "status")
        if row["status"] == Status.FAILED.value and moment(row) and moment(row) >= since
    ]

    found = failures.recent(filters, snapshot)["session_id"].to_list()

    assert sorted(expected) == sorted(found)


def test_there_are_some_in_the_world(snapshot):
    assert failures.recent(world.Filters(), snapshot).height > 0
