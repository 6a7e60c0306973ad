"""How the journal is: how much it holds, whether it can be written, when it was last emptied."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from lake.journal import Journal
from lake.refusals import DiskFullError, JournalError

COMPACTING = ".compacting"  # the lock of the compactor, which touches it at the start and the end

_STATES = """
select case when moved is not null then 'moving' when is_over = 1 then 'ended' else 'open' end,
    count(*)
from sessions
group by 1
"""


@dataclass(frozen=True)
class JournalHealth:
    """What the journal of a state folder holds; nothing where nothing was ever sent."""

    is_writable: bool
    sessions: dict[str, int] = field(default_factory=dict)  # by state: open, ended, moving
    turns: int = 0
    size: int = 0  # bytes, with what is not yet in the file


def is_writable(state: Path) -> bool:
    """Return whether a transaction can be begun; it waits for who writes, and writes nothing."""
    journal = Journal(state)
    if not journal.exists():
        nearest = next(path for path in (state, *state.absolute().parents) if path.exists())
        return os.access(nearest, os.W_OK)
    try:
        with journal.writing():
            return True
    except (JournalError, DiskFullError):
        return False
    finally:
        journal.close()


def look(state: Path) -> JournalHealth:
    """Return how the journal is; what cannot be read is told as one that cannot be written."""
    journal = Journal(state)
    if not (journal.exists() and is_writable(state)):
        return JournalHealth(is_writable(state))
    try:
        with journal.reading() as reading:
            sessions = dict(reading.connection.execute(_STATES).fetchall())
            turns = reading.connection.execute("select count(*) from turns").fetchone()[0]
    except JournalError:
        return JournalHealth(is_writable=False)
    finally:
        journal.close()
    files = (journal.path, journal.path.with_name(f"{journal.path.name}-wal"))
    return JournalHealth(
        True, sessions, turns, sum(each.stat().st_size for each in files if each.exists())
    )


def compacted_at(state: Path) -> datetime | None:
    """Return when sessions were last moved to the cold files, aware UTC; None where never."""
    path = state / COMPACTING
    if not path.exists():
        return None
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
