"""Phoenix: a session with one trace of one span, in its SQLite database."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode

from benchmarks.peers import phoenix_rows, serving
from benchmarks.peers.sessions import (
    CHANNEL,
    FIRST,
    PREFIX,
    STATUS,
    Answer,
    Question,
    Sessions,
)
from benchmarks.peers.side import Asked, Request, Side
from benchmarks.starts import free_port
from models import Channel, Status

NAME = "phoenix"
PROJECT = base64.b64encode(f"Project:{phoenix_rows.PROJECT}".encode()).decode()
SINCE = "2000-01-01T00:00:00.000Z"  # before all of them
FILTERS = {
    Question.NEWEST: "",
    Question.FILTERED: f"metadata['channel'] == '{CHANNEL}' and metadata['status'] == '{STATUS}'",
    Question.FOUND: "'{prefix}' in session_id",
}


class Phoenix(Side):
    """Arize Phoenix as `phoenix serve` starts it."""

    label = "Phoenix"
    notes: ClassVar = (
        "A session has one trace with one span; channel, type, status and agent are metadata of "
        f"the span. The first {phoenix_rows.BY_API} sessions are sent to its REST API, which takes "
        "some 80 spans a second; the others are written into its tables as rows like those that "
        "the API has made of the first, which is checked. "
        "GraphQL for what its pages ask by it, each question one request; the REST API for one "
        "session. Sessions by day are its counts of traces and spans: here there is one of each."
    )
    row: ClassVar = "tbody tr .copyable-text-cell__value"
    is_tracing: ClassVar = True

    @property
    def version(self) -> str:
        """The version that is pinned."""
        return serving.version(NAME, "arize-phoenix")

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Run it until the block ends."""
        folder = _folder()
        address = f"http://127.0.0.1:{(port := free_port())}"
        variables = {
            "PHOENIX_WORKING_DIR": str(folder), "PHOENIX_HOST": "127.0.0.1",
            "PHOENIX_PORT": str(port), "PHOENIX_GRPC_PORT": str(free_port()),
            "PHOENIX_TELEMETRY_ENABLED": "false", "PHOENIX_ALLOW_EXTERNAL_RESOURCES": "false",
        }  # fmt: skip
        command = (str(serving.installed(NAME) / "phoenix"), "serve")
        with serving.served(command, folder, f"{address}/healthz", variables):
            yield address

    def prepare(self, sessions: Sessions) -> None:
        """Send some sessions to its API and write the others beside them."""
        with serving.loading(_folder(), sessions) as is_new:
            if is_new:
                with self.serving() as address:
                    phoenix_rows.send(address, sessions)
                phoenix_rows.write(_folder() / "phoenix.db", sessions)

    def asked(self, question: Question, session_id: str, sessions: Sessions) -> Asked:
        """Return how it takes a question; it takes all of them."""
        if question == Question.ONE:
            request = Request("GET", f"/v1/sessions/{session_id}")
            return Asked((request,), lambda told: [told[0]["data"]["session_id"]])
        if question in FILTERS:
            narrowing = FILTERS[question].format(prefix=session_id[:PREFIX])
            edges = "edges { node { sessionId startTime endTime } }"
            return _project(
                f"sessions(first: {FIRST}, {SORTED}{_where(narrowing)}) {{ {edges} }}", _ids
            )
        if question in {Question.COUNT, Question.BY_STATUS}:
            return _project(*_counted(question))
        return _project(*_over_time(question, sessions))

    def page(self, address: str) -> str:
        """Return where the sessions are, of all time."""
        return f"{address}/projects/{PROJECT}/sessions?{urlencode({'timeRangeStart': SINCE})}"


SORTED = "sort: { col: startTime, dir: desc }"


def _where(condition: str) -> str:
    return f', sessionFilterCondition: "{condition}"' if condition else ""


def _project(fields: str, read: Any) -> Asked:  # noqa: ANN401  from JSON to an answer
    """Return a question about the project, with what reads its fields."""
    query = f'{{ node(id: "{PROJECT}") {{ ... on Project {{ {fields} }} }} }}'
    request = Request("POST", "/graphql", {"query": query})
    return Asked((request,), lambda told: read(told[0]["data"]["node"]))


def _ids(project: dict[str, Any]) -> Answer:
    return [edge["node"]["sessionId"] for edge in project["sessions"]["edges"]]


def _counted(question: Question) -> tuple[str, Any]:
    if question == Question.COUNT:
        return "sessionCount", lambda project: int(project["sessionCount"])
    each = " ".join(
        f"{status}: sessionCount(sessionFilterCondition: \"metadata['status'] == '{status}'\")"
        for status in Status
    )
    return each, lambda project: {name: int(count) for name, count in project.items()}


def _over_time(question: Question, sessions: Sessions) -> tuple[str, Any]:
    first, last = sessions.days
    bounds = f'start: "{first:%F}T00:00:00Z", end: "{last + timedelta(days=1):%F}T00:00:00Z"'
    how = f"timeRange: {{ {bounds} }}, timeBinConfig: {{ scale: DAY, utcOffsetMinutes: 0 }}"
    if question == Question.BY_DAY:
        return f"traceCountTimeSeries({how}) {{ data {{ timestamp value }} }}", _days
    each = " ".join(
        f"{channel}: spanCountTimeSeries({how}, filterCondition: \"metadata['channel'] == "
        f"'{channel}'\") {{ data {{ timestamp value: totalCount }} }}"
        for channel in Channel
    )
    return each, _days


def _days(project: dict[str, Any]) -> Answer:
    numbers = {}
    for name, series in project.items():
        of = "" if name == "traceCountTimeSeries" else f" {name}"
        for point in series["data"]:
            if point["value"]:
                numbers[f"{point['timestamp'][:10]}{of}"] = int(point["value"])
    return numbers


def _folder() -> Path:
    return serving.folder(NAME)


SIDES = (Phoenix(),)
