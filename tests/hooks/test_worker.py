"""Messages go out signed, are tried again, and wait for nobody else."""

import asyncio
import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from errors import StateError
from hooks import schedule, sending, worker
from hooks.desk import Change
from lake.deliveries import MessageState
from lake.hook_file import connected, writing
from lake.hook_types import TEST
from lake.subscriptions import Subscriptions
from tests.hooks.events import accept, accepted
from tests.hooks.receiver import reply, wait_until


@pytest.fixture
def sending_on(hook_settings, monkeypatch):
    """Have webhooks sent, with waits that tests can live with."""
    monkeypatch.setattr(schedule, "WAITS", (timedelta(milliseconds=20),) * 9)
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.01)
    with worker.running(hook_settings) as held:
        yield held


def states(desk, subscription_id):
    return [message.state for message in desk.sent(subscription_id)[0]]


def are(desk, subscription_id, *wanted):
    return lambda: states(desk, subscription_id) == list(wanted)


DELIVERED, GIVEN_UP, WAITING = (
    MessageState.DELIVERED, MessageState.GIVEN_UP, MessageState.WAITING,
)  # fmt: skip


def test_an_event_reaches_who_asked_signed(desk, receive, hook_settings, sending_on):
    receiver = receive()
    made, secret = desk.add(receiver.url, ["session.started"], filter={})
    accept(hook_settings.state, accepted())
    wait_until(are(desk, made.subscription_id, DELIVERED))
    (request,) = receiver.requests

    told = Webhook(secret).verify(request.body, request.headers)
    assert (told["type"], told["data"]["session_id"]) == ("session.started", "s1")
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-id"].startswith("msg_")


def test_while_secrets_overlap_both_sign(desk, receive, hook_settings, sending_on):
    receiver = receive()
    made, first = desk.add(receiver.url, ["session.started"], filter={})
    _, second = desk.rotate(made.subscription_id)
    accept(hook_settings.state, accepted())
    wait_until(are(desk, made.subscription_id, DELIVERED))
    (request,) = receiver.requests

    for secret in (first, second):
        assert Webhook(secret).verify(request.body, request.headers)


def test_a_failure_is_tried_again_under_the_same_id_until_it_arrives(
    desk, receive, subscribe, hook_settings, sending_on
):
    answers = iter([reply(500), reply(503), reply(429), b"nonsense\r\n\r\n", b"", reply(200)])
    receiver = receive(lambda _: next(answers))
    subscription_id = subscribe(receiver)
    accept(hook_settings.state, accepted())
    wait_until(are(desk, subscription_id, DELIVERED))
    (message,), _ = desk.sent(subscription_id)
    _, attempts = desk.message(subscription_id, message.message_id)

    assert receiver.ids == [message.message_id] * 6
    assert len({request.body for request in receiver.requests}) == 1
    assert [attempt.status for attempt in attempts] == [500, 503, 429, None, None, 200]
    assert [bool(attempt.error) for attempt in attempts] == [True] * 5 + [False]
    assert desk.one(subscription_id).state == "live"


def test_after_ten_attempts_it_is_given_up_and_a_replay_begins_anew(
    desk, receive, subscribe, hook_settings, sending_on
):
    is_well = []
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


def test_a_dead_receiver_holds_up_nobody_else(desk, receive, subscribe, hook_settings, sending_on):
    """Twenty of them hang, each with more waiting than may be under way."""
    dead = [receive(lambda _: None) for _ in range(20)]
    healthy = receive()
    for each in dead:
        subscribe(each)
    subscription_id = subscribe(healthy)
    accept(hook_settings.state, *(accepted() for _ in range(10)))
    wait_until(are(desk, subscription_id, *[DELIVERED] * 10))

    assert len(set(healthy.ids)) == 10
    assert max(each.connections for each in dead) <= worker.AT_ONCE


def test_what_answers_too_slowly_is_left(desk, receive, subscribe, monkeypatch):
    """Also one that goes on for ever, a little at a time."""
    monkeypatch.setattr(sending, "SECONDS", 0.3)
    heads = (b"HTTP/1.1 200 OK\r\n", *[b"x: y\r\n"] * 50)
    for parts in (None, heads):
        receiver = receive(lambda _, parts=parts: parts)
        _, attempt = asyncio.run(desk.tried(subscribe(receiver)))

        assert (attempt.status, attempt.answer) == (None, "")
        assert "no answer within" in attempt.error


