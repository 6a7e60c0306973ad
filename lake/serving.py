"""The lake as the serving process sees it: the newest state published, the index built behind it.

At start the cold files answer at once; the index is built in the background and takes over when it
is ready. A watcher looks for new commits (an import in another process) and for files that changed
or vanished, and publishes anew.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Self

import duckdb
import structlog

from errors import LakeError, NotReadyError
from lake import cold, index, standing
from lake.cold import Cold
from lake.index import IndexProgress
from lake.lock import Lock
from lake.publication import Publication, Shelf
from settings import Settings

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
        self._progress: IndexProgress | None = None
        self._thread = threading.Thread(target=self._watch, name="lake-watch", daemon=True)

    def start(self) -> None:
        """Publish the present state and begin to watch; raises LakeError, WriterBusyError."""
        with ExitStack() as stack:
            stack.enter_context(self._lock)
            self._refresh()
            stack.pop_all()
        self._thread.start()

    def close(self) -> None:
        """Stop watching and close what is open; a question that still runs ends first."""
        self._stop.set()
        self._look.set()
        if self._thread.is_alive():
            self._thread.join()
        self._shelf.put(None)
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
            publication.instance.leave()

    def publication_name(self) -> str:
        """Return the newest publication's name; raises NotReadyError."""
        if self._shelf.current is None:
            raise NotReadyError
        return self._shelf.current.name

    def progress(self) -> IndexProgress | None:
        """Return how far the index is while it is being built, else None."""
        return self._progress

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
                self._guarded(self._complete)

    def _guarded(self, work: Callable[[], None]) -> None:
        """Keep watching whatever a folder under change does; the last good state stays."""
        try:
            work()
        except (LakeError, OSError, duckdb.Error) as error:
            log.warning("the lake could not be refreshed", error=str(error))

    def _refresh(self) -> None:
        """Publish the present state of the folder if it is another than the published one."""
        folder, is_demo = standing.folder(self._settings)
        seen = (folder, cold.stamp(folder))
        if seen == self._seen and not self._doubted:
            return
        self._doubted = False
        state = standing.usable(self._settings, cold.read(folder))
        current = self._shelf.current
        if current is None or (current.name, current.set_aside) != (state.name, state.set_aside):
            self._publish(state, is_demo=is_demo)
        self._seen = seen
        self._is_checked = False

    def _publish(self, state: Cold, *, is_demo: bool) -> None:
        """Put a state on the shelf; a file that cannot even be opened is set aside first."""
        try:
            self._put(state, is_demo=is_demo)
        except duckdb.Error:
            damaged = cold.check(state, thorough=True)
            if not damaged:
                raise
            self._put(state.without(damaged), is_demo=is_demo)

    def _put(self, state: Cold, *, is_demo: bool) -> None:
        """Publish the index of a state if that is built, else its cold files."""
        built = index.open_built(self._settings, state)
        publication = Publication(
            name=f"demo-{state.name}" if is_demo else state.name,
            kind="index" if built is not None else "parquet",
            cold=state,
            instance=built or index.over_parquet(self._settings, state),
            is_demo=is_demo,
            on_damage=self.look_again,
        )
        self._shelf.put(publication)
        log.info("published", name=publication.name, kind=publication.kind)

    def _complete(self) -> None:
        """Do what may take long: build the index, then read every file of the transcripts."""
        current = self._shelf.current
        if current is None or self._stop.is_set():
            return
        if current.kind == "parquet" and current.cold.files["sessions"]:
            self._build(current)
        if not self._is_checked:
            self._is_checked = True
            damaged = cold.check(current.cold, thorough=True, tables=("messages", "events"))
            if damaged:
                self._publish(current.cold.without(damaged), is_demo=current.is_demo)

    def _build(self, current: Publication) -> None:
        """Build the index of a publication and let it take over."""
        try:
            index.build(self._settings, current.cold, self._report)
        finally:
            self._progress = None
        if self._shelf.current is current:
            self._publish(current.cold, is_demo=current.is_demo)

    def _report(self, progress: IndexProgress) -> None:
        self._progress = progress
