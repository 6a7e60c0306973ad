"""Webhooks by the command line, beside a server that hears of them."""

import json

import pytest
from standardwebhooks import Webhook

from hooks.desk import Desk
from lake.hook_types import HookType
from lake.subscriptions import PREFIX
from settings import Settings
from tests.cli.test_cli import parley  # noqa: F401  a fixture
from tests.hooks.conftest import receive  # noqa: F401  a fixture
from tests.hooks.events import accept, accepted
from tests.hooks.receiver import reply

HERE = {"PARLEY_WEBHOOK_NETWORKS": "127.0.0.0/8"}


@pytest.fixture
def desk(tmp_path):
    return Desk(Settings(state=tmp_path / "state", webhook_networks=("127.0.0.0/8",)))


@pytest.fixture
def webhook(parley):  # noqa: F811
    return lambda *arguments: parley("webhook", *arguments, **HERE)


@pytest.fixture
def made(webhook, receive):  # noqa: F811
    """The receiver of a webhook that the command has made, and its secret."""
    receiver = receive()
    done = webhook("add", receiver.url, "--type", "session.failed", "--type", "session.handoff",
                   "--filter", "channel:web", "--filter", "metadata:plan=a:b",
                   "--description", "To the CRM")  # fmt: skip
    assert done.returncode == 0, done.stderr
    return receiver, done.stdout.strip()


def test_a_secret_is_shown_once_and_alone_on_the_output(webhook, made, desk):
    receiver, secret = made
    (found,) = desk.listed()

    assert secret.startswith(PREFIX)
    assert found.wanted.types == {HookType.FAILED, HookType.HANDOFF}
    listed = webhook("list").stdout
    assert secret not in listed
    for word in (found.subscription_id, receiver.url, "live", "session.failed", "channel:web",
                 "metadata:plan=a:b", "To the CRM", "never"):  # fmt: skip
        assert word in listed


def test_a_test_goes_out_and_tells_what_came_back(webhook, made, desk):
    receiver, secret = made
    (found,) = desk.listed()
    done = webhook("test", found.subscription_id)
    (request,) = receiver.requests
    assert (done.returncode, "answered 200" in done.stdout) == (0, True), done.stderr
    assert Webhook(secret).verify(request.body, request.headers)["type"] == "webhook.test"

    receiver.answer = lambda _: reply(500, b"\x1b[31mred")
    done = webhook("test", found.subscription_id)
    assert done.returncode == 1
    assert "answered 500" in done.stdout
    assert "\x1b" not in done.stdout  # nothing of a stranger steers the terminal
    assert "500" in webhook("list").stdout


def test_a_secret_follows_another_until_all_is_removed(webhook, made, desk):
    _, secret = made
    (found,) = desk.listed()
    turned = webhook("rotate", found.subscription_id, "--overlap", "1").stdout.strip()
    assert [turned, secret] == [one.text for one in desk.one(found.subscription_id).secrets]

    assert webhook("remove", found.subscription_id).returncode == 0
    assert desk.listed() == []


def test_the_log_is_shown_and_sent_again(webhook, made, desk, tmp_path):
    (found,) = desk.listed()
    accept(tmp_path / "state", accepted(status="failed", metadata=json.dumps({"plan": ["a:b"]})))
    webhook("test", found.subscription_id)
    log = webhook("log", found.subscription_id).stdout
    (message,), _ = desk.sent(found.subscription_id, state="waiting")

    for word in (message.message_id, "session.failed", "s1", "waiting", "webhook.test", "200",
                 "2 of 2"):  # fmt: skip
        assert word in log
    assert "0 of 0" in webhook("log", found.subscription_id, "--state", "given_up").stdout
    assert "1 waiting" in webhook("replay", found.subscription_id, message.message_id).stdout
    period = ("--after", "2026-01-01T00:00:00Z", "--before", "9999-01-01T00:00:00Z")
    assert "2 waiting" in webhook("replay", found.subscription_id, *period).stdout
    assert "0 waiting" in webhook("replay", found.subscription_id, *period, "--failed").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add", "https://10.0.0.1/", "--type", "session.failed"], "public Internet"),
        (["add", "https://93.184.215.14/"], "--type"),
        (["add", "https://93.184.215.14/", "--type", "everything"], "everything"),
        (["add", "https://93.184.215.14/", "--type", "session.failed", "--filter", "web"], "NAME:"),
        (["add", "https://93.184.215.14/", "--type", "session.failed", "--filter", "q:x"], "q"),
        (["remove", "nobody"], "no such webhook"),
        (["test", "nobody"], "no such webhook"),
        (["replay", "nobody"], "one message or of a period"),
        (["replay", "nobody", "--after", "x", "--before", "y"], "after"),
    ],
)
def test_what_cannot_be_is_refused(webhook, arguments, words):
    done = webhook(*arguments)

    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
