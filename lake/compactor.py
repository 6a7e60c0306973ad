"""Moving sealed sessions from the journal to the cold files: by one process at a time.

A run deletes from the journal what the newest commit holds, marks what is sealed with a number, and
commits it to the lake together with the number. Killed anywhere it loses nothing and shows nothing
twice: readers leave out of the journal what is marked with a number that the commit has reached,
and the next run marks the rest anew.
"""

from dataclasses import dataclass
from datetime import timedelta

from errors import ReadOnlyLakeError
from lake.journal import Journal
from lake.kinds import Kind, kind_of
from lake.live import micros, tables
from lake.lock import Lock
from lake.transactions import Moving
from lake.writer import Writer
from settings import Settings

AT_ONCE = 2_000  # sessions of a batch
REMEMBERED = timedelta(days=30)  # how long the id of an event is known


@dataclass(frozen=True)
class Moved:
    """What a run has done, in sessions."""

    moved: int = 0
    stale: int = 0


def run(settings: Settings, *, is_nightly: bool = False) -> Moved:
    """Move what is sealed; nightly also late changes to old sessions, and each period to one file.

    Raises WriterBusyError, ReadOnlyLakeError, DamagedPeriodError, JournalError, NotWrittenError.
    """
    journal = Journal(settings.state)
    if not journal.exists():
        return Moved()
    if kind_of(settings.data) is Kind.PLAIN:
        raise ReadOnlyLakeError(str(settings.data))
    lock = Lock(settings.state / ".compacting", "The moving of live sessions")
    try:
        with lock, Writer(settings) as writer:
            return _moved(settings, journal, writer, is_nightly=is_nightly)
    finally:
        journal.close()


def _moved(settings: Settings, journal: Journal, writer: Writer, *, is_nightly: bool) -> Moved:
    with journal.moving() as moving:
        number = moving.number("position") + 1
        moving.last_position(number)
        sealed, stale = _marked(settings, moving, writer.position, number, is_nightly=is_nightly)
    after = ""
    while sealed:
        with journal.reading() as reading:
            held = reading.marked(number, after, AT_ONCE)
        if not held:
            break
        writer.add(tables([each.row for each in held], {h.session_id: h.turns for h in held}))
        after = held[-1].session_id
    if sealed or is_nightly:
        writer.commit(
            position=number if sealed else None, is_added=not is_nightly, is_tidied=is_nightly
        )
    return Moved(sealed, stale)


def _marked(
    settings: Settings, moving: Moving, cold: int, number: int, *, is_nightly: bool
) -> tuple[int, int]:
    """Return how many sessions are marked as moved, and how many as stale."""
    now = settings.clock()
    moving.let_go(cold, micros(now - REMEMBERED))
    quiet = micros(now - timedelta(minutes=settings.seal_minutes))
    silent = micros(now - timedelta(hours=settings.stale_hours))
    sealed = moving.mark_sealed(number, quiet, has_late=is_nightly)
    return sealed, moving.mark_stale(number, silent)
