"""What turns a subscription off, and what becomes of its messages."""

import asyncio
import json
from datetime import UTC, datetime

from hooks import schedule, worker
from hooks.desk import Change
from lake.hook_file import connected, writing
from lake.hook_types import TEST
from tests.hooks.events import accept, accepted
from tests.hooks.receiver import reply, wait_until
from tests.hooks.standing import DELIVERED, GIVEN_UP, WAITING, are, states


def test_gone_turns_off_at_once(desk, receive, subscribe, hook_settings, sending_on):
    receiver = receive(lambda _: reply(410))
    subscription_id = subscribe(receiver)
    accept(hook_settings.state, accepted())
    wait_until(lambda: desk.one(subscription_id).state == "off")
    accept(hook_settings.state, accepted())

    assert desk.one(subscription_id).reason == schedule.GONE
    assert states(desk, subscription_id) == [GIVEN_UP]
    assert len(receiver.requests) == 1


def test_five_days_of_failure_turn_off(desk, receive, subscribe, hook_settings, sending_on):
    receiver = receive(lambda _: reply(500))
    subscription_id = subscribe(receiver)
    long_ago = (datetime.now(UTC) - schedule.FAILING).isoformat()
    with connected(hook_settings.state) as connection, writing(connection):
        connection.execute("update hook_subscriptions set failing_since = ?", (long_ago,))
    accept(hook_settings.state, accepted())
    wait_until(lambda: desk.one(subscription_id).state == "off")

    assert desk.one(subscription_id).reason == schedule.FAILED
    assert states(desk, subscription_id) == [WAITING]


def test_what_waits_while_it_is_off_goes_out_when_it_is_on(
    desk, receive, subscribe, hook_settings, monkeypatch
):
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.01)
    receiver = receive()
    subscription_id = subscribe(receiver)
    accept(hook_settings.state, accepted())
    desk.change(subscription_id, Change(is_enabled=False))
    with worker.running(hook_settings):
        accept(hook_settings.state, accepted())  # which is not told: nobody asks
        assert not receiver.connections
        desk.change(subscription_id, Change(is_enabled=True))
        wait_until(are(desk, subscription_id, DELIVERED))

    assert len(receiver.requests) == 1


def test_a_test_is_sent_at_once_also_where_it_is_off(desk, receive, subscribe):
    receiver = receive()
    subscription_id = subscribe(receiver)
    desk.change(subscription_id, Change(is_enabled=False))
    message, attempt = asyncio.run(desk.tried(subscription_id))

    assert (message.state, attempt.status, attempt.answer) == (DELIVERED, 200, "thanks")
    assert json.loads(receiver.requests[0].body)["type"] == TEST
    assert desk.message(subscription_id, message.message_id) == (message, [attempt])


def test_a_test_that_fails_is_not_tried_again(desk, receive, subscribe, sending_on):
    receiver = receive(lambda _: reply(500))
    subscription_id = subscribe(receiver)
    message, _ = asyncio.run(desk.tried(subscription_id))

    assert message.state is GIVEN_UP
    assert desk.one(subscription_id).state == "live"
    assert len(receiver.requests) == 1
