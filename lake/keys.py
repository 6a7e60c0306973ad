"""API keys: who may ask what. Kept in `state/keys.db`; of each secret only its SHA-256.

A key reads `sk_live_<id>_<secret>` and is shown once. The secret has 256 random bits, so that a
plain hash is enough: there is nothing to guess. After a rotation the one before stays good for a
while, so that at most two secrets of a key are live.
"""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from errors import KeyNotFoundError, KeyRefusedError, StateError
from lake import wal

PREFIX = "sk_live_"
LONGEST = timedelta(days=365)
OVERLAP = timedelta(hours=24)  # how long the secret before a rotation stays good
MAX_TEXT = 100
MAX_AGENTS = 200
BUSY_SECONDS = 5.0  # a command and the server may write at the same moment

_TABLES = """
create table if not exists keys (
    key_id text primary key, name text not null, scopes text not null, agents text,
    source text not null, created_at text not null, revoked_at text, last_used_at text
) strict;
create table if not exists secrets (
    key_id text not null references keys, hash blob not null, created_at text not null,
    ends_at text not null
) strict;
"""


class KeyScope(StrEnum):
    """What a key may be allowed to do; none of them holds another."""

    READ_METRICS = "read:metrics"
    READ_SESSIONS = "read:sessions"
    READ_TRANSCRIPTS = "read:transcripts"
    EXPORT = "export"
    INGEST = "ingest"
    ADMIN = "admin"


@dataclass(frozen=True)
class Secret:
    """What stands for one secret: its SHA-256, from when and until when it is good."""

    hash: bytes
    created_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Key:
    """One key; times are aware UTC. `agents` None is all of them."""

    key_id: str
    name: str
    scopes: frozenset[KeyScope]
    agents: frozenset[str] | None
    source: str  # what is written with it comes from here
    created_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    secrets: tuple[Secret, ...]  # newest first

    @property
    def expires_at(self) -> datetime:
        """When its newest secret ends."""
        return self.secrets[0].ends_at

    def state(self, now: datetime) -> str:
        """Return `revoked`, `expired` or `live`."""
        if self.revoked_at is not None:
            return "revoked"
        return "live" if now < self.expires_at else "expired"


