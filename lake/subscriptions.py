"""Subscriptions to webhooks: where to send, what of, signed with which secret.

Unlike a key's, a secret is kept as it is, for signing needs it; it is shown when it is made and
never again. After a rotation both sign for a while. A secret belongs to one address: another one
gets another secret, and the one before ends at once.
"""

import base64
import json
import secrets
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from lake.hook_file import connected, exists, known, reading, text, writing
from lake.hook_refusals import HookNotFoundError, TooManyHooksError
from lake.hook_types import HookType
from lake.matching import Conditions

PREFIX = "whsec_"
SECRET_BYTES = 32
OVERLAP = timedelta(hours=24)  # how long the secret before a rotation signs beside the new one
MOST = 100
EVERY_SESSION = Conditions()
_FIELDS = "url, types, conditions, agents, description, created_at, disabled_at, reason"


@dataclass(frozen=True)
class HookSecret:
    """One secret; the newest of a subscription has no end."""

    text: str
    created_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to be told, and where; checked by hooks/wishes.py."""

    url: str
    types: frozenset[HookType]
    conditions: Conditions = EVERY_SESSION
    description: str = ""


@dataclass(frozen=True)
class Subscription:
    """One subscription; times are aware UTC. `agents` None is all of them."""

    subscription_id: str
    wanted: Wanted
    agents: frozenset[str] | None  # what its maker may see
    created_at: datetime
    disabled_at: datetime | None
    reason: str  # why it was turned off
    failing_since: datetime | None  # nothing has arrived since then
    secrets: tuple[HookSecret, ...]  # newest first

    def signing(self, now: datetime) -> list[str]:
        """Return the secrets that sign now, newest first."""
        return [one.text for one in self.secrets if one.ends_at is None or now < one.ends_at]

    @property
    def state(self) -> str:
        """Return `off`, `failing` or `live`."""
        if self.disabled_at is not None:
            return "off"
        return "live" if self.failing_since is None else "failing"


class Subscriptions:
    """The subscriptions of one state folder; may be used by several processes and threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def listed(self) -> list[Subscription]:
        """Return all of them, newest first; makes no file. Raises StateError."""
        if not exists(self._folder):
            return []
        with connected(self._folder) as connection:
            return read(connection)

    def one(self, subscription_id: str) -> Subscription:
        """Return the one of an id; raises HookNotFoundError, StateError."""
        found = [each for each in self.listed() if each.subscription_id == subscription_id]
        if not found:
            raise HookNotFoundError
        return found[0]

    def add(
        self, wanted: Wanted, *, now: datetime, agents: Collection[str] | None = None
    ) -> tuple[Subscription, str]:
        """Make one and return it with its secret; raises HookRefusedError, StateError."""
        subscription_id = secrets.token_hex(6)
        listed = None if agents is None else json.dumps(sorted(agents))
        row = (subscription_id, *_columns(wanted), listed, wanted.description, text(now))
        with self._writing() as connection:
            (held,) = connection.execute("select count(*) from hook_subscriptions").fetchone()
            if held >= MOST:
                raise TooManyHooksError(f"There are {MOST} subscriptions already.")
            connection.execute(
                "insert into hook_subscriptions values (?, ?, ?, ?, ?, ?, ?, null, '', null)", row
            )
            secret = _add_secret(connection, subscription_id, now)
        return self.one(subscription_id), secret

    def change(
        self, subscription_id: str, wanted: Wanted, *, now: datetime
    ) -> tuple[Subscription, str | None]:
        """Have one ask for something else; returns a secret where the address is another."""
        before = self.one(subscription_id)
        secret = None
        with self._writing() as connection:
            connection.execute(
                "update hook_subscriptions set url = ?, types = ?, conditions = ?, "
                "description = ? where subscription_id = ?",
                (*_columns(wanted), wanted.description, subscription_id),
            )
            if wanted.url != before.wanted.url:
                _forget_secrets(connection, subscription_id)
                secret = _add_secret(connection, subscription_id, now)
        return self.one(subscription_id), secret

    def rotate(
        self, subscription_id: str, *, now: datetime, overlap: timedelta = OVERLAP
    ) -> tuple[Subscription, str]:
        """Give one a new secret; the newest before signs beside it for `overlap`."""
        newest = self.one(subscription_id).secrets[0]
        with self._writing() as connection:
            _forget_secrets(connection, subscription_id, but=newest.text)
            connection.execute(
                "update hook_secrets set ends_at = ? where subscription_id = ?",
                (text(now + overlap), subscription_id),
            )
            secret = _add_secret(connection, subscription_id, now)
        return self.one(subscription_id), secret

    def enable(self, subscription_id: str) -> Subscription:
        """Turn one on; what waits for it goes out. Raises HookNotFoundError, StateError."""
        self.one(subscription_id)
        with self._writing() as connection:
            connection.execute(
                "update hook_subscriptions set disabled_at = null, reason = '', "
                "failing_since = null where subscription_id = ?",
                (subscription_id,),
            )
        return self.one(subscription_id)

    def disable(self, subscription_id: str, reason: str, *, now: datetime) -> Subscription:
        """Turn one off; raises HookNotFoundError, StateError."""
        self.one(subscription_id)
        with self._writing() as connection:
            turn_off(connection, subscription_id, reason, now)
        return self.one(subscription_id)

    def remove(self, subscription_id: str) -> None:
        """Forget one with all that was or would be sent; raises HookNotFoundError, StateError."""
        self.one(subscription_id)
        with self._writing() as connection:
            connection.execute(
                "delete from hook_attempts where message_id in "
                "(select message_id from hook_messages where subscription_id = ?)",
                (subscription_id,),
            )
            for table in ("hook_messages", "hook_secrets", "hook_subscriptions"):
                connection.execute(
                    f"delete from {table} where subscription_id = ?", (subscription_id,)
                )

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with connected(self._folder) as connection, writing(connection):
            yield connection


