"""Where alerts lie: beside the webhooks, so that a firing and what is sent of it are one write.

The file and its transactions are those of lake/hook_file.py; here are the tables of alerts.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lake import hook_file
from lake.hook_file import writing

_TABLES = (
    """
create table if not exists alerts (
    alert_id text primary key, name text not null, metric text not null, filter text not null,
    time_window text not null, condition text not null, threshold real not null,
    resolve real not null, least integer not null, agents text, made_by text not null,
    created_at text not null, changed_at text not null, version text not null,
    is_enabled integer not null,
    firing_id text, since text, checked_at text, value real, n integer, was real, was_n integer,
    error text not null
) strict
""",
    """
create table if not exists alert_events (
    alert_id text not null, firing_id text not null, kind text not null, reason text not null,
    at text not null, ends_at text not null, value real, n integer, was real, was_n integer
) strict
""",
    "create index if not exists alert_newest on alert_events (alert_id)",
)


def exists(folder: Path) -> bool:
    """Return whether there is a file; it may hold no alerts yet."""
    return hook_file.exists(folder)


def has_tables(connection: sqlite3.Connection) -> bool:
    """Return whether the tables of alerts are there; what is made last stands for all."""
    found = connection.execute("select 1 from sqlite_master where name = 'alert_newest'")
    return found.fetchone() is not None


@contextmanager
def connected(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open the file with the tables of alerts, made where they are missing; raises StateError."""
    with hook_file.connected(folder, "alerts") as connection:
        if not has_tables(connection):
            with writing(connection):
                for statement in _TABLES:
                    connection.execute(statement)
        yield connection
