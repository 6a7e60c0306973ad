"""One owner at a time: a file lock that says who holds it."""

import contextlib
import fcntl
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Self

from errors import LakeError, WriterBusyError


class Lock:
    """An exclusive lock on a file, held until the block ends or the process dies."""

    def __init__(self, path: Path, what: str) -> None:
        """Remember the file, and in words what is locked ("The lake")."""
        self._path = path
        self._what = what
        self._stream: IO[bytes] | None = None

    def __enter__(self) -> Self:
        """Take the lock; raises WriterBusyError naming the holder, LakeError."""
        with contextlib.ExitStack() as stack:
            stream = stack.enter_context(self._opened())
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise WriterBusyError(f"{self._what} is in use{self._holder()}.") from error
            with contextlib.suppress(OSError):  # on a full disk it is locked all the same
                stream.truncate(0)
                stream.write(json.dumps(_myself()).encode())
            self._stream = stream
            stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Give the lock back."""
        if self._stream is not None:
            with contextlib.suppress(OSError):  # what it tells is read only while it is held
                self._stream.truncate(0)
            self._stream.close()
            self._stream = None

    def _opened(self) -> IO[bytes]:
        """Return the open file; raises LakeError where it cannot be made."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return self._path.open("a+b", buffering=0)
        except OSError as error:
            raise LakeError(
                f"{self._what} cannot be locked: {error.strerror}.",
                advice="Look whether its disk has room and can be written, then try again.",
            ) from error

    def _holder(self) -> str:
        """Return who holds the lock, in words, as far as the file tells."""
        with contextlib.suppress(OSError, ValueError, KeyError):
            told = json.loads(self._path.read_text(encoding="utf-8"))
            return f" by {told['command']!r} (process {told['process']}, since {told['since']})"
        return ""


def _myself() -> dict[str, object]:
    """Return what the holder tells of itself."""
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:80]
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return {"command": command, "process": os.getpid(), "since": since}
