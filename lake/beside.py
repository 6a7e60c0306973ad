"""Live rows of a publication, copied beside the cold files of another instance.

Exports and searches have instances of their own, for which the journal's rows are fetched once:
what a publication holds of them is little, and does not change.
"""

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from lake.files import TABLES
from lake.hot import counts_at
from lake.publication import Publication

ORDERS = {
    "sessions": "started_at desc nulls last, session_id",
    "messages": "session_started_at, session_id, seq",
    "events": "session_started_at, session_id, seq",
}


@dataclass(frozen=True)
class Beside:
    """The live rows of each table, in the columns of the cold relations, and whose cold ones go."""

    rows: dict[str, pa.Table]
    overlaid: pa.Table | None


def live_rows(publication: Publication, tables: tuple[str, ...] = TABLES) -> Beside | None:
    """Return what the journal adds to a publication; None where that is nothing."""
    if publication.live is None:
        return None
    number = publication.live.number
    with publication.cursor() as cursor:
        rows = {
            table: cursor.execute(
                f"select * exclude (since, until) from live.main.hot_{table} "
                f"where {counts_at(number)} order by {ORDERS[table]}"
            ).to_arrow_table()
            for table in tables
        }
        overlaid = None
        if publication.live.has_overlaid:
            overlaid = cursor.execute(
                f"select session_id from live.main.overlaid where since <= {number}"
            ).to_arrow_table()
    sessions: pa.Table = rows.get("sessions")
    if sessions is not None:
        sessions = sessions.drop_columns("session_no")
        rows["sessions"] = sessions.append_column("session_no", sessions["session_id"])
    return Beside(rows, overlaid)


def joined(
    connection: duckdb.DuckDBPyConnection, table: str, cold: str, beside: Beside | None
) -> str:
    """Return the select of a table over the cold files and live rows, which are kept here."""
    if beside is None:
        return cold
    connection.register("given", beside.rows[table])
    connection.execute(f"create table hot_{table} as select * from given")
    connection.unregister("given")
    if beside.overlaid is not None:
        connection.register("given", beside.overlaid)
        connection.execute("create table if not exists overlaid as select session_id from given")
        connection.unregister("given")
        cold = f"select * from ({cold}) where session_id not in (select session_id from overlaid)"
    return f"select * from hot_{table} union all {cold}"
