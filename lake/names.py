"""Names: what each agent was called when it was last heard of, beside the cubes.

`agent_names` has a row an agent: its newest name, and when the newest session of this name starts,
null where none has a start.
"""

from collections.abc import Mapping
from datetime import datetime

import duckdb

MOST = 1 << 16  # agents whose names are held in memory: some 10 MB

Names = Mapping[str, tuple[str, datetime | None]]

NEWEST = """
select distinct on (agent_id)
    agent_id,
    agent_name,
    max(started_at) as newest_at
from sessions
group by agent_id, agent_name
order by agent_id, newest_at desc nulls last, agent_name"""


def build(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table of the table `sessions`."""
    connection.execute(f"create table agent_names as {NEWEST}")


def known(connection: duckdb.DuckDBPyConnection) -> Names | None:
    """Return name and newest start (naive UTC) of each agent; None where these are too many."""
    total = connection.execute("select count(*) from agent_names").fetchall()[0][0]
    if total > MOST:
        return None
    rows = connection.execute("select agent_id, agent_name, newest_at from agent_names")
    return {agent: (name, newest_at) for agent, name, newest_at in rows.fetchall()}
