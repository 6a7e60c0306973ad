"""Questions about what has gone wrong just now."""

from datetime import timedelta

import polars as pl

from queries.engine import Snapshot, fetch, sql
from queries.filters import Filters

RECENT = timedelta(hours=1)
MOST = 500


def recent(filters: Filters, snapshot: Snapshot) -> pl.DataFrame:
    """Return session_id, external_id and error of sessions that failed within the last hour.

    Whatever statuses the filters choose; newest first, at most `MOST`.
    """
    return fetch(
        sql("failures"), filters.without("status"), snapshot,
        recently=snapshot.tick - RECENT, most=MOST,
    )  # fmt: skip
