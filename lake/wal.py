"""SQLite's write-ahead log, turned on in files of the state folder that processes share.

SQLite does not always wait where a file is just made, or left by its last reader, who then clears
the log away (https://sqlite.org/wal.html, "Sometimes queries return SQLITE_BUSY in WAL mode").
"""

import sqlite3
import time

PAUSE_SECONDS = 0.01
_CODE = 0xFF  # of an error; what is above it says which kind of it


def turn_on(connection: sqlite3.Connection, seconds: float) -> None:
    """Have a file write to a log beside it; waits so long for others, then raises sqlite3.Error."""
    until = time.monotonic() + seconds
    while True:
        try:
            connection.execute("pragma journal_mode = wal")
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode & _CODE == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() > until:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            return
