"""What the API holds while the program runs: opened by its start, closed by its end."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pyarrow as pa

from api.access import Access
from api.asking import Asking
from api.bodies import Bodies
from api.book import Book
from api.cursors import Cursors
from api.limits import Limits
from api.page_cookie import PageCookie
from api.peers import networks
from api.running import Kind
from errors import (
    AtOnceError,
    ExportStoppedError,
    NotReadyError,
    SearchStoppedError,
)
from ingest.live import desk
from ingest.live.accepting import Accepting, Recall, no_recall
from lake.journal import Sink
from lake.outbox import enqueue
from lake.secret import Signer
from queries import lane
from settings import Settings


class Service:
    """One API; used from the event loop."""

    def __init__(
        self, settings: Settings, recall: Recall = no_recall, sinks: Sequence[Sink] = (enqueue,)
    ) -> None:
        """Read keys and secret of the state folder; raises StateError.

        `recall` finds old sessions of which something is sent, `sinks` are told of what is.
        """
        self.settings = settings
        self.cookie = PageCookie(Signer(settings.state, "page"))
        self.cursors = Cursors(Signer(settings.state, "cursor"))
        self.access = Access(settings, self.cookie)
        self.book = Book(settings)
        self.limits = Limits(settings)
        self.proxies = networks(settings.proxies)
        self.asking = Asking(settings)
        self.bodies = Bodies(settings.cache_mb * 2**20 // 8)
        self.accepting = Accepting(settings, recall, sinks)
        self._exporting = ThreadPoolExecutor(settings.exports, "export")
        # Arrow loads pandas with its first array: 0.3 s for which the first export would wait.
        self._exporting.submit(pa.array, [0])
        self.searches = Kind(
            settings.searches, settings.search_seconds, lane.submit,
            partial(AtOnceError, "searches"), SearchStoppedError,
        )  # fmt: skip
        self.exports = Kind(
            settings.exports, None, self._exporting.submit,
            partial(AtOnceError, "exports"), ExportStoppedError,
        )  # fmt: skip

    def close(self) -> None:
        """End what runs, write down what is left."""
        self.accepting.close()
        self.asking.close()
        self._exporting.shutdown(wait=False, cancel_futures=True)
        self.access.close()


class _Process:
    """The one service of the process."""

    service: Service | None = None


@contextmanager
def running(
    settings: Settings, recall: Recall = no_recall, sinks: Sequence[Sink] = (enqueue,)
) -> Iterator[Service]:
    """Have the API answer while the block runs; before and after only health does."""
    service = Service(settings, recall, sinks)
    _Process.service = service
    try:
        with desk.opened(service.accepting):
            yield service
    finally:
        _Process.service = None
        service.close()


def current() -> Service:
    """Return the service; raises NotReadyError before the start and after the end."""
    if _Process.service is None:
        raise NotReadyError
    return _Process.service


def is_running() -> bool:
    """Return whether there is a service."""
    return _Process.service is not None