class Keys:
    """The keys of one state folder; may be used by several processes and threads at once."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "keys.db"

    def listed(self) -> list[Key]:
        """Return all keys, newest first; makes no file. Raises StateError."""
        if not self._path.exists():
            return []
        with self._opened() as connection:
            rows = connection.execute("select * from keys order by created_at desc, key_id")
            hashes = connection.execute("select * from secrets order by created_at desc")
            return _keys(rows.fetchall(), hashes.fetchall())

    def one(self, key_id: str) -> Key:
        """Return the key of an id; raises KeyNotFoundError."""
        found = [key for key in self.listed() if key.key_id == key_id]
        if not found:
            raise KeyNotFoundError(key_id)
        return found[0]

    def create(
        self, name: str, scopes: Collection[KeyScope], *, now: datetime,
        agents: Collection[str] | None = None, source: str = "api", lasting: timedelta = LONGEST,
    ) -> tuple[Key, str]:  # fmt: skip
        """Make a key and return it with its text, which nobody can read again.

        Raises KeyRefusedError, StateError.
        """
        _refuse(name, scopes, agents, source, lasting)
        key_id = secrets.token_hex(6)
        listed = None if agents is None else json.dumps(sorted(set(agents)))
        row = (key_id, name.strip(), json.dumps(sorted(set(scopes))), listed, source.strip())
        with self._opened() as connection:
            connection.execute(
                "insert into keys values (?, ?, ?, ?, ?, ?, null, null)", (*row, _text(now))
            )
            text = _add_secret(connection, key_id, now, lasting)
        return self.one(key_id), text

    def rotate(
        self, key_id: str, *, now: datetime, overlap: timedelta = OVERLAP
    ) -> tuple[Key, str]:
        """Give a key a new secret for as long as it had; the one before ends after `overlap`.

        Raises KeyNotFoundError, KeyRefusedError for a revoked key, StateError.
        """
        key = self.one(key_id)
        if key.revoked_at is not None:
            raise KeyRefusedError("A revoked key cannot be rotated.", advice="Create another one.")
        newest = key.secrets[0]
        ends_at = min(newest.ends_at, now + overlap)
        with self._opened() as connection:
            connection.execute(
                "delete from secrets where key_id = ? and hash <> ?", (key_id, newest.hash)
            )
            connection.execute(
                "update secrets set ends_at = ? where key_id = ?", (_text(ends_at), key_id)
            )
            text = _add_secret(connection, key_id, now, newest.ends_at - newest.created_at)
        return self.one(key_id), text

    def revoke(self, key_id: str, *, now: datetime) -> Key:
        """End a key for good; raises KeyNotFoundError, StateError."""
        self.one(key_id)
        with self._opened() as connection:
            connection.execute(
                "update keys set revoked_at = coalesce(revoked_at, ?) where key_id = ?",
                (_text(now), key_id),
            )
        return self.one(key_id)

    def note_use(self, used: Mapping[str, datetime]) -> None:
        """Write down when keys were used last; raises StateError."""
        with self._opened() as connection:
            connection.executemany(
                "update keys set last_used_at = ? where key_id = ?",
                [(_text(moment), key_id) for key_id, moment in used.items()],
            )

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction, making it where it is missing."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if not self._path.exists():
                self._path.touch(mode=0o600)
            with closing(sqlite3.connect(self._path, timeout=BUSY_SECONDS)) as connection:
                wal.turn_on(connection, BUSY_SECONDS)
                connection.executescript(_TABLES)
                with connection:
                    yield connection
        except (sqlite3.Error, OSError) as error:
            raise StateError(f"The keys in {self._path} cannot be used: {error}.") from error


def digest(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()


def _add_secret(
    connection: sqlite3.Connection, key_id: str, now: datetime, lasting: timedelta
) -> str:
    """Make a secret and return the key's text with it."""
    secret = secrets.token_urlsafe(32)
    row = (key_id, digest(secret), _text(now), _text(now + lasting))
    connection.execute("insert into secrets values (?, ?, ?, ?)", row)
    return f"{PREFIX}{key_id}_{secret}"


def _refuse(
    name: str, scopes: Collection[KeyScope], agents: Collection[str] | None, source: str,
    lasting: timedelta,
) -> None:  # fmt: skip
    """Raise KeyRefusedError for what no key can be."""
    for word, text in (("name", name), ("source", source)):
        if not text.strip() or len(text) > MAX_TEXT or not text.isprintable():
            raise KeyRefusedError(f"A {word} has 1 to {MAX_TEXT} characters that can be seen.")
    if not scopes:
        raise KeyRefusedError("A key needs at least one scope.")
    if agents is not None and not 0 < len(agents) <= MAX_AGENTS:
        raise KeyRefusedError(f"A key is for all agents or for 1 to {MAX_AGENTS} of them.")
    if not timedelta(0) < lasting <= LONGEST:
        raise KeyRefusedError(f"A key lasts at most {LONGEST.days} days.")


def _keys(rows: list[tuple[str, ...]], hashes: list[tuple[str, bytes, str, str]]) -> list[Key]:
    """Return the rows of both tables as keys."""
    held: dict[str, list[Secret]] = {}
    for key_id, hash_, created_at, ends_at in hashes:
        held.setdefault(key_id, []).append(Secret(hash_, _time(created_at), _time(ends_at)))
    return [
        Key(
            key_id, name, frozenset(map(KeyScope, json.loads(scopes))),
            None if agents is None else frozenset(json.loads(agents)), source, _time(created_at),
            _known(revoked_at), _known(last_used_at), tuple(held[key_id]),
        )
        for key_id, name, scopes, agents, source, created_at, revoked_at, last_used_at in rows
    ]  # fmt: skip


def _text(moment: datetime) -> str:
    """Return a time as text that sorts as the times do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _known(text: str | None) -> datetime | None:
    return None if text is None else _time(text)
