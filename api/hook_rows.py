"""Webhooks and their messages as they are answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from api.rows import Row, moment
from hooks import wishes
from lake.deliveries import Attempt, Message, MessageState, Standing
from lake.subscriptions import Subscription


def webhook(found: Subscription, standing: Standing, now: datetime) -> Row:
    """Return a webhook; of its secrets only when they were made and when they end."""
    given = wishes.texts(found.wanted.conditions)
    lag = None if standing.oldest_at is None else now - standing.oldest_at
    return {
        "webhook_id": found.subscription_id,
        "url": found.wanted.url,
        "types": sorted(found.wanted.types),
        "filter": {name: given.get(name, []) for name in wishes.FIELDS},
        "description": found.wanted.description,
        "agents": None if found.agents is None else sorted(found.agents),
        "state": found.state,
        "reason": found.reason or None,
        "created_at": moment(found.created_at),
        "disabled_at": known(found.disabled_at),
        "failing_since": known(found.failing_since),
        "secrets": [
            {"created_at": moment(one.created_at), "ends_at": known(one.ends_at)}
            for one in found.secrets
            if one.ends_at is None or one.ends_at > now
        ],
        "waiting": standing.waiting,
        "lag_ms": 0 if lag is None else max(0, round(lag.total_seconds() * 1000)),
        "given_up": standing.given_up,
        "last_at": known(standing.last_at),
        "last_status": standing.last_status,
    }


def delivery(message: Message) -> Row:
    """Return a message without what it says."""
    is_waiting = message.state is MessageState.WAITING
    return {
        "message_id": message.message_id,
        "type": message.type,
        "session_id": message.session_id,
        "state": message.state,
        "created_at": moment(message.created_at),
        "tries": message.tries,
        "due_at": moment(message.due_at) if is_waiting else None,
    }


def whole(message: Message, attempts: Sequence[Attempt]) -> Row:
    """Return a message with what it says and how it was tried."""
    tried = [
        {
            "started_at": moment(each.started_at),
            "duration_ms": each.duration_ms,
            "url": each.url,
            "headers": dict(each.headers),
            "status": each.status,
            "error": each.error or None,
            "answer": each.answer,
        }
        for each in attempts
    ]
    return {**delivery(message), "body": message.body, "attempts": tried}


def known(value: datetime | None) -> Any:  # noqa: ANN401  a text or null
    """Return a time that may be absent."""
    return None if value is None else moment(value)
