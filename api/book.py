"""The book of exports: what runs now, and what was made, for whom.

Whoever asks for a file has a line in it from the first byte on. While this process lives it also
knows the places from which a file may go on; later on that is found by writing it once more.
"""

import logging
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hmac import compare_digest
from threading import Lock

import msgspec
from cachetools import LRUCache

from api.access import Viewer
from api.refusals import CursorError, ExportNotFoundError, ExportUnfinishedError
from errors import StateError
from exports.counted import Counted
from lake.exported import Exported, ExportState, History
from lake.secret import Signer
from settings import Settings

log = logging.getLogger("parley.api")

REMEMBERED = 64  # exports whose places are known
MAC_BYTES = 16
KEEP_SECONDS = 5.0  # how often it is written down how far an export has come
LEFT = "The connection ended before the file did."
ENDED = "The server ended before the file did."


class Entry:
    """One export while it runs; written by its thread, read by any.

    One that had ended wholly stays as it was, whoever takes its rest.
    """

    def __init__(self, told: Exported, counted: Counted, book: "Book") -> None:
        self.told = told
        self.counted = counted
        self._is_over = told.state is not ExportState.RUNNING
        self._kept_at = time.monotonic()
        self._book = book

    def move(self, sessions: int) -> None:
        """Have come so far; raises StateError."""
        if self._is_over:
            return
        found = self.counted.bytes
        self.told = msgspec.structs.replace(self.told, sessions=sessions, bytes=found)
        if time.monotonic() - self._kept_at > KEEP_SECONDS:
            self._book.history.keep(self.told)
            self._kept_at = time.monotonic()

    def finish(self, sessions: int, columns: tuple[str, ...]) -> None:
        """Have come to the end: from now on there is a receipt. Raises StateError."""
        self.move(sessions)
        self._end(ExportState.FINISHED, sha256=self.counted.sha256, columns=columns)

    def give_up(self, reason: str = LEFT) -> None:
        """Have broken off, unless it had ended; raises StateError."""
        self._end(ExportState.BROKEN, reason=reason)

    def _end(self, state: ExportState, **changed: object) -> None:
        if self._is_over:
            return
        self._is_over = True
        now = self._book.clock()
        self.told = msgspec.structs.replace(self.told, state=state, ended_at=now, **changed)
        self._book.history.keep(self.told)


class Book:
    """The exports of one state folder."""

    def __init__(self, settings: Settings) -> None:
        """Note that what ran in another process has ended with it.

        A history that cannot be used keeps files from being made, not the program from starting.
        """
        self.history = History(settings.state)
        self.clock: Callable[[], datetime] = settings.clock
        self._signer = Signer(settings.state, "export")
        self._counted: LRUCache[str, Counted] = LRUCache(REMEMBERED)
        self._running: dict[str, Entry] = {}
        self._lock = Lock()
        try:
            for told in self.history.listed():
                if told.state is ExportState.RUNNING:
                    Entry(told, Counted(), self).give_up(ENDED)
        except StateError as error:
            log.warning("%s %s", error.sentence, error.advice)

    @contextmanager
    def entry(self, told: Exported) -> Iterator[Entry]:
        """Have a new export, or one that goes on, in the book while the block runs.

        Raises ExportUnfinishedError where it runs already, StateError.
        """
        with self._lock:
            if told.export_id in self._running:
                raise ExportUnfinishedError("This export is still running.")
            if told.state is not ExportState.RUNNING:
                told = self.history.one(told.export_id) or told  # it may have gone on meanwhile
            if told.state is ExportState.BROKEN:
                told = msgspec.structs.replace(
                    told, state=ExportState.RUNNING, reason="", ended_at=None
                )
            counted = self._counted.setdefault(told.export_id, Counted())
            entry = Entry(told, counted, self)
            self._running[told.export_id] = entry
        try:
            self.history.keep(entry.told)
            yield entry
        finally:
            try:
                entry.give_up()
            finally:
                self._running.pop(told.export_id)

    def listed(self, viewer: Viewer) -> list[Exported]:
        """Return what a viewer may see of the exports, newest first; raises StateError."""
        return [self._now(told) for told in self.history.listed() if may_see(viewer, told)]

    def one(self, export_id: str, viewer: Viewer) -> Exported:
        """Return an export that a viewer may see; raises ExportNotFoundError, StateError."""
        told = self.history.one(export_id)
        if told is None or not may_see(viewer, told):
            raise ExportNotFoundError
        return self._now(told)

    def cursor(self, export_id: str) -> str:
        """Return what the rest of an export is asked for with."""
        return urlsafe_b64encode(self._signer.sign(export_id.encode(), MAC_BYTES)).decode()[:22]

    def check(self, cursor: str, export_id: str) -> None:
        """Raise CursorError for a cursor of something else."""
        if not compare_digest(cursor.encode(), self.cursor(export_id).encode()):
            raise CursorError

    def _now(self, told: Exported) -> Exported:
        running = self._running.get(told.export_id)
        return told if running is None else running.told


def may_see(viewer: Viewer, told: Exported) -> bool:
    """Return whether a viewer may know of an export: of their own, or of all if they oversee.

    Never of one that told of agents whom the viewer may not see.
    """
    agents = viewer.scope.agents
    is_within = agents is None or (told.agents is not None and set(told.agents) <= agents)
    return is_within and (viewer.oversees or viewer.name == told.viewer)


def new_id() -> str:
    """Return an id that nobody guesses."""
    return secrets.token_hex(12)
