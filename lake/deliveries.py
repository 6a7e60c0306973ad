"""What was sent, what came back, and what waits: the log of webhooks, and the queue behind it."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import msgspec

from lake.hook_file import connected, exists, known, text, writing
from lake.hook_refusals import HookNotFoundError

_COLUMNS = "message_id, subscription_id, type, session_id, created_at, body, state, tries, due_at"
_DUE = f"""
select {_COLUMNS} from hook_messages
where subscription_id = ? and state = 'waiting' and due_at <= ?
order by due_at, message_id limit ?
"""
_FORGET = """
delete from hook_messages where state <> 'waiting' and created_at < ?
"""
_ORPHANS = """
delete from hook_attempts where message_id not in (select message_id from hook_messages)
"""


class MessageState(StrEnum):
    """How far a message has come."""

    WAITING = "waiting"  # for its first attempt or the next
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"  # after the last attempt; a replay tries again


@dataclass(frozen=True)
class Message:
    """One message to one subscription; `tries` counts since it was made or replayed last."""

    message_id: str  # the `webhook-id`, the same in every attempt
    subscription_id: str
    type: str
    session_id: str | None
    created_at: datetime
    body: str
    state: MessageState
    tries: int
    due_at: datetime  # of the next attempt while it waits


@dataclass(frozen=True)
class Attempt:
    """One try: what was sent, and what came back."""

    started_at: datetime
    duration_ms: int
    url: str
    headers: Mapping[str, str]  # that were sent
    status: int | None  # None where no answer came
    error: str  # in words; empty where it arrived
    answer: str  # its beginning


@dataclass(frozen=True)
class Standing:
    """How a subscription's queue stands."""

    waiting: int
    oldest_at: datetime | None  # when the oldest that waits was written
    given_up: int
    last_at: datetime | None  # of the last attempt
    last_status: int | None


