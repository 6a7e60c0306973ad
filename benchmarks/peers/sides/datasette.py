"""Datasette: a table of sessions in a SQLite file, with the indexes that the questions want."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import ClassVar
from urllib.parse import urlencode

from benchmarks.peers import serving
from benchmarks.peers.sessions import (
    CHANNEL,
    COLUMNS,
    FIRST,
    PREFIX,
    STATUS,
    Answer,
    Question,
    Sessions,
)
from benchmarks.peers.side import Asked, Request, Side
from benchmarks.starts import free_port

NAME = "datasette"
DATABASE = "sessions"
TABLE = f"/{DATABASE}/sessions"
TIMES = ("started_at", "ended_at")
SCHEMA = f"""
create table sessions ({", ".join(f"{name} text" for name in (*COLUMNS, *TIMES))},
    primary key (session_id));
create index by_start on sessions (started_at, channel);
create index by_channel on sessions (channel, status, started_at);
create index by_status on sessions (status, started_at);
"""
PAGED = {"_shape": "objects", "_nosuggest": "1", "_size": f"{FIRST}", "_sort_desc": "started_at"}
DAY = "substr(started_at, 1, 10)"
COUNTED = {  # of what is counted; the SQL around it is in `asked`
    Question.COUNT: "''",
    Question.BY_STATUS: "status",
    Question.BY_DAY: DAY,
    Question.BY_DAY_AND_CHANNEL: f"{DAY} || ' ' || channel",
}


class Datasette(Side):
    """Datasette as `datasette serve` starts it."""

    label = "Datasette"
    notes: ClassVar = (
        "A table of SQLite with indexes on start and channel; channel, status and start; status "
        "and start. Lists are its table's JSON without suggested facets, numbers are SQL. "
        "A general browser of tables and no tracing peer: it is here to be seen beside, and the "
        "bounds are not about it."
    )
    row: ClassVar = "table.rows-and-columns tbody tr td"

    @property
    def version(self) -> str:
        """The version that is pinned."""
        return serving.version(NAME, "datasette")

    def prepare(self, sessions: Sessions) -> None:
        """Write the file."""
        serving.installed(NAME)
        folder = serving.folder(NAME)
        with serving.loading(folder, sessions) as is_new:
            if is_new:
                _write(str(folder / f"{DATABASE}.db"), sessions)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Run it until the block ends."""
        folder = serving.folder(NAME)
        address = f"http://127.0.0.1:{(port := free_port())}"
        command = (
            str(serving.installed(NAME) / "datasette"), "serve", str(folder / f"{DATABASE}.db"),
            "--host", "127.0.0.1", "--port", str(port),
        )  # fmt: skip
        with serving.served(command, folder, f"{address}/-/versions.json", {}):
            yield address

    def asked(self, question: Question, session_id: str, sessions: Sessions) -> Asked:  # noqa: ARG002  all of them, without a range
        """Return how it takes a question; it takes all of them."""
        if question in COUNTED:
            sql = f"select {COUNTED[question]} as name, count(*) as n from sessions group by 1"  # noqa: S608  ours
            path = f"/{DATABASE}.json?{urlencode({'sql': sql, '_shape': 'objects'})}"
            return Asked((Request("GET", path),), lambda told: _numbers(question, told[0]["rows"]))
        path = f"{TABLE}/{session_id}.json?_shape=objects"
        if question != Question.ONE:
            narrowing = {
                Question.FILTERED: {"channel": CHANNEL, "status": STATUS},
                Question.FOUND: {"session_id__contains": session_id[:PREFIX]},
            }.get(question, {})
            path = f"{TABLE}.json?{urlencode({**PAGED, **narrowing})}"
        read_ids = lambda told: [row["session_id"] for row in told[0]["rows"]]  # noqa: E731
        return Asked((Request("GET", path),), read_ids)

    def page(self, address: str) -> str:
        """Return where the table is, newest first."""
        return f"{address}{TABLE}?_sort_desc=started_at&_size={FIRST}"


def _numbers(question: Question, rows: list[dict[str, int | str]]) -> Answer:
    numbers = {str(row["name"]): int(row["n"]) for row in rows}
    return numbers[""] if question == Question.COUNT else numbers


def _write(path: str, sessions: Sessions) -> None:
    rows = sessions.rows.select(*COLUMNS, *TIMES).iter_rows()
    texts = (
        [value if isinstance(value, str) else value.isoformat() for value in row] for row in rows
    )
    with closing(sqlite3.connect(path)) as base:
        base.executescript(SCHEMA)
        with base:
            places = ", ".join("?" * len((*COLUMNS, *TIMES)))
            base.executemany(f"insert into sessions values ({places})", texts)  # noqa: S608  ours
        base.execute("analyze")


SIDES = (Datasette(),)
