"""What is read from the journal and written to it, inside one transaction (lake/journal.py)."""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import msgspec

from lake.live import Fact, Held, Row, Turn
from lake.schema import SESSIONS

AT_ONCE = 500  # ids bound to one statement
METADATA = SESSIONS.names.index("metadata")

_COLUMNS = "session_id, source, facts, first_at, last_at, row, position, heard_at, moved"
_facts = msgspec.json.Decoder(dict[str, Fact])
_row = msgspec.json.Decoder(Row)
_encode = msgspec.json.Encoder(order="sorted").encode


class Reading:
    """One state of the journal."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def number(self, name: str) -> int:
        """Return a number that is kept: `position` (the last one), `forgotten`."""
        found = self.connection.execute("select value from numbers where name = ?", (name,))
        value: int = found.fetchone()[0]
        return value

    def changed(self, after: int, cold: int) -> list[Held]:
        """Return the sessions that have changed after a position, without those of a cold commit.

        `cold` is the position that the commit carries.
        """
        found = self.connection.execute(
            f"select {_COLUMNS} from sessions where position > ? and (moved is null or moved > ?) "
            "order by position", (after, cold),
        )  # fmt: skip
        return self._with_turns([_held(row) for row in found])

    def held(self, session_ids: Collection[str]) -> dict[str, Held]:
        """Return those of some sessions that are here, by id, with their turns."""
        found: dict[str, Held] = {}
        for ids in _parts(sorted(session_ids)):
            marks = ", ".join("?" * len(ids))
            rows = self.connection.execute(
                f"select {_COLUMNS} from sessions where session_id in ({marks})", ids
            )
            found |= {held.session_id: held for held in self._with_turns([_held(r) for r in rows])}
        return found

    def marked(self, number: int, after: str, most: int) -> list[Held]:
        """Return the sessions that were marked as moved, in the order of their ids."""
        found = self.connection.execute(
            f"select {_COLUMNS} from sessions where moved = ? and session_id > ? "
            "order by session_id limit ?", (number, after, most),
        )  # fmt: skip
        return self._with_turns([_held(row) for row in found])

    def is_empty(self) -> bool:
        """Return whether there is no session."""
        return self.connection.execute("select 1 from sessions limit 1").fetchone() is None

    def _with_turns(self, sessions: list[Held]) -> list[Held]:
        by_id = {held.session_id: held for held in sessions}
        for ids in _parts(list(by_id)):
            marks = ", ".join("?" * len(ids))
            rows = self.connection.execute(
                "select session_id, arrival, is_message, at, seq, word, name, content from turns "
                f"where session_id in ({marks}) order by session_id, arrival", ids,
            )  # fmt: skip
            for session_id, arrival, is_message, *rest in rows:
                by_id[session_id].turns.append(Turn(arrival, bool(is_message), *rest))
        return sessions


class Writing(Reading):
    """One transaction."""

    def last_position(self, position: int) -> None:
        """Keep the last position that was given."""
        self.connection.execute("update numbers set value = ? where name = 'position'", (position,))

    def known(self, source: str, ids: Collection[str]) -> set[str]:
        """Return those event ids that a source has sent before."""
        found: set[str] = set()
        for part in _parts(sorted(ids)):
            marks = ", ".join("?" * len(part))
            rows = self.connection.execute(
                f"select id from accepted where source = ? and id in ({marks})", (source, *part)
            )
            found |= {row[0] for row in rows}
        return found

    def note(self, source: str, event_id: str, position: int, heard_at: int) -> None:
        """Remember that an event was accepted."""
        self.connection.execute(
            "insert into accepted values (?, ?, ?, ?)", (source, event_id, position, heard_at)
        )

    def add_turns(self, session_id: str, turns: Sequence[Turn]) -> None:
        """Add turns of a session."""
        self.connection.executemany(
            "insert into turns values (?, ?, ?, ?, ?, ?, ?, ?)",
            [(session_id, *turn) for turn in turns],
        )

    def drop_turns(self, session_id: str, arrivals: Collection[int]) -> None:
        """Delete turns of a session."""
        self.connection.executemany(
            "delete from turns where session_id = ? and arrival = ?",
            [(session_id, arrival) for arrival in sorted(arrivals)],
        )

    def keep(self, held: Held) -> None:
        """Write a session as it is now, without its turns; it is no more on its way to the cold."""
        self.connection.execute(
            "insert or replace into sessions values (?, ?, ?, ?, ?, ?, ?, ?, null, ?)",
            (
                held.session_id, held.source, _encode(held.facts).decode(),
                _encode(held.row).decode(), held.first_at, held.last_at, held.heard_at,
                held.position, held.is_over,
            ),
        )  # fmt: skip


class Moving(Writing):
    """One transaction of who moves sessions to the cold files."""

    def let_go(self, cold: int, remembered_since: int) -> None:
        """Delete what a cold commit holds, and event ids that were heard long ago."""
        gone = self.connection.execute(
            "delete from sessions where moved <= ? returning session_id, moved", (cold,)
        ).fetchall()
        self.connection.executemany(
            "delete from turns where session_id = ?", [(session_id,) for session_id, _ in gone]
        )
        if gone:
            self.connection.execute(
                "update numbers set value = ? where name = 'forgotten'",
                (max(moved for _, moved in gone),),
            )
        self.connection.execute("delete from accepted where heard_at < ?", (remembered_since,))

    def mark_sealed(self, number: int, quiet_since: int, *, has_late: bool) -> int:
        """Mark those that have ended and are quiet as moved; returns how many.

        Without `has_late` only those that nobody has fetched from the cold files, which are the
        ones that have a fact by nobody.
        """
        # What a run that broke off has marked is not on its way any more.
        self.connection.execute("update sessions set moved = null where moved is not null")
        late = "" if has_late else "and facts not like '%,\"\"]%'"
        marked = self.connection.execute(
            f"update sessions set moved = ? where is_over = 1 and heard_at <= ? {late}",
            (number, quiet_since),
        )
        return marked.rowcount

    def mark_stale(self, number: int, silent_since: int) -> int:
        """Say in the metadata of sessions that go on without a word; returns how many are new.

        It is no fact, so that the next event takes it away.
        """
        found = self.connection.execute(
            "select session_id, row from sessions where is_over = 0 and heard_at <= ?",
            (silent_since,),
        ).fetchall()
        changed = []
        for session_id, told in found:
            row = _row.decode(told)
            pairs: dict[str, Any] = msgspec.json.decode(row[METADATA])
            if "stale" not in pairs:
                row[METADATA] = _encode({**pairs, "stale": ["true"]}).decode()
                changed.append((_encode(row).decode(), number, session_id))
        self.connection.executemany(
            "update sessions set row = ?, position = ? where session_id = ?", changed
        )
        return len(changed)


def _held(row: tuple[str, str, str, int, int, str, int, int, int | None]) -> Held:
    session_id, source, facts, first_at, last_at, columns, position, heard_at, moved = row
    return Held(
        session_id, source, _facts.decode(facts), first_at, last_at, [], _row.decode(columns),
        position, heard_at, moved,
    )  # fmt: skip


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(ids), AT_ONCE):
        yield ids[first : first + AT_ONCE]
