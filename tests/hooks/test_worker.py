"""Messages go out signed, are tried again, and wait for nobody else."""

import asyncio
import gzip

import pytest
from standardwebhooks import Webhook

from errors import StateError
from hooks import sending, worker
from lake.hook_file import connected, writing
from lake.subscriptions import Subscriptions
from tests.hooks.events import accept, accepted
from tests.hooks.receiver import reply, wait_until
from tests.hooks.standing import DELIVERED, are


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
