"""An event that the journal has accepted: what the outbox, the index and the live page are told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Accepted:
    """One accepted event, and its session as it is once the event has been taken in.

    position    its place in the journal, from 1, growing, never used twice
    type        session.started, session.updated, session.ended, message.created, event.created
    id          the sender's id of the event
    timestamp   when it happened, UTC, naive
    session     the columns of `sessions` (lake/schema.py) after this event; worked out when they
                are first asked for, which must be before the next event is taken in
    status_was  the status of the session before it; None when the event opened the session
    data        the event's own `data`, as it was accepted
    """

    position: int
    type: str
    id: str
    timestamp: datetime
    session: Mapping[str, Any]
    status_was: str | None
    data: Mapping[str, Any]
