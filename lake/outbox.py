"""The outbox: what is to be sent, written in the same transaction as what it tells of.

The journal hands each event that it accepts to `enqueue`, inside the transaction that makes it
durable: there is no event without its messages, and no message without its event, whenever the
process dies.
"""

import secrets
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

import settings
from lake.accepted import Accepted
from lake.hook_file import has_tables, make_tables, text
from lake.hook_types import body, types_of
from lake.matching import Conditions

__all__ = ["Draft", "enqueue", "make_tables", "new_id", "put", "tell"]

_LIVE = """
select subscription_id, types, conditions, agents from hook_subscriptions
where disabled_at is null order by subscription_id
"""


@dataclass(frozen=True)
class Draft:
    """A message that is to be sent to one subscription; `session_id` None is of no session."""

    subscription_id: str
    type: str
    session_id: str | None
    body: str


def enqueue(connection: sqlite3.Connection, accepted: Accepted) -> None:
    """Write a message for each subscription that asked to be told; creates and commits nothing.

    The tables are those of `make_tables`; where they are missing, nobody has asked yet.
    """
    types = types_of(accepted)
    if not types or not has_tables(connection):
        return
    page = settings.current().page_url
    bodies = dict.fromkeys(types, "")
    for subscription_id, asked, conditions, agents in connection.execute(_LIVE).fetchall():
        if not _wants(accepted, conditions, agents):
            continue
        for kind in types:
            if kind not in msgspec.json.decode(asked):
                continue
            bodies[kind] = bodies[kind] or body(kind, accepted, page)
            session_id = accepted.session["session_id"]
            put(connection, Draft(subscription_id, kind, session_id, bodies[kind]))


def tell(
    connection: sqlite3.Connection, kind: str, body: str, agents: Collection[str] | None
) -> int:
    """Write a message of no session for who asked for its type; return how many.

    `agents` are those that it tells of, None all: a subscription of some agents is told of no
    others. Conditions are about sessions and have no say.
    """
    count = 0
    for subscription_id, asked, _, seen in connection.execute(_LIVE).fetchall():
        sees = None if seen is None else frozenset(msgspec.json.decode(seen))
        is_seen = sees is None or (agents is not None and sees >= frozenset(agents))
        if is_seen and kind in msgspec.json.decode(asked):
            put(connection, Draft(subscription_id, kind, None, body))
            count += 1
    return count


def put(connection: sqlite3.Connection, draft: Draft) -> str:
    """Write a message that is due now; returns its id, which it keeps however often it is sent."""
    message_id = new_id()
    now = text(datetime.now(UTC))
    what = (draft.subscription_id, str(draft.type), draft.session_id)
    connection.execute(
        "insert into hook_messages values (?, ?, ?, ?, ?, ?, 'waiting', 0, ?)",
        (message_id, *what, now, draft.body, now),
    )
    return message_id


def new_id() -> str:
    """Return the id of a new message, as `webhook-id` says it."""
    return f"msg_{secrets.token_hex(12)}"


def _wants(accepted: Accepted, conditions: str, agents: str | None) -> bool:
    """Return whether a subscription is about the session, and its maker may see it."""
    if agents is not None and accepted.session["agent_id"] not in msgspec.json.decode(agents):
        return False
    return msgspec.json.decode(conditions, type=Conditions).hold(accepted.session)