class Deliveries:
    """The messages of one state folder; may be used by several processes and threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def page(
        self, subscription_id: str, *, state: MessageState | None, offset: int, limit: int
    ) -> tuple[list[Message], int]:
        """Return messages, newest first, and how many there are; raises StateError."""
        if not exists(self._folder):
            return [], 0
        which = "subscription_id = ? and (? is null or state = ?)"
        bound = (subscription_id, state, state)
        with connected(self._folder) as connection:
            (total,) = connection.execute(
                f"select count(*) from hook_messages where {which}", bound
            ).fetchone()
            rows = connection.execute(
                f"select {_COLUMNS} from hook_messages where {which} "
                "order by created_at desc, rowid desc limit ? offset ?",
                (*bound, limit, offset),
            )
            return [_message(row) for row in rows], total

    def one(self, subscription_id: str, message_id: str) -> Message:
        """Return one message; raises HookNotFoundError, StateError."""
        with connected(self._folder) as connection:
            row = connection.execute(
                f"select {_COLUMNS} from hook_messages "
                "where subscription_id = ? and message_id = ?",
                (subscription_id, message_id),
            ).fetchone()
        if row is None:
            raise HookNotFoundError
        return _message(row)

    def attempts(self, message_id: str) -> list[Attempt]:
        """Return the attempts of a message, first to last; raises StateError."""
        with connected(self._folder) as connection:
            rows = connection.execute(
                "select started_at, duration_ms, url, headers, status, error, answer "
                "from hook_attempts where message_id = ? order by rowid",
                (message_id,),
            )
            return [_attempt(row) for row in rows]

    def standing(self, subscription_id: str) -> Standing:
        """Return how a queue stands; raises StateError."""
        with connected(self._folder) as connection:
            return _standing(connection, subscription_id)

    def replay(self, subscription_id: str, message_id: str, *, now: datetime) -> Message:
        """Have a message sent again at once, from its first attempt on, under its id."""
        self.one(subscription_id, message_id)
        with connected(self._folder) as connection, writing(connection):
            connection.execute(
                "update hook_messages set state = 'waiting', tries = 0, due_at = ? "
                "where message_id = ?",
                (text(now), message_id),
            )
        return self.one(subscription_id, message_id)

    def replay_period(
        self, subscription_id: str, after: datetime, before: datetime, *, now: datetime,
        only_failed: bool = False,
    ) -> int:  # fmt: skip
        """Have all of a period sent again, by when they were written; returns how many."""
        states = ("given_up",) if only_failed else ("given_up", "delivered", "waiting")
        with connected(self._folder) as connection, writing(connection):
            done = connection.execute(
                "update hook_messages set state = 'waiting', tries = 0, due_at = ? "
                "where subscription_id = ? and created_at >= ? and created_at < ? "
                f"and state in ({', '.join('?' * len(states))})",
                (text(now), subscription_id, text(after), text(before), *states),
            )
            return done.rowcount


def due(
    connection: sqlite3.Connection, subscription_id: str, now: datetime, limit: int
) -> list[Message]:
    """Return what is to be sent now, the longest due first."""
    rows = connection.execute(_DUE, (subscription_id, text(now), limit))
    return [_message(row) for row in rows]


def note(
    connection: sqlite3.Connection, message: Message, attempt: Attempt, state: MessageState,
    due_at: datetime,
) -> None:  # fmt: skip
    """Write down an attempt and what becomes of its message, unless it was replayed meanwhile."""
    _add_attempt(connection, message.message_id, attempt)
    connection.execute(
        "update hook_messages set state = ?, tries = tries + 1, due_at = ? "
        "where message_id = ? and tries = ?",
        (state, text(due_at), message.message_id, message.tries),
    )
    failing = "null" if state is MessageState.DELIVERED else "coalesce(failing_since, ?)"
    bound = () if state is MessageState.DELIVERED else (text(attempt.started_at),)
    connection.execute(
        f"update hook_subscriptions set failing_since = {failing} where subscription_id = ?",
        (*bound, message.subscription_id),
    )


def note_once(connection: sqlite3.Connection, message: Message, attempt: Attempt) -> None:
    """Write down a message that was sent as it was made, and is not tried again."""
    row = (
        message.message_id, message.subscription_id, message.type, message.session_id,
        text(message.created_at), message.body, message.state, message.tries, text(message.due_at),
    )  # fmt: skip
    connection.execute("insert into hook_messages values (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    _add_attempt(connection, message.message_id, attempt)


def _add_attempt(connection: sqlite3.Connection, message_id: str, attempt: Attempt) -> None:
    row = (
        message_id, text(attempt.started_at), attempt.duration_ms, attempt.url,
        msgspec.json.encode(attempt.headers).decode(), attempt.status, attempt.error,
        attempt.answer,
    )  # fmt: skip
    connection.execute("insert into hook_attempts values (?, ?, ?, ?, ?, ?, ?, ?)", row)


def forget(connection: sqlite3.Connection, before: datetime) -> None:
    """Forget what was written before a moment and does not wait."""
    connection.execute(_FORGET, (text(before),))
    connection.execute(_ORPHANS)


def _standing(connection: sqlite3.Connection, subscription_id: str) -> Standing:
    waiting, oldest, given_up = connection.execute(
        "select count(*) filter (where state = 'waiting'), "
        "min(created_at) filter (where state = 'waiting'), "
        "count(*) filter (where state = 'given_up') from hook_messages where subscription_id = ?",
        (subscription_id,),
    ).fetchone()
    last = connection.execute(
        "select started_at, status from hook_attempts join hook_messages using (message_id) "
        "where subscription_id = ? order by started_at desc limit 1",
        (subscription_id,),
    ).fetchone()
    last_at, last_status = last or (None, None)
    return Standing(waiting, known(oldest), given_up, known(last_at), last_status)


def _message(row: tuple[str, str, str, str | None, str, str, str, int, str]) -> Message:
    message_id, subscription_id, kind, session_id, created_at, body, state, tries, due_at = row
    return Message(
        message_id, subscription_id, kind, session_id, datetime.fromisoformat(created_at), body,
        MessageState(state), tries, datetime.fromisoformat(due_at),
    )  # fmt: skip


def _attempt(row: tuple[str, int, str, str, int | None, str, str]) -> Attempt:
    started_at, duration_ms, url, headers, status, error, answer = row
    return Attempt(
        datetime.fromisoformat(started_at), duration_ms, url, msgspec.json.decode(headers), status,
        error, answer,
    )  # fmt: skip
