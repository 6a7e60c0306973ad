"""What was sent is sent again on wish, and forgotten after its days."""

import asyncio
from datetime import UTC, datetime, timedelta

from hooks import schedule, worker
from hooks.desk import Change
from lake.hook_file import connected, writing
from tests.hooks.events import accept, accepted
from tests.hooks.receiver import reply, wait_until
from tests.hooks.standing import DELIVERED, GIVEN_UP, WAITING, are, attempts


def test_after_ten_attempts_it_is_given_up_and_a_replay_begins_anew(
    desk, receive, subscribe, hook_settings, sending_on
):
    is_well, before = [], attempts()
    receiver = receive(lambda _: reply(200 if is_well else 500))
    subscription_id = subscribe(receiver)
    accept(hook_settings.state, accepted())
    wait_until(are(desk, subscription_id, GIVEN_UP))
    (message,), _ = desk.sent(subscription_id)
    assert len(receiver.requests) == message.tries == 10
    assert desk.one(subscription_id).state == "failing"

    is_well.append(True)
    desk.replay(subscription_id, message.message_id)
    wait_until(are(desk, subscription_id, DELIVERED))
    assert receiver.ids == [message.message_id] * 11
    assert desk.one(subscription_id).state == "live"
    assert {"retried": 9, "given_up": 1, "delivered": 1} == attempts() - before


def test_all_of_a_period_is_sent_again(desk, receive, subscribe, hook_settings, sending_on):
    receiver = receive()
    subscription_id = subscribe(receiver)
    accept(hook_settings.state, accepted(), accepted())
    wait_until(are(desk, subscription_id, DELIVERED, DELIVERED))
    last = max(message.created_at for message in desk.sent(subscription_id)[0])
    hour = timedelta(hours=1)

    assert 0 == desk.replay_period(subscription_id, last - hour, last + hour, only_failed=True)
    assert 0 == desk.replay_period(subscription_id, last + hour, last + 2 * hour)
    assert 2 == desk.replay_period(subscription_id, last - hour, last + hour)
    wait_until(lambda: len(receiver.requests) == 4)
    assert len(set(receiver.ids)) == 2


def test_a_replay_while_the_last_attempt_is_under_way_is_not_lost(
    desk, receive, subscribe, hook_settings, sending_on, monkeypatch
):
    """The answer to an attempt before the replay does not give up what the replay has begun."""
    monkeypatch.setattr(schedule, "WAITS", (timedelta(milliseconds=20),))

    def answer(request):
        if len(receiver.requests) == 2:
            desk.replay(subscription_id, request.headers["webhook-id"])
        return reply(500 if len(receiver.requests) < 3 else 200)

    receiver = receive(answer)
    subscription_id = subscribe(receiver)
    accept(hook_settings.state, accepted())
    wait_until(are(desk, subscription_id, DELIVERED))

    assert len(receiver.requests) == 3


def test_what_was_sent_is_forgotten_after_its_days_and_what_waits_is_not(
    desk, receive, subscribe, hook_settings, monkeypatch
):
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.01)
    subscription_id = subscribe(receive())
    asyncio.run(desk.tried(subscription_id))
    accept(hook_settings.state, accepted())
    desk.change(subscription_id, Change(is_enabled=False))
    old = datetime.now(UTC) - timedelta(days=hook_settings.webhook_days, seconds=1)
    with connected(hook_settings.state) as connection, writing(connection):
        connection.execute("update hook_messages set created_at = ?", (old.isoformat(),))
    with worker.running(hook_settings):
        wait_until(are(desk, subscription_id, WAITING))
    with connected(hook_settings.state) as connection:
        assert connection.execute("select count(*) from hook_attempts").fetchone() == (0,)
