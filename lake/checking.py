"""What an index holds beside its sessions against these: now and then, and when somebody asks."""

import time
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import structlog

from errors import LakeError
from lake import cold, cube_checks, cubes, finding, index
from lake.instance import limits
from lake.publication import Publication
from settings import Settings

log = structlog.get_logger()

SECONDS = 3600.0


@dataclass
class Hourly:
    """When a publication was last looked at; its sums are compared, which takes milliseconds."""

    seconds: float = SECONDS
    _at: float = field(default_factory=time.monotonic)

    def discards(self, publication: Publication, settings: Settings) -> bool:
        """Throw the index away if it is time to look and its cubes do not fit.

        Returns whether it did; raises duckdb.Error.
        """
        if publication.cubes is None or time.monotonic() - self._at < self.seconds:
            return False
        self._at = time.monotonic()
        with publication.instance.cursor() as cursor:
            is_off = cube_checks.is_off(cursor) or finding.is_off(cursor)
        if is_off:
            log.warning("the cubes do not fit, the index is built again", name=publication.name)
            index.discard(settings, publication.cold)
        return is_off


def deep(settings: Settings, folder: Path) -> int | None:
    """Return how many cells, bits and postings of the built index differ from its sessions.

    None where it has none.

    All are made anew. Raises LakeError, also where a running server holds the index.
    """
    path = index.path_of(settings, cold.read(folder))
    if not path.exists():
        return None
    try:
        bounds = limits(settings, "reading")
        with duckdb.connect(str(path), read_only=True, config=bounds) as connection:
            connection.execute("set TimeZone = 'UTC'")
            if cubes.known(connection) is None:
                return None
            return cube_checks.wrong(connection) + finding.wrong(connection)
    except duckdb.Error as error:
        raise LakeError(
            "The index cannot be opened now.",
            advice="Stop the server first: it holds the index, and looks at it each hour itself.",
        ) from error
