"""MLflow: a trace with one span a session, in its SQLite tracking store."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.peers import serving
from benchmarks.peers.sessions import (
    CHANNEL,
    FIRST,
    PREFIX,
    STATUS,
    Answer,
    Question,
    Sessions,
)
from benchmarks.peers.side import Asked, Request, Side, Talk
from benchmarks.starts import free_port
from models import Channel, Status

NAME = "mlflow"
API = "/api/3.0/mlflow/traces"
EXPERIMENT = "0"  # the one that is there from the beginning
AT_ONCE = 500  # spans of a request
DAY_SECONDS = 86_400
TAGS = ("agent_id", "channel", "type", "status")
KEY = "mlflow.trace.session"


class MLflow(Side):
    """MLflow's tracking server as `mlflow server` starts it."""

    label = "MLflow"
    notes: ClassVar = (
        "A session is a trace with one span; channel, type, status and agent are its tags, the "
        "session's id is its `mlflow.trace.session`. Loaded by its own OTLP route. "
        "`traces/search` and `traces/metrics` of its REST API. Metrics are grouped by no tag, so a "
        "number by status is four requests and one by channel six, one after the other."
    )
    row: ClassVar = '[role=row]:has(input[aria-label^="Select trace tr-"])'
    is_tracing: ClassVar = True

    @property
    def version(self) -> str:
        """The version that is pinned."""
        return serving.version(NAME, "mlflow")

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Run it until the block ends, with as many workers as it takes by itself."""
        folder = _folder()
        address = f"http://127.0.0.1:{(port := free_port())}"
        command = (
            str(serving.installed(NAME) / "mlflow"), "server", "--host", "127.0.0.1",
            "--port", str(port), "--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}",
            "--artifacts-destination", str(folder / "artifacts"),
        )  # fmt: skip
        with serving.served(command, folder, f"{address}/health", {}):
            yield address

    def prepare(self, sessions: Sessions) -> None:
        """Send all sessions to its OTLP route, oldest first."""
        with serving.loading(_folder(), sessions) as is_new:
            if is_new:
                with self.serving() as address:
                    _load(Talk(address), sessions)

    def asked(self, question: Question, session_id: str, sessions: Sessions) -> Asked | None:
        """Return how it takes a question."""
        if question == Question.ONE:
            request = Request("GET", f"{API}/tr-{_hex(session_id)}")
            return Asked((request,), lambda told: [_id(told[0]["trace"]["trace_info"])])
        if question in FILTERS:
            narrowing = FILTERS[question].format(prefix=session_id[:PREFIX])
            return Asked((_search(narrowing),), lambda told: [_id(t) for t in told[0]["traces"]])
        return _counted(question, sessions)

    def page(self, address: str) -> str:
        """Return where the traces are, of all time."""
        return f"{address}/#/experiments/{EXPERIMENT}/traces?startTimeLabel=ALL"


FILTERS = {
    Question.NEWEST: "",
    Question.FILTERED: f"tags.channel = '{CHANNEL}' AND tags.status = '{STATUS}'",
    Question.FOUND: f"metadata.`{KEY}` LIKE '%{{prefix}}%'",
}


TAGGED: dict[Question, tuple[str, tuple[str, ...]]] = {
    Question.BY_STATUS: ("status", tuple(Status)),
    Question.BY_DAY_AND_CHANNEL: ("channel", tuple(Channel)),
}


def _search(narrowing: str) -> Request:
    place = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": EXPERIMENT}}
    body = {"locations": [place], "max_results": FIRST, "order_by": ["timestamp_ms DESC"]}
    return Request(
        "POST", f"{API}/search", {**body, **({"filter": narrowing} if narrowing else {})}
    )


def _counted(question: Question, sessions: Sessions) -> Asked:
    """Return a count of all, or one for each value of a tag."""
    over_time = question in {Question.BY_DAY, Question.BY_DAY_AND_CHANNEL}
    tag, values = TAGGED.get(question, ("", ("",)))
    requests = tuple(
        _metric([f"trace.tag.{tag} = '{value}'"] if tag else [], sessions if over_time else None)
        for value in values
    )

    def read(told: list[Any]) -> Answer:
        numbers = {}
        for value, answer in zip(values, told, strict=True):
            for point in answer["data_points"]:
                day = point.get("dimensions", {}).get("time_bucket", "")[:10]
                numbers[" ".join(filter(None, (day, value)))] = int(point["values"]["COUNT"])
        return numbers[""] if question == Question.COUNT else numbers

    return Asked(requests, read)


def _metric(filters: list[str], over: Sessions | None) -> Request:
    body: dict[str, object] = {
        "experiment_ids": [EXPERIMENT], "view_type": "TRACES", "metric_name": "trace_count",
        "aggregations": [{"aggregation_type": "COUNT"}], "filters": filters,
    }  # fmt: skip
    if over is not None:
        first, last = (int(moment.timestamp() * 1000) for moment in over.days)
        body |= {"time_interval_seconds": DAY_SECONDS}
        body |= {"start_time_ms": first, "end_time_ms": last + 1}
    return Request("POST", f"{API}/metrics", body)


def _id(trace: dict[str, Any]) -> str:
    return str(trace["trace_metadata"][KEY])


def _folder() -> Path:
    return serving.folder(NAME)


def _hex(session_id: str) -> str:
    return session_id.replace("-", "")


def _load(talk: Talk, sessions: Sessions) -> None:
    for some in sessions.rows.iter_slices(AT_ONCE):
        spans = [_span(row) for row in some.iter_rows(named=True)]
        body = {"resourceSpans": [{"resource": {}, "scopeSpans": [{"spans": spans}]}]}
        talk.send(Request("POST", "/v1/traces", body), x_mlflow_experiment_id=EXPERIMENT)


def _span(session: dict[str, Any]) -> dict[str, Any]:
    """Return the span of a session as OTLP writes it in JSON."""
    tags = {name: session[name] for name in TAGS} | {"mlflow.traceName": session["agent_name"]}
    attributes = {f"mlflow.traceTag.{name}": value for name, value in tags.items()}
    attributes["session.id"] = session["session_id"]
    return {
        "traceId": _hex(session["session_id"]),
        "spanId": _hex(session["session_id"])[:16],
        "name": session["agent_name"],
        "kind": 1,
        "startTimeUnixNano": _nanoseconds(session["started_at"]),
        "endTimeUnixNano": _nanoseconds(session["ended_at"]),
        "status": {"code": 2 if session["status"] == Status.FAILED else 1},
        "attributes": [
            {"key": name, "value": {"stringValue": value}} for name, value in attributes.items()
        ],
    }


def _nanoseconds(moment: datetime) -> str:
    return f"{int(moment.timestamp() * 1_000_000)}000"


SIDES = (MLflow(),)
