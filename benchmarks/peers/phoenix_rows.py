"""How Phoenix comes to hold the sessions: some by its API, the others as rows like theirs."""

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.peers.sessions import Sessions
from benchmarks.peers.side import Request, Talk
from models import Status

BY_API = 200
PROJECT = 2  # the first one is Phoenix's own
PATIENCE_SECONDS = 60
METADATA = ("channel", "status", "type", "agent_id")
TABLES = {
    "project_sessions": ("id", "session_id", "project_id", "start_time", "end_time"),
    "traces": (
        "id", "project_rowid", "trace_id", "start_time", "end_time", "project_session_rowid",
    ),
    "spans": (
        "id", "trace_rowid", "span_id", "parent_id", "name", "span_kind", "start_time", "end_time",
        "attributes", "events", "status_code", "status_message", "cumulative_error_count",
        "cumulative_llm_token_count_prompt", "cumulative_llm_token_count_completion",
        "llm_token_count_prompt", "llm_token_count_completion",
    ),
}  # fmt: skip

Row = tuple[object, ...]


def send(address: str, sessions: Sessions) -> None:
    """Send the first sessions to the API and wait until they are there."""
    talk = Talk(address)
    talk.send(Request("POST", "/v1/projects", {"name": "sessions"}))
    spans = [_span(row) for row in sessions.rows.head(BY_API).iter_rows(named=True)]
    talk.send(Request("POST", "/v1/projects/sessions/spans", {"data": spans}))
    until = time.monotonic() + PATIENCE_SECONDS
    path = f"/v1/projects/sessions/sessions?limit={BY_API}"
    while len(json.loads(talk.send(Request("GET", path)))["data"]) < BY_API:
        if time.monotonic() > until:
            raise SystemExit("Phoenix did not take the sessions that were sent.")
        time.sleep(1)


def write(path: Path, sessions: Sessions) -> None:
    """Write the other sessions, if those that were sent became the rows that we would write."""
    with closing(sqlite3.connect(path)) as base:
        for table, names in TABLES.items():
            made = base.execute(f"select {', '.join(names)} from {table} order by id").fetchall()  # noqa: S608  ours
            ours = _rows(table, sessions.rows.head(BY_API), 1)
            if _unordered(table, made) != _unordered(table, ours):
                raise SystemExit(f"Phoenix writes other rows into {table} than these would be.")
        with base:
            for table, names in TABLES.items():
                told = f"({', '.join(names)}) values ({', '.join('?' * len(names))})"
                rows = _rows(table, sessions.rows.slice(BY_API), BY_API + 1)
                base.executemany(f"insert into {table} {told}", rows)


def _unordered(table: str, rows: Iterable[Row]) -> list[list[object]]:
    """Return rows to be compared: attributes are JSON, in an order that Phoenix takes by chance."""
    places = [at for at, name in enumerate(TABLES[table]) if name == "attributes"]
    return [
        [json.loads(str(value)) if at in places else value for at, value in enumerate(row)]
        for row in rows
    ]


def _span(session: dict[str, Any]) -> dict[str, Any]:
    """Return a session as the API takes its span."""
    trace_id = session["session_id"].replace("-", "")
    return {
        "context": {"trace_id": trace_id, "span_id": trace_id[:16]},
        "name": session["agent_name"],
        "span_kind": "AGENT",
        "start_time": session["started_at"].isoformat(),
        "end_time": session["ended_at"].isoformat(),
        "status_code": _status(session),
        "attributes": {
            "session.id": session["session_id"],
            "metadata": {name: session[name] for name in METADATA},
        },
    }


def _rows(table: str, sessions: pl.DataFrame, first: int) -> Iterator[Row]:
    make = {"project_sessions": _session_row, "traces": _trace_row, "spans": _span_row}[table]
    for number, session in enumerate(sessions.iter_rows(named=True), first):
        yield make(number, session)


def _session_row(number: int, session: dict[str, Any]) -> Row:
    return (number, session["session_id"], PROJECT, *_times(session))


def _trace_row(number: int, session: dict[str, Any]) -> Row:
    return (number, PROJECT, session["session_id"].replace("-", ""), *_times(session), number)


def _span_row(number: int, session: dict[str, Any]) -> Row:
    attributes = {
        "metadata": {name: session[name] for name in METADATA},
        "session": {"id": session["session_id"]},
        "openinference": {"span": {"kind": "AGENT"}},
    }
    told = json.dumps(attributes, separators=(",", ":"))
    span_id = session["session_id"].replace("-", "")[:16]
    errors = int(session["status"] == Status.FAILED)
    return (
        number, number, span_id, None, session["agent_name"], "AGENT", *_times(session), told, "[]",
        _status(session), "", errors, 0, 0, None, None,
    )  # fmt: skip


def _status(session: dict[str, Any]) -> str:
    return "ERROR" if session["status"] == Status.FAILED else "OK"


def _times(session: dict[str, Any]) -> tuple[str, str]:
    return _text(session["started_at"]), _text(session["ended_at"])


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"
