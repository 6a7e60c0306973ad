"""What the journal refuses, beside the errors that all of Parley knows.

ParleyError
|-- StateError
|   |-- JournalError             503  the journal cannot be used
|   `-- DiskFullError            507  there is no room for what was sent
|-- LakeError
|   |-- NotWrittenError          503  the files of the lake cannot be written
|   `-- OvertakenError           503  a newer commit holds what the journal has let go of
|-- BacklogError                 503  more is sent than can be written down
`-- SampleDataError              409  what is sent would not be seen
"""

import errno
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

from errors import LakeError, ParleyError, StateError

ROOM = 2**20  # below so many free bytes SQLite's "disk I/O error" is one of a full disk


def is_full(error: BaseException, path: Path) -> bool:
    """Return whether an error of SQLite or of the system at a file says that its disk is full.

    SQLite says so where it cannot write, but not where it cannot make the files beside its own.
    """
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        with suppress(OSError):  # the folder may be gone
            return shutil.disk_usage(path.parent).free < ROOM
    return code == sqlite3.SQLITE_FULL


class JournalError(StateError):
    """The journal cannot be used; nothing of what was sent is kept."""

    retry_seconds = 1


class DiskFullError(StateError):
    """There is no room for what was sent, of which nothing is kept."""

    status = 507
    advice = "Make room on the disk of the state folder, then send it again."
    retry_seconds = 60

    def __init__(self, path: str) -> None:
        """Remember the file."""
        super().__init__(f"The disk of {path} is full.")


class NotWrittenError(LakeError):
    """The files of the lake cannot be written; it is what it was."""

    status = 503
    advice = "Look whether its disk has room and can be written, then try again."
    retry_seconds = 60

    def __init__(self, folder: Path, error: Exception) -> None:
        """Tell the first line of what the library or the system says."""
        said = (str(error).splitlines() or [""])[0].strip().rstrip(".")
        super().__init__(f"The lake {folder} cannot be written: {said or type(error).__name__}.")


class OvertakenError(LakeError):
    """Sessions have moved from the journal to a newer commit than the one that is read."""

    status = 503
    advice = "Try again in a second."
    retry_seconds = 1

    def __init__(self) -> None:
        """Say so; with the newest commit nothing is missing."""
        super().__init__("Sessions have moved while they were read.")


class BacklogError(ParleyError):
    """More is sent than can be written down in time."""

    status = 503
    advice = "Wait as Retry-After says, then send the same again, in fewer requests."
    retry_seconds = 1

    def __init__(self) -> None:
        """Say so; nothing of the request is kept."""
        super().__init__("Too many events are waiting to be written down.")


class SampleDataError(ParleyError):
    """The sample data is shown whatever is sent, which nobody would see."""

    status = 409
    advice = "Set PARLEY_DEMO to auto or off, and start the server again."

    def __init__(self) -> None:
        """Say so; nothing of the request is kept."""
        super().__init__("The sample data is shown (PARLEY_DEMO=on), and no events are taken.")
