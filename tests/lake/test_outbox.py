"""The outbox: what an event is to subscribers, and that both are one write."""

import json
import sqlite3
from dataclasses import replace

import pytest

from lake import outbox
from lake.deliveries import Deliveries, MessageState
from lake.hook_file import make_tables
from lake.hook_types import CUT_LENGTH, MOST_BYTES, OF_ALERTS, HookType, body, types_of
from lake.matching import Conditions
from lake.schema import SESSION_COLUMNS
from lake.subscriptions import Subscriptions, Wanted
from tests.hooks.events import AT, accept, accepted
from tests.lake.test_keys import NOW

PAGE = "https://parley.example"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "state"


@pytest.fixture
def subscribe(folder):
    def made(types=tuple(HookType), conditions=None, agents=None):
        wanted = Wanted("https://93.184.215.14/", frozenset(types), conditions or Conditions())
        return Subscriptions(folder).add(wanted, now=NOW, agents=agents)[0].subscription_id

    return made


def waiting(folder, subscription_id):
    """Return the messages of a subscription, in the order in which they were written."""
    found, _ = Deliveries(folder).page(subscription_id, state=None, offset=0, limit=1000)
    assert {message.state for message in found} <= {MessageState.WAITING}
    return found[::-1]


TOLD = [
    (accepted(), ["session.started"]),
    (accepted("message.created"), ["session.started"]),  # a message may open its session
    (accepted("message.created", was="active"), []),
    (accepted("session.updated", was="active"), ["session.updated"]),
    (accepted("session.started", was="active"), ["session.updated"]),  # which a message had opened
    (accepted("session.ended", was="active", status="completed"), ["session.completed"]),
    (accepted("session.updated", was="active", status="failed"), ["session.failed"]),
    (accepted("session.ended", was="failed", status="cancelled"), ["session.cancelled"]),
    (accepted("session.ended", was="failed", status="failed"), ["session.updated"]),
    (accepted("session.ended", status="failed"), ["session.started", "session.failed"]),
    (accepted("event.created", was="active", data={"kind": "handoff"}), ["session.handoff"]),
    (accepted("event.created", was="active", data={"kind": "note"}), []),
]  # fmt: skip


@pytest.mark.parametrize(("event", "types"), TOLD, ids=[str(n) for n in range(len(TOLD))])
def test_an_event_is_told_as_what_it_has_changed(folder, subscribe, event, types):
    subscription_id = subscribe()
    accept(folder, event)

    assert types == list(types_of(event))
    assert types == [message.type for message in waiting(folder, subscription_id)]


def test_every_type_is_told_of_something():
    """Those of alerts have tests of their own: tests/alerts."""
    assert {kind for _, types in TOLD for kind in types} == set(HookType) - OF_ALERTS


def test_only_who_asked_is_told(folder, subscribe):
    asked = {
        "all": subscribe(),
        "other type": subscribe([HookType.FAILED]),
        "right filter": subscribe(conditions=Conditions(channel=("web",))),
        "other filter": subscribe(conditions=Conditions(channel=("phone",))),
        "right agents": subscribe(agents=["a1"]),
        "other agents": subscribe(agents=["a2"]),
        "off": subscribe(),
    }
    Subscriptions(folder).disable(asked["off"], "", now=NOW)
    accept(folder, accepted())

    told = {name for name, subscription_id in asked.items() if waiting(folder, subscription_id)}
    assert told == {"all", "right filter", "right agents"}


def test_an_event_that_is_not_kept_is_not_told(folder, subscribe):
    subscription_id = subscribe()
    broken = replace(accepted(), session={"status": "active"})  # the columns end in the midst
    with pytest.raises(KeyError):
        accept(folder, accepted(), broken)

    assert waiting(folder, subscription_id) == []


def test_it_writes_into_the_transaction_of_the_one_who_calls(folder, subscribe):
    """Over a connection of any making, and never commits."""
    subscription_id = subscribe()
    connection = sqlite3.connect(folder / "journal.db")
    make_tables(connection)
    outbox.enqueue(connection, accepted())

    assert connection.in_transaction
    assert waiting(folder, subscription_id) == []
    connection.commit()
    assert len(waiting(folder, subscription_id)) == 1
    connection.close()


def test_where_nobody_has_ever_asked_it_does_nothing():
    connection = sqlite3.connect(":memory:")
    outbox.enqueue(connection, accepted())

    assert connection.execute("select count(*) from sqlite_master").fetchone() == (0,)
    connection.close()


def test_a_body_has_the_columns_of_the_session_and_the_ways_to_it():
    event = accepted(metadata='{"plan": ["pro"]}')
    told = json.loads(body("session.started", event, PAGE))

    assert set(told) == {"type", "timestamp", "data"}
    assert (told["type"], told["timestamp"]) == ("session.started", "2026-11-22T14:32:08.123Z")
    more = {"sequence", "event_id", "links", "is_cut"}
    assert set(told["data"]) == set(SESSION_COLUMNS) | more
    assert told["data"]["started_at"] == "2026-11-22T14:32:08.123Z"
    assert told["data"]["metadata"] == {"plan": ["pro"]}
    assert told["data"]["sequence"] == event.position
    assert told["data"]["links"] == {"session": f"{PAGE}/?id=s1"}
    assert not told["data"]["is_cut"]


@pytest.mark.parametrize("long", ["x", "\0", "語", '"'])
def test_a_body_is_never_too_long(long):
    """Of a session that is too large metadata and the ends of texts are missing."""
    text = long * 20_000
    names = ("external_id", "agent_name", "agent_id", "user_id", "error", "error_key", "end_reason",
             "source")  # fmt: skip
    event = accepted(**dict.fromkeys(names, text), metadata=json.dumps({"a": [text]}))
    told = body("session.failed", event, PAGE)

    assert len(told.encode()) <= MOST_BYTES
    data = json.loads(told)["data"]
    assert data["is_cut"]
    assert (data["error"], data["metadata"]) == (long * CUT_LENGTH, {})
    assert data["session_id"] == "s1"


def test_times_with_a_zone_are_told_in_utc():
    event = accepted(started_at=NOW, updated_at=AT)
    told = json.loads(body("session.started", event, PAGE))["data"]

    assert told["started_at"] == "2026-11-22T14:32:08.123Z"
