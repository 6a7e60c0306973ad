"""What people and scripts do with webhooks: one place for the page, the API and the command line.

Whoever sees some agents only sees the subscriptions that tell of no others; all others are absent.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hooks import sending, wishes
from lake import deliveries
from lake.deliveries import Attempt, Deliveries, Message, MessageState, Standing
from lake.hook_file import connected, writing
from lake.hook_refusals import HookNotFoundError
from lake.hook_types import TEST, written
from lake.outbox import new_id
from lake.subscriptions import OVERLAP, Subscription, Subscriptions, Wanted
from settings import Settings

BY_HAND = "It was turned off by hand."


@dataclass(frozen=True)
class Change:
    """What is to be another way; None stays as it is."""

    url: str | None = None
    types: Sequence[str] | None = None
    filter: Mapping[str, Sequence[str]] | None = None
    description: str | None = None
    is_enabled: bool | None = None


class Desk:
    """The webhooks of one state folder, as somebody sees them; `agents` None sees all."""

    def __init__(self, settings: Settings, agents: frozenset[str] | None = None) -> None:
        self._settings = settings
        self._agents = agents
        self._kept = Subscriptions(settings.state)
        self._log = Deliveries(settings.state)

    def listed(self) -> list[Subscription]:
        """Return the subscriptions that may be seen, newest first; raises StateError."""
        return [each for each in self._kept.listed() if self._sees(each)]

    def one(self, subscription_id: str) -> Subscription:
        """Return one; raises HookNotFoundError, StateError."""
        found = self._kept.one(subscription_id)
        if not self._sees(found):
            raise HookNotFoundError
        return found

    def standing(self, subscription_id: str) -> Standing:
        """Return how the queue of one stands."""
        return self._log.standing(self.one(subscription_id).subscription_id)

    def add(
        self, url: str, types: Sequence[str], *, filter: wishes.Given, description: str = ""  # noqa: A002  the word of the API
    ) -> tuple[Subscription, str]:  # fmt: skip
        """Make one and return it with its secret, which nobody can read again.

        Raises HookRefusedError, AddressRefusedError, FilterError, StateError.
        """
        networks = self._settings.webhook_networks
        wanted = wishes.wanted(url, types, filter, description, networks)
        return self._kept.add(wanted, now=_now(), agents=self._agents)

    def change(self, subscription_id: str, change: Change) -> tuple[Subscription, str | None]:
        """Change one; another address gets another secret, which is returned. Raises as `add`."""
        found, secret = self.one(subscription_id), None
        before = found.wanted
        is_other = replace(change, is_enabled=None) != Change()
        wanted = self._changed(before, change) if is_other else before
        if wanted != before:
            found, secret = self._kept.change(subscription_id, wanted, now=_now())
        if change.is_enabled is True:
            found = self._kept.enable(subscription_id)
        if change.is_enabled is False:
            found = self._kept.disable(subscription_id, BY_HAND, now=_now())
        return found, secret

    def _changed(self, before: Wanted, change: Change) -> Wanted:
        """Return what is wanted from now on; checked anew, for what was allowed may not be now."""
        return wishes.wanted(
            before.url if change.url is None else change.url,
            sorted(before.types) if change.types is None else change.types,
            wishes.texts(before.conditions) if change.filter is None else change.filter,
            before.description if change.description is None else change.description,
            self._settings.webhook_networks,
        )

    def rotate(
        self, subscription_id: str, *, overlap: timedelta = OVERLAP
    ) -> tuple[Subscription, str]:
        """Give one a new secret and return both; the one before signs beside it for a while."""
        self.one(subscription_id)
        return self._kept.rotate(subscription_id, now=_now(), overlap=overlap)

    def remove(self, subscription_id: str) -> None:
        """Forget one, what waits for it, and its log."""
        self.one(subscription_id)
        self._kept.remove(subscription_id)

    def sent(
        self, subscription_id: str, *, state: MessageState | None = None, offset: int = 0,
        limit: int = 50,
    ) -> tuple[list[Message], int]:  # fmt: skip
        """Return the messages of one, newest first, and how many there are."""
        self.one(subscription_id)
        return self._log.page(subscription_id, state=state, offset=offset, limit=limit)

    def message(self, subscription_id: str, message_id: str) -> tuple[Message, list[Attempt]]:
        """Return a message with its attempts, first to last; raises HookNotFoundError."""
        self.one(subscription_id)
        found = self._log.one(subscription_id, message_id)
        return found, self._log.attempts(message_id)

    def replay(self, subscription_id: str, message_id: str) -> Message:
        """Have a message sent again under its id; raises HookNotFoundError."""
        self.one(subscription_id)
        return self._log.replay(subscription_id, message_id, now=_now())

    def replay_period(
        self, subscription_id: str, after: datetime, before: datetime, *, only_failed: bool = False
    ) -> int:
        """Have all messages of a period sent again; returns how many."""
        self.one(subscription_id)
        return self._log.replay_period(
            subscription_id, after, before, now=_now(), only_failed=only_failed
        )

    async def tried(self, subscription_id: str) -> tuple[Message, Attempt]:
        """Send a test message at once, also where it is turned off, and return what came back."""
        subscription = await asyncio.to_thread(self.one, subscription_id)
        now = _now()
        message = Message(
            new_id(), subscription_id, TEST, None, now, written(TEST, now, _sample()).decode(),
            MessageState.WAITING, 0, now,
        )  # fmt: skip
        sent = await sending.send(subscription, message, self._settings.webhook_networks)
        state = MessageState.GIVEN_UP if sent.attempt.error else MessageState.DELIVERED
        told = replace(message, state=state, tries=1)
        await asyncio.to_thread(self._note, told, sent.attempt)
        return told, sent.attempt

    def _note(self, message: Message, attempt: Attempt) -> None:
        with connected(self._settings.state) as connection, writing(connection):
            deliveries.note_once(connection, message, attempt)

    def _sees(self, subscription: Subscription) -> bool:
        if self._agents is None:
            return True
        return subscription.agents is not None and subscription.agents <= self._agents


def _sample() -> dict[str, Any]:
    return {"message": "A test of Parley's webhooks.", "nonce": secrets.token_hex(8)}


def _now() -> datetime:
    """Return the true time: receivers compare it with theirs, whatever PARLEY_NOW says."""
    return datetime.now(UTC)