def read(connection: sqlite3.Connection) -> list[Subscription]:
    """Return all subscriptions, newest first."""
    with reading(connection):
        secrets = connection.execute(
            "select subscription_id, secret, created_at, ends_at from hook_secrets "
            "order by created_at desc, rowid desc"
        ).fetchall()
        rows = connection.execute(
            f"select subscription_id, failing_since, {_FIELDS} from hook_subscriptions "
            "order by created_at desc, subscription_id"
        ).fetchall()
    held: dict[str, list[HookSecret]] = {}
    for subscription_id, secret, created_at, ends_at in secrets:
        made = HookSecret(secret, datetime.fromisoformat(created_at), known(ends_at))
        held.setdefault(subscription_id, []).append(made)
    return [_subscription(row, held) for row in rows]


def turn_off(
    connection: sqlite3.Connection, subscription_id: str, reason: str, now: datetime
) -> None:
    """Send nothing more; the first reason stays."""
    connection.execute(
        "update hook_subscriptions set disabled_at = ?, reason = ? "
        "where subscription_id = ? and disabled_at is null",
        (text(now), reason, subscription_id),
    )


def _subscription(row: tuple[str, ...], held: dict[str, list[HookSecret]]) -> Subscription:
    (subscription_id, failing, url, types, conditions, agents, words, created_at, disabled_at,
     reason) = row  # fmt: skip
    wanted = Wanted(
        url, frozenset(map(HookType, json.loads(types))),
        msgspec.json.decode(conditions, type=Conditions), words,
    )  # fmt: skip
    return Subscription(
        subscription_id, wanted, None if agents is None else frozenset(json.loads(agents)),
        datetime.fromisoformat(created_at), known(disabled_at), reason, known(failing),
        tuple(held[subscription_id]),
    )  # fmt: skip


def _columns(wanted: Wanted) -> tuple[str, str, str]:
    conditions = msgspec.json.encode(wanted.conditions).decode()
    return wanted.url, json.dumps(sorted(wanted.types)), conditions


def _add_secret(connection: sqlite3.Connection, subscription_id: str, now: datetime) -> str:
    secret = PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    row = (subscription_id, secret, text(now))
    connection.execute("insert into hook_secrets values (?, ?, ?, null)", row)
    return secret


def _forget_secrets(connection: sqlite3.Connection, subscription_id: str, *, but: str = "") -> None:
    connection.execute(
        "delete from hook_secrets where subscription_id = ? and secret <> ?", (subscription_id, but)
    )
