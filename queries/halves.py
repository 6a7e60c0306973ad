"""Questions in two halves: what started before the first live session, and all the rest.

The first half does not change while live sessions come and go on, so that it is remembered; the
second reads little. Only for answers that can be put one below the other: sums, newest values.
"""

from datetime import datetime

import polars as pl

from queries import engine
from queries.choices import Range
from queries.engine import Snapshot
from queries.filters import Filters
from queries.statement import Statement

_EVER = datetime(1, 1, 1)  # noqa: DTZ001  as DuckDB has it: naive UTC


def fetch(statement: Statement, filters: Filters, snapshot: Snapshot) -> pl.DataFrame:
    """Return the answers of both halves, in their order.

    The statement leaves what starts before `not_before`, but for what has no start. Filters with a
    range are asked in one, and so is who returned, which reads what lies before the filters.
    """
    horizon = snapshot.publication.horizon
    if horizon is None or filters.range is not Range.ALL or filters.returned:
        return engine.fetch(statement, filters, snapshot, not_before=_EVER)
    settled = engine.fetch(statement, filters.between(None, horizon), snapshot, not_before=_EVER)
    return pl.concat([settled, engine.fetch(statement, filters, snapshot, not_before=horizon)])