def test_an_answer_that_goes_on_for_ever_has_been_given(desk, receive, subscribe, monkeypatch):
    monkeypatch.setattr(sending, "ANSWER_SECONDS", 0.1)
    receiver = receive(lambda _: (reply(200, b"x" * 50)[:-50], *[b"x"] * 50))
    _, attempt = asyncio.run(desk.tried(subscribe(receiver)))

    assert (attempt.status, attempt.error) == (200, "")
    assert 0 < len(attempt.answer) < 50


def test_of_an_answer_only_the_beginning_is_kept(desk, receive, subscribe):
    packed = gzip.compress(b"x" * 10**7)
    for body, headers, kept in (
        (b"y" * 10**6, {}, "y" * sending.MOST_ANSWER),
        (b"\xff\x00<b>", {}, "\ufffd\0<b>"),
        (packed, {"content_encoding": "gzip"}, None),
    ):
        receiver = receive(lambda _, body=body, headers=headers: reply(200, body, **headers))
        _, attempt = asyncio.run(desk.tried(subscribe(receiver)))

        assert not attempt.error
        assert len(attempt.answer) <= sending.MOST_ANSWER
        assert kept is None or attempt.answer == kept


def test_an_answer_that_breaks_off_after_its_head_has_been_given(desk, receive, subscribe):
    receiver = receive(lambda _: reply(200, b"whole")[:-3])
    _, attempt = asyncio.run(desk.tried(subscribe(receiver)))

    assert (attempt.status, attempt.error, attempt.answer) == (200, "", "wh")


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


def test_it_makes_no_file_and_waits_for_one(desk, receive, subscribe, hook_settings, sending_on):
    assert not hook_settings.state.exists()
    receiver = receive()
    subscribe(receiver)
    accept(hook_settings.state, accepted())
    wait_until(lambda: receiver.requests)


def test_a_file_that_cannot_be_used_is_tried_again(
    desk, receive, subscribe, hook_settings, monkeypatch, caplog
):
    monkeypatch.setattr(worker, "BROKEN_SECONDS", 0.01)
    hook_settings.state.mkdir()
    path = hook_settings.state / "journal.db"
    path.write_bytes(b"no database" * 1000)
    with worker.running(hook_settings):
        wait_until(lambda: "webhooks rest" in caplog.text)
        with pytest.raises(StateError):
            desk.listed()
        path.unlink()
        receiver = receive()
        subscribe(receiver)
        accept(hook_settings.state, accepted())
        wait_until(lambda: receiver.requests)


def test_a_secret_that_is_none_holds_up_nobody_else(
    desk, receive, subscribe, hook_settings, sending_on, caplog
):
    damaged, healthy = receive(), receive()
    first, second = subscribe(damaged), subscribe(healthy)
    with connected(hook_settings.state) as connection, writing(connection):
        connection.execute("update hook_secrets set secret = 'whsec_A' where rowid = 1")
    accept(hook_settings.state, accepted())
    wait_until(are(desk, second, DELIVERED))
    wait_until(lambda: f"webhook {first} rests" in caplog.text)

    assert not damaged.requests
    assert caplog.text.count("rests") == 1  # and is not tried without end


def test_rows_that_cannot_be_read_are_told(
    desk, receive, subscribe, hook_settings, sending_on, caplog
):
    subscribe(receive())
    with connected(hook_settings.state) as connection, writing(connection):
        connection.execute("update hook_subscriptions set types = '[\"nonsense\"]'")
    wait_until(lambda: "webhooks rest" in caplog.text)

    with pytest.raises(StateError):
        desk.listed()


def test_no_secret_is_logged_or_kept_with_what_was_sent(
    desk, receive, hook_settings, sending_on, caplog
):
    caplog.set_level("DEBUG")
    receiver = receive(lambda _: reply(410))
    made, secret = desk.add(receiver.url, ["session.started"], filter={})
    accept(hook_settings.state, accepted())
    wait_until(lambda: desk.one(made.subscription_id).state == "off")
    plain = secret.removeprefix("whsec_")
    with connected(hook_settings.state) as connection:
        kept = [
            str(row)
            for table in ("hook_messages", "hook_attempts", "hook_subscriptions")
            for row in connection.execute(f"select * from {table}")
        ]

    assert plain not in caplog.text
    assert plain not in "".join(kept)
    assert "/hook" not in caplog.text  # in the path of an address may stand what is a secret
    assert Subscriptions(hook_settings.state).one(made.subscription_id).reason in caplog.text
