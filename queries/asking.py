"""How a question reaches DuckDB: on a cursor of its own, under a deadline, its errors named."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

import observed
from errors import DamagedFileError, NotReadyError, QuestionMemoryError, QuestionTimeoutError
from lake.publication import Publication
from queries.finding import Held
from queries.watchdog import Watchdog


@contextmanager
def asking(
    cursor: duckdb.DuckDBPyConnection,
    publication: Publication | Held,
    watchdog: Watchdog,
    seconds: float,
) -> Iterator[None]:
    """Ask on a cursor, which is closed afterwards, until the deadline.

    Raises QuestionTimeoutError, QuestionMemoryError, DamagedFileError, NotReadyError.
    """
    with cursor, observed.Question(), watchdog.guard(cursor.interrupt, seconds) as guard:
        try:
            yield
        except duckdb.InterruptException as error:
            late = QuestionTimeoutError(seconds) if guard.has_expired else NotReadyError()
            raise late from error
        except duckdb.OutOfMemoryException as error:
            raise QuestionMemoryError from error
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            publication.report_damage(error)
            raise DamagedFileError("A stored file could not be read.") from error
