"""Webhooks over a state folder of the test's own, to receivers on this machine."""

from contextlib import ExitStack
from datetime import timedelta

import pytest

from hooks import schedule, worker
from hooks.desk import Desk
from lake.hook_types import HookType
from tests.hooks.receiver import receiving

EVERYTHING = list(HookType)


@pytest.fixture
def hook_settings(own_settings):
    """Settings by which webhooks may go to this machine."""
    return own_settings.model_copy(update={"webhook_networks": ("127.0.0.0/8",)})


@pytest.fixture
def desk(hook_settings):
    return Desk(hook_settings)


@pytest.fixture
def receive():
    """Start a receiver; all are stopped at the end."""
    with ExitStack() as stack:
        yield lambda *given: stack.enter_context(receiving(*given))


@pytest.fixture
def subscribe(desk):
    """Have a receiver told of everything; returns the subscription's id."""

    def made(receiver, types=EVERYTHING, **given):
        subscription, _ = desk.add(receiver.url, types, **{"filter": {}, **given})
        return subscription.subscription_id

    return made


@pytest.fixture
def sending_on(hook_settings, monkeypatch):
    """Have webhooks sent, with waits that tests can live with."""
    monkeypatch.setattr(schedule, "WAITS", (timedelta(milliseconds=20),) * 9)
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.01)
    with worker.running(hook_settings) as held:
        yield held
