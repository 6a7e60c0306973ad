"""Building the index of the serving process: how far it is, and when to try again."""

import time

import duckdb
import structlog

from lake import index
from lake.cold import Cold
from lake.index import IndexProgress
from settings import Settings

AGAIN_SECONDS = 60.0  # an index that could not be built is tried again after that

log = structlog.get_logger()


class Building:
    """Builds indexes, one at a time; where one cannot be built, Parquet goes on answering."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._failed_at = -AGAIN_SECONDS
        self.progress: IndexProgress | None = None  # while one is being built

    def build(self, state: Cold, *, is_waited_for: bool = False) -> bool:
        """Build the index of a state; returns whether there is one now.

        It `is_waited_for` where Parquet answers meanwhile. On a full disk a large one would
        otherwise be begun again every second.
        """
        if time.monotonic() - self._failed_at < AGAIN_SECONDS:
            return False
        try:
            index.build(self._settings, state, self._report, is_waited_for=is_waited_for)
        except (OSError, duckdb.Error) as error:
            self._failed_at = time.monotonic()
            log.warning("the index could not be built", error=error)
            return False
        finally:
            self.progress = None
        return True

    def _report(self, progress: IndexProgress) -> None:
        self.progress = progress
