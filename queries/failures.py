"""Questions about what has gone wrong just now."""

from datetime import timedelta

import polars as pl

from queries import facets
from queries.engine import Snapshot, fetch, sql
from queries.filters import Filters

RECENT = timedelta(hours=1)
MOST = 5_000


def recent(filters: Filters, snapshot: Snapshot) -> pl.DataFrame:
    """Return session_id, external_id and error of sessions that failed within the last hour.

    Whatever statuses the filters choose; newest first, of the newest `MOST` of all menus.
    """
    rows = fetch(
        sql("failures"), facets.base(filters), snapshot,
        recently=snapshot.tick - RECENT, most=MOST,
    )  # fmt: skip
    fields = [field for field in facets.FIELDS if field != "status"]
    return facets.chosen(rows, filters, fields=fields).drop(fields)
