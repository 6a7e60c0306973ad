"""The lake as the serving process sees it: the newest state published, the index built behind it.

At start the cold files answer at once; the index is built behind them and takes over when it is
ready. A watcher looks for new commits (an import in another process) and for files that changed or
vanished. Another follows the journal, and publishes what is new at most once in `watch_seconds`.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Self

import duckdb
import structlog

from errors import LakeError, NotReadyError, StateError
from lake import cold, standing
from lake.building import Building
from lake.checking import Hourly
from lake.cold import Cold
from lake.compacting import Compacting
from lake.index import IndexProgress
from lake.journal import Journal
from lake.kinds import Kind, kind_of
from lake.lock import Lock
from lake.publication import Publication, Shelf
from lake.recall import Stored, stored
from lake.refusals import OvertakenError
from lake.seen import Seen
from lake.tail import Tail
from settings import Settings

QUIET_SECONDS = 5.0  # after the start: the first pages have disk and cores for themselves
log = structlog.get_logger()


class Lake:
    """Owner of the publications of one process; `start` it once, `close` it once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._shelf = Shelf()
        self._lock = Lock(settings.state / ".lock", f"The state folder {settings.state}")
        self._stop = threading.Event()
        self._look = threading.Event()
        self._seen: tuple[object, ...] = ()
        self._doubted = False
        self._is_checked = False
        self._began_at = time.monotonic()
        self._building = Building(settings)
        self._journal = Journal(settings.state)
        self._tail: Tail | None = None
        self._seen_live = Seen(settings.clock)
        self._compacting = Compacting(settings)
        self._hourly = Hourly()
        self._publishing = threading.RLock()  # what is published, one at a time
        self._threads = [
            threading.Thread(target=self._watch, name="lake-watch", daemon=True),
            threading.Thread(target=self._follow_on, name="lake-live", daemon=True),
        ]

    def start(self) -> None:
        """Publish the present state and begin to watch; raises LakeError, WriterBusyError."""
        with ExitStack() as stack:
            stack.enter_context(self._lock)
            self._refresh()
            stack.pop_all()
        for thread in self._threads:
            thread.start()
        self._compacting.start()

    def close(self) -> None:
        """Stop watching and close what is open; a question that still runs ends first."""
        self._compacting.close()
        self._stop.set()
        self._look.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        self._shelf.put(None)
        self._journal.close()
        self._lock.__exit__()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    @contextmanager
    def lease(self) -> Iterator[Publication]:
        """Hold the newest publication open while the block runs; raises NotReadyError."""
        publication = self._shelf.borrow()
        if publication is None:
            raise NotReadyError
        try:
            yield publication
        finally:
            publication.leave()

    def publication_name(self) -> str:
        """Return the newest publication's name; raises NotReadyError."""
        if self._shelf.current is None:
            raise NotReadyError
        return self._shelf.current.name

    def recall(self, session_ids: Collection[str], forgotten: int) -> dict[str, Stored]:
        """Return those of some sessions that lie in the cold files; raises what `stored` raises."""
        with self.lease() as publication:
            if publication.is_demo:
                if kind_of(self._settings.data) is not Kind.EMPTY:
                    raise NotReadyError
                return {}
            return stored(publication, session_ids, forgotten)

    def progress(self) -> IndexProgress | None:
        """Return how far the index is while it is being built, else None."""
        return self._building.progress

    def look_again(self) -> None:
        """Check the files now: one of them could not be read."""
        self._doubted = True
        self._look.set()

    def _watch(self) -> None:
        """Build the index if need be, then look for changes until stopped."""
        self._guarded(self._complete)
        while not self._stop.is_set():
            self._look.wait(self._settings.watch_seconds)
            self._look.clear()
            if not self._stop.is_set():
                self._guarded(self._refresh)
                self._guarded(self._look_at_cubes)
                self._guarded(self._complete)

    def _follow_on(self) -> None:
        """Publish what comes into the journal until stopped, however long an index is built."""
        while not self._stop.wait(self._settings.watch_seconds):
            self._guarded(self._follow)

    def _follow(self) -> None:
        """Publish what is new in the journal; its first session ends the sample data."""
        with self._publishing:
            current = self._shelf.current
            if current is not None and current.is_demo:
                if standing.folder(self._settings)[1]:
                    return
                self._refresh()
            try:
                self._go_along()
            except OvertakenError:
                self._publish_present()

    def _go_along(self) -> None:
        """Put what is new in the journal on the shelf."""
        newest = None if self._tail is None else self._tail.newest()
        if newest is not None and self._tail is not None:
            self._shelf.put(newest)
            self._seen_live.count(self._tail.times)
            self._tail.forget()

    def _guarded(self, work: Callable[[], None]) -> None:
        """Keep watching whatever a folder under change does; the last good state stays."""
        try:
            work()
        except (LakeError, StateError, OSError, duckdb.Error) as error:
            log.warning("the lake could not be refreshed", error=error)

    def _refresh(self) -> None:
        """Publish the present state of the folder if it is another than the published one."""
        folder, is_demo = standing.folder(self._settings)
        seen = (folder, cold.stamp(folder))
        if seen == self._seen and not self._doubted:
            return
        state = standing.usable(self._settings, cold.read(folder), is_doubted=self._doubted)
        self._doubted = False
        current = self._shelf.current
        if current is not None and standing.is_moved(current, state) and not is_demo:
            self._building.build(state)
        if current is None or (current.cold.name, current.is_demo, current.set_aside) != (
            state.name, is_demo, state.set_aside,
        ):  # fmt: skip
            self._publish(state, is_demo=is_demo)
        self._seen = seen
        self._is_checked = False

    def _publish(self, state: Cold, *, is_demo: bool) -> None:
        """Put a state on the shelf; a file that cannot even be opened is set aside first."""
        with self._publishing:
            try:
                self._put(state, is_demo=is_demo)
            except OvertakenError:
                self._publish_present()
            except duckdb.Error:
                damaged = cold.check(state, thorough=True)
                if not damaged:
                    raise
                self._put(state.without(damaged), is_demo=is_demo)

    def _publish_present(self) -> None:
        """Put the newest commit on the shelf: it holds what the journal has let go of meanwhile."""
        folder, is_demo = standing.folder(self._settings)
        self._put(standing.usable(self._settings, cold.read(folder)), is_demo=is_demo)

    def _put(self, state: Cold, *, is_demo: bool) -> None:
        """Publish the index of a state if that is built, else its cold files."""
        base = standing.opened(self._settings, state, self.look_again, is_demo=is_demo)
        tail = Tail(base, self._journal)
        try:
            publication = tail.newest() or base
        except OvertakenError:
            base.instance.retire()
            raise
        except (StateError, duckdb.Error) as error:
            log.warning("the journal could not be read", error=error)
            publication = base
        self._tail = tail
        self._shelf.put(publication)
        log.info("published", name=publication.name, kind=publication.kind)

    def _complete(self) -> None:
        """Do what may take long: build the index, then read every file, sessions first."""
        current = self._shelf.current
        if current is None or self._stop.is_set():
            return
        is_unbuilt = current.kind == "parquet" and current.cold.files["sessions"]
        if is_unbuilt and self._building.build(current.cold, is_waited_for=True):
            self._publish_still(current, current.cold)
        if not self._is_checked and time.monotonic() - self._began_at >= QUIET_SECONDS:
            check = partial(cold.check, current.cold, thorough=True)
            damaged = check(tables=("sessions",)) or check(tables=("messages", "events"))
            if damaged:  # in the next round the rest: what has been read is remembered
                self._publish_still(current, current.cold.without(damaged))
            self._is_checked = not damaged

    def _look_at_cubes(self) -> None:
        """Have an index built again whose cubes do not fit."""
        if (current := self._shelf.current) and self._hourly.discards(current, self._settings):
            self._publish_still(current, current.cold)

    def _publish_still(self, current: Publication, state: Cold) -> None:
        """Publish a state in place of `current`, unless that is the past already."""
        with self._publishing:
            if (now := self._shelf.current) and now.cold is current.cold:
                self._publish(state, is_demo=current.is_demo)
