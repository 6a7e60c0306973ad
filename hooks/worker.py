"""Who sends: a thread with a loop of its own, which looks for what is due and notes what came back.

Each subscription has a queue of its own, of which a few messages are under way at once, one while
its receiver fails: whoever does not answer holds up nobody else. What is under way when the process
dies is sent again by the next one, under the same id.
"""

import asyncio
import logging
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from errors import StateError
from hooks import schedule, sending
from lake import deliveries, subscriptions
from lake.deliveries import Message
from lake.hook_file import connected, exists, writing
from lake.subscriptions import Subscription
from settings import Settings

log = logging.getLogger("parley.hooks")

AT_ONCE = 4  # messages to one receiver
LOOK_SECONDS = 0.25  # how often is looked for what others have written
BROKEN_SECONDS = 5.0  # and how soon again where the file cannot be used
FORGET_EVERY = timedelta(hours=1)


class Worker:
    """Sends what is due while it runs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._under_way: dict[str, Subscription] = {}  # by message
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._woken = asyncio.Event()
        self._is_over = False
        self._forgotten_at = datetime.min.replace(tzinfo=UTC)
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """Stop at once; what is under way is sent again after the next start."""
        self._is_over = True
        with suppress(RuntimeError):  # it has ended by itself
            self._loop.call_soon_threadsafe(self._woken.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._sending())

    async def _sending(self) -> None:
        """Look and send until the end, also after the file could not be used for a while."""
        while not self._is_over:
            try:
                if exists(self._settings.state):
                    await self._over_one_connection()
            except StateError as error:
                log.warning("webhooks rest: %s", error.sentence)
                await self._rest(BROKEN_SECONDS)
            else:
                await self._rest(LOOK_SECONDS)
        for task in self._tasks:
            task.cancel()

    async def _over_one_connection(self) -> None:
        """Look and send; raises StateError."""
        with connected(self._settings.state) as connection:
            while not self._is_over:
                self._look(connection)
                await self._rest(LOOK_SECONDS)

    def _look(self, connection: sqlite3.Connection) -> None:
        """Begin an attempt of what is due, as far as each queue has a place."""
        now = datetime.now(UTC)
        if now - self._forgotten_at >= FORGET_EVERY:
            with writing(connection):
                deliveries.forget(connection, now - timedelta(days=self._settings.webhook_days))
            self._forgotten_at = now
        busy = Counter(each.subscription_id for each in self._under_way.values())
        for subscription in subscriptions.read(connection):
            if subscription.disabled_at is not None:
                continue
            most = AT_ONCE if subscription.failing_since is None else 1
            under_way = busy[subscription.subscription_id]
            # Those under way are due too, and not to be begun twice.
            found = deliveries.due(connection, subscription.subscription_id, now, AT_ONCE + most)
            fresh = [each for each in found if each.message_id not in self._under_way]
            for message in fresh[: max(0, most - under_way)]:
                self._begin(connection, subscription, message)

    def _begin(
        self, connection: sqlite3.Connection, subscription: Subscription, message: Message
    ) -> None:
        self._under_way[message.message_id] = subscription
        task = self._loop.create_task(self._deliver(connection, subscription, message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(
        self, connection: sqlite3.Connection, subscription: Subscription, message: Message
    ) -> None:
        """Send a message and note what came of it."""
        try:
            sent = await sending.send(subscription, message, self._settings.webhook_networks)
            note(connection, subscription, message, sent)
        except (sqlite3.Error, ValueError) as error:  # locked, or a secret that is none
            log.warning("webhook %s rests: %s", subscription.subscription_id, error)
            await asyncio.sleep(BROKEN_SECONDS)  # then it is sent again
        finally:
            del self._under_way[message.message_id]
            self._woken.set()

    async def _rest(self, seconds: float) -> None:
        """Wait, but not longer than until something has come back."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        self._woken.clear()


def note(
    connection: sqlite3.Connection, subscription: Subscription, message: Message,
    sent: sending.Sent,
) -> None:  # fmt: skip
    """Write down what an attempt has come to: of the message, and of its subscription."""
    now = datetime.now(UTC)
    state, due_at = schedule.following(message.tries + 1, sent.attempt, now, sent.retry_after)
    reason = schedule.ending(sent.attempt, subscription.failing_since, now)
    with writing(connection):
        deliveries.note(connection, message, sent.attempt, state, due_at)
        if reason is not None:
            subscriptions.turn_off(connection, subscription.subscription_id, reason, now)
    if reason is not None:
        log.warning("webhook %s is turned off: %s", subscription.subscription_id, reason)


@contextmanager
def running(settings: Settings) -> Iterator[Worker]:
    """Have webhooks sent while the block runs."""
    worker = Worker(settings)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()
