"""Parley: as it is, and without its memory of answers."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any, ClassVar

from benchmarks.measure import settings
from benchmarks.peers.sessions import (
    CHANNEL,
    FIRST,
    PREFIX,
    SIZE,
    STATUS,
    Answer,
    Question,
    Sessions,
)
from benchmarks.peers.side import Asked, Request, Side
from benchmarks.reruns import wait_for_index
from benchmarks.starts import serve_folder

API = "/api/v1/sessions"
METRICS = f"{API}/metrics?metric=sessions&tz=UTC"
MANY = {f"PARLEY_RATE_{name}": "1000000" for name in ("LIST", "METRICS", "OPEN")}

PATHS = {
    Question.NEWEST: f"{API}?limit={FIRST}",
    Question.FILTERED: f"{API}?limit={FIRST}&channel={CHANNEL}&status={STATUS}",
    Question.COUNT: METRICS,
    Question.BY_STATUS: f"{METRICS}&group_by=status",
    Question.BY_DAY: f"{METRICS}&interval=day",
    Question.BY_DAY_AND_CHANNEL: f"{METRICS}&interval=day&group_by=channel",
    Question.ONE: f"{API}/{{session_id}}",
    Question.FOUND: f"{API}?limit={FIRST}&q={{prefix}}",
}


class Parley(Side):
    """The program of this repository, over the lake that the sessions come from."""

    notes: ClassVar = (
        "Each page comes with the count of all sessions that it is a page of. "
        "Each number comes with the four cards, what they count and links to their sessions. "
        "One session comes with its messages and events, which the peers do not hold. "
        "A text is looked for in ids, names of agents and all metadata, by the peers in ids alone."
    )
    row: ClassVar = "tr[data-id]"
    is_ours: ClassVar = True

    def __init__(self, label: str, **variables: str) -> None:
        self.label = label
        self._variables = variables

    @property
    def version(self) -> str:
        """What it stands on."""
        return f"this commit, DuckDB {version('duckdb')}, Streamlit {version('streamlit')}"

    def prepare(self, sessions: Sessions) -> None:
        """Do nothing: the lake is there, and the index is built by the first start."""

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Run it until the block ends, over its index."""
        process, address, _ = serve_folder(settings(SIZE), **MANY, **self._variables)
        try:
            wait_for_index(address)
            yield address
        finally:
            process.terminate()
            process.wait()

    def asked(self, question: Question, session_id: str, sessions: Sessions) -> Asked:  # noqa: ARG002  all of them, without a range
        """Return how it takes a question; it takes all of them."""
        path = PATHS[question].format(session_id=session_id, prefix=session_id[:PREFIX])
        return Asked((Request("GET", path),), lambda told: _read(question, told[0]["data"]))

    def page(self, address: str) -> str:
        """Return where the list is: the page that it opens with."""
        return address


def _read(question: Question, data: Any) -> Answer:  # noqa: ANN401  JSON
    if question == Question.ONE:
        return [data["session_id"]]
    if question == Question.COUNT:
        return int(data["metrics"]["sessions"]["value"])
    if question == Question.BY_STATUS:
        return {group["group"]: int(group["metrics"]["sessions"]) for group in data["groups"]}
    if question in {Question.BY_DAY, Question.BY_DAY_AND_CHANNEL}:
        return _over_time(data["series"]["buckets"])
    return [row["session_id"] for row in data]


def _over_time(buckets: list[Mapping[str, Any]]) -> dict[str, int]:
    numbers = {}
    for bucket in buckets:
        name = " ".join(filter(None, (bucket["starts_at"][:10], bucket["group"])))
        numbers[name] = int(bucket["metrics"]["sessions"])
    return {name: number for name, number in numbers.items() if number}


SIDES = (Parley("Parley"), Parley("Parley, nothing remembered", PARLEY_CACHE_MB="0"))
