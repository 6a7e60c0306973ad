"""Error anatomy: failed sessions by what made them fail, of which the changing parts are left out.

What is the same is told by `error_key` (`ingest/error_key.py`); failed sessions without one are a
cluster of their own, whose key is ''.
"""

from dataclasses import dataclass

import polars as pl

from models import Status
from queries import links, marks, periods
from queries.choices import Has
from queries.engine import Snapshot, fetch, sql
from queries.filters import Filters
from queries.lines import ERRORS, lines, with_changes
from queries.marks import Mark, Row
from queries.periods import BEGINNING

NO_TEXT = ""
MOST = 100  # clusters that are told
EXAMPLES = 3  # sessions of each
AGENTS = 3  # of each


@dataclass(frozen=True)
class Anatomy:
    """The largest clusters, of how many, and how many sessions have failed in all of them.

    Columns of `rows`, most sessions first: error_key ('' is no text), error (of the newest session
    that has one), sessions, share (of the failed), line, line_before, before, change and is_noise
    (`queries.lines`), first_seen_at and last_seen_at (starts of the first and the last session that
    failed so, naive UTC, of all that the viewer may see, whatever the filters), is_new (the first
    one lies in the range; null where that has no start), agents (agent_id and sessions, most
    first, at most AGENTS), examples (session_id, external_id, started_at, the newest EXAMPLES).
    """

    rows: pl.DataFrame
    clusters: int
    failed: int


def anatomy(filters: Filters, snapshot: Snapshot, *, most: int = MOST) -> Anatomy:
    """Return what made the filtered sessions fail."""
    found = fetch(sql("error_clusters"), filters, snapshot, examples=EXAMPLES, most=most)
    if found.is_empty():
        return Anatomy(found, 0, 0)
    keys = found["error_key"].to_list()
    drawn = lines(ERRORS, "error_key", filters, snapshot, keys=keys)
    seen = fetch(sql("error_seen"), filters, snapshot, keys=keys)
    failed, clusters = int(found["failed"][0]), int(found["clusters"][0])
    rows = found.drop("failed", "clusters")
    for more in (drawn, seen, _agents(keys, filters, snapshot)):
        rows = rows.join(more, "error_key", "left", maintain_order="left")
    share = (pl.col("sessions") / failed).alias("share")
    told = with_changes(rows).with_columns(share, _is_new(filters, snapshot))
    return Anatomy(told, clusters, failed)


def link(key: str, filters: Filters, **also: object) -> Filters | None:
    """Return the filtered sessions of a cluster, and with other filters too; None: none can be."""
    named = {"has": (Has.NO_ERROR_TEXT,)} if key == NO_TEXT else {"error": (key,)}
    return links.narrowed(filters, status=(Status.FAILED,), **named, **also)


def _agents(keys: list[str], filters: Filters, snapshot: Snapshot) -> pl.DataFrame:
    rows = fetch(sql("error_agents"), filters, snapshot, keys=keys, agents=AGENTS)
    affected = pl.struct("agent_id", "sessions").alias("agents")
    return rows.group_by("error_key", maintain_order=True).agg(affected)


def _is_new(filters: Filters, snapshot: Snapshot) -> pl.Expr:
    after = periods.current(filters, snapshot.tick).after
    if after == BEGINNING:
        return pl.lit(None, pl.Boolean).alias("is_new")
    return (pl.col("first_seen_at") >= after.replace(tzinfo=None)).alias("is_new")


def _rows(filters: Filters, snapshot: Snapshot) -> list[Row]:
    return anatomy(filters, snapshot).rows.to_dicts()


def _link(row: Row, filters: Filters, snapshot: Snapshot) -> Filters | None:  # noqa: ARG001
    return link(row["error_key"], filters)


def _agent_rows(filters: Filters, snapshot: Snapshot) -> list[Row]:
    found = _rows(filters, snapshot)
    return [{"error_key": row["error_key"], **agent} for row in found for agent in row["agents"]]


def _agent_link(row: Row, filters: Filters, snapshot: Snapshot) -> Filters | None:  # noqa: ARG001
    return link(row["error_key"], filters, agent=(row["agent_id"],))


marks.enter(Mark("error", "The sessions that failed in one way.", _rows, _link))
marks.enter(Mark("error_agent", "Those of one agent.", _agent_rows, _agent_link))
