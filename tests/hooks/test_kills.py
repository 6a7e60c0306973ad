"""kill -9 at any moment: every accepted event arrives at least once, under one id, well signed."""

import random
import signal
import subprocess
import sys
import time

import pytest
from standardwebhooks import Webhook

from lake.deliveries import MessageState
from lake.hook_file import connected
from settings import ROOT
from tests.conftest import IS_SOAK
from tests.hooks.receiver import receiving, reply, wait_until

pytestmark = pytest.mark.soak

EVENTS, KILLS = (1000, 20) if IS_SOAK else (80, 2)
SEED = 20261126
TROUBLE = 0.4  # the share of requests that are not simply answered


def troubled(chance):
    """Return how a receiver answers that fails, hangs and breaks off at random."""
    kinds = (
        lambda: reply(500),
        lambda: reply(429, retry_after="0"),
        lambda: reply(302, location="http://127.0.0.1:1/"),
        lambda: reply(200)[: chance.randrange(60)],  # in its head, or in what stands under it
        lambda: b"",
        lambda: None,
    )

    def answer(_):
        return chance.choice(kinds)() if chance.random() < TROUBLE else reply(200)

    return answer


def start(settings):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.hooks.sender", str(settings.state), str(EVENTS)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def kill(process):
    process.send_signal(signal.SIGKILL)
    _, complaints = process.communicate()
    assert "Traceback" not in complaints, complaints


def test_no_event_is_lost_by_kills_and_a_receiver_in_trouble(desk, hook_settings, counted):
    counted("kills", KILLS, seed=SEED)
    counted("events", EVENTS, seed=SEED)
    chance = random.Random(SEED)  # noqa: S311  a repeatable order
    with receiving(troubled(chance)) as receiver:
        made, secret = desk.add(receiver.url, ["session.started"], filter={})
        for _ in range(KILLS):
            process = start(hook_settings)
            goal = len(receiver.requests) + chance.randrange(1, 2 * EVENTS // KILLS)
            wait_until(
                lambda goal=goal: (
                    len(receiver.requests) >= goal or is_done(desk, made.subscription_id)
                )
            )
            time.sleep(chance.random() / 20)
            kill(process)
        process = start(hook_settings)
        wait_until(lambda: is_done(desk, made.subscription_id))
        kill(process)
        requests = list(receiver.requests)

    verified = [Webhook(secret).verify(each.body, each.headers) for each in requests]
    ids = {}
    for told, request in zip(verified, requests, strict=True):
        ids.setdefault(told["data"]["session_id"], set()).add(request.headers["webhook-id"])
    assert set(ids) == {f"s{number}" for number in range(EVENTS)}
    assert {len(found) for found in ids.values()} == {1}
    assert len(requests) > EVENTS  # there was trouble
    assert is_one_message_an_event(hook_settings.state)


def is_done(desk, subscription_id):
    _, delivered = desk.sent(subscription_id, state=MessageState.DELIVERED, limit=1)
    return delivered == EVENTS


def is_one_message_an_event(folder):
    with connected(folder) as connection:
        counts = connection.execute(
            "select (select count(*) from accepted), count(*), count(distinct session_id) "
            "from hook_messages"
        ).fetchone()
    return counts == (EVENTS, EVENTS, EVENTS)
