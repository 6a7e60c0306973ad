"""What is counted while the program runs: every metric stands here, below all rooms.

So lake, questions and API count where the fact is known; `GET /metrics` writes it down. A label
holds a word of ours, never a value that somebody has sent (docs/decisions/0013). Seconds and bytes,
as Prometheus has them; what each metric means to who operates it is told in docs/operations.md.
"""

import time
from collections import Counter as Tally
from collections.abc import Iterable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from enum import StrEnum
from types import TracebackType

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    Summary,
    disable_created_metrics,
    generate_latest,
)

disable_created_metrics()  # type: ignore[no-untyped-call]  # times of counters, read by nobody

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

ELSEWHERE = "elsewhere"
FROM: ContextVar[str] = ContextVar("FROM", default=ELSEWHERE)  # the route or page that asks


class Taken(StrEnum):
    """What becomes of an event that is sent."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


class Remembered(StrEnum):
    """Where an answer came from."""

    HIT = "hit"  # it was remembered
    JOINED = "joined"  # somebody was asking already
    MISS = "miss"  # it was asked


class WebhookOutcome(StrEnum):
    """What became of one attempt to deliver."""

    DELIVERED = "delivered"
    RETRIED = "retried"  # it failed, another one follows
    GIVEN_UP = "given_up"  # it failed, and was the last one


class Look(StrEnum):
    """What came of looking at the rule of an alert."""

    ANSWERED = "answered"
    FAILED = "failed"  # its question failed, or the rule cannot be read


class AlertChange(StrEnum):
    """What happens to an alert."""

    FIRED = "fired"
    RESOLVED = "resolved"


class CompactionKind(StrEnum):
    """Which run moves sessions to the cold files."""

    HOURLY = "hourly"
    NIGHTLY = "nightly"


def _counter(name: str, words: str, labels: Iterable[str] = ()) -> Counter:
    return Counter(f"parley_{name}", words, labels, registry=REGISTRY)


def _gauge(name: str, words: str, labels: Iterable[str] = ()) -> Gauge:
    return Gauge(f"parley_{name}", words, labels, registry=REGISTRY)


def _histogram(
    name: str, words: str, buckets: Iterable[float], labels: Iterable[str] = ()
) -> Histogram:
    return Histogram(f"parley_{name}", words, labels, registry=REGISTRY, buckets=tuple(buckets))


LAGS = (0.5, 1, 2, 5, 15, 60, 300, 3600)
_taken = _counter("ingest_events", "Events that were sent, by what became of them.", ["outcome"])
_disordered = _counter("ingest_out_of_order", "Accepted events older than one of their session.")
_waiting = _gauge("ingest_waiting_events", "Events that wait for the next commit.")
_visible = _histogram("visible_seconds", "From an event's timestamp until it is shown.", LAGS)
_shown = _histogram("published_seconds", "From accepting an event until it is shown.", LAGS)
_lag = _gauge("visible_last_seconds", "The longest such time of the newest publication.")
JOURNAL_SESSIONS = _gauge("journal_sessions", "Sessions in the journal.", ["state"])
JOURNAL_TURNS = _gauge("journal_turns", "Messages and events in the journal.")
JOURNAL_WRITABLE = _gauge("journal_writable", "1 while events can be written, else 0.")
JOURNAL_BYTES = _gauge("journal_bytes", "Bytes of the journal's files.")
_compactions = _counter("compaction_runs", "Runs of the compactor.", ["kind", "outcome"])
_compaction = _histogram("compaction_seconds", "How long such a run took.", (1, 10, 60, 600))
COMPACTED_AT = _gauge("compaction_last_timestamp_seconds", "When one last began or ended; 0 never.")
_webhooks = _counter("webhook_attempts", "Attempts to deliver a webhook.", ["outcome"])
_looks = _counter("alert_evaluations", "Looks at a rule, by what came of it.", ["outcome"])
_changes = _counter("alert_changes", "Alerts that have fired, or were resolved.", ["kind"])
ALERTS_FIRING = _gauge("alerts_firing", "Alerts that fire now.")
_remembered = _counter("cache_answers", "Answers, by where they came from.", ["result"])
_cache_bytes = _gauge("cache_bytes", "Bytes of remembered answers.")
_cache_entries = _gauge("cache_entries", "Remembered answers.")
_question = _histogram("question_seconds", "How long DuckDB took.", (0.01, 0.05, 0.2, 1, 5, 20))
_asked = Summary(
    "parley_route_question_seconds", "The same, by the route or page that asked.", ["route"],
    registry=REGISTRY,
)  # fmt: skip
QUESTIONS = _gauge("questions", "Questions that run, and that wait for a place.", ["state"])
QUESTIONS_REFUSED = _counter("questions_refused", "Questions that got no place.", ["reason"])
QUESTION_WAIT = _histogram("question_wait_seconds", "How long who waited did so.", (0.1, 1, 10))
_unanswered = _counter("question_errors", "Questions without an answer, by their error.", ["error"])
_requests = _counter("http_requests", "Requests to the API.", ["route", "status"])
_request = _histogram("http_request_seconds", "Until their last byte.", (0.1, 1, 10), ["route"])
RUNNING = _gauge("running", "What runs now: exports, searches, requests that ask.", ["what"])
VIEWERS = _gauge("viewers", "Pages that are open.")
CROWDED = _counter("crowded", "Pages and requests for which no place was left.", ["what"])
DISK_FREE = _gauge("disk_free_bytes", "What is free where the state folder lies.")
SET_ASIDE = _gauge("files_set_aside", "Stored files that do not answer.")
IS_INDEXED = _gauge("index_answers", "1 while the index answers, 0 while Parquet does.")

# What has not happened yet is 0, not absent.
for _outcome in Taken:
    _taken.labels(_outcome)
for _attempt in WebhookOutcome:
    _webhooks.labels(_attempt)
for _look in Look:
    _looks.labels(_look)
for _change in AlertChange:
    _changes.labels(_change)
for _kind in CompactionKind:
    _compactions.labels(_kind, "done")
    _compactions.labels(_kind, "failed")
for _state, _reason, _what in (("running", "full", "viewers"), ("waiting", "late", "requests")):
    CROWDED.labels(_what)
    QUESTIONS.labels(_state)
    QUESTIONS_REFUSED.labels(_reason)
_by_result = {result: _remembered.labels(result) for result in Remembered}


def taken(outcomes: Iterable[str]) -> None:
    """Count events that were sent, by what became of each; raises ValueError for another word."""
    for outcome, count in Tally(outcomes).items():
        _taken.labels(Taken(outcome)).inc(count)


def taken_so_far(outcome: Taken) -> int:
    """Return how many events became that since the start."""
    return round(REGISTRY.get_sample_value("parley_ingest_events_total", {"outcome": outcome}) or 0)


def disordered(count: int) -> None:
    """Count accepted events whose session had a newer one."""
    _disordered.inc(count)


def waiting(events: int) -> None:
    """Say how many events wait to be written."""
    _waiting.set(events)


def visible(since_event: Iterable[float], since_accepted: Iterable[float]) -> None:
    """Take in how long the sessions of a publication took to be seen, in seconds."""
    longest = 0.0
    for seconds in since_event:
        _visible.observe(max(0.0, seconds))
        longest = max(longest, seconds)
    for seconds in since_accepted:
        _shown.observe(max(0.0, seconds))
    _lag.set(longest)


def lag() -> float | None:
    """Return the longest time to be seen of the newest publication; None before the first."""
    seen = REGISTRY.get_sample_value("parley_visible_seconds_count")
    return REGISTRY.get_sample_value("parley_visible_last_seconds") if seen else None


def compaction(kind: CompactionKind, seconds: float, *, is_done: bool) -> None:
    """Count a run of the compactor."""
    _compactions.labels(kind, "done" if is_done else "failed").inc()
    _compaction.observe(seconds)


def webhook_attempt(outcome: WebhookOutcome) -> None:
    """Count an attempt to deliver; raises ValueError for a word that is no outcome."""
    _webhooks.labels(WebhookOutcome(outcome)).inc()


def alert_look(outcome: Look) -> None:
    """Count that a rule was looked at; raises ValueError for a word that is no outcome."""
    _looks.labels(Look(outcome)).inc()


def alert_event(kind: str) -> None:
    """Count that an alert has fired or was resolved; raises ValueError for another word."""
    _changes.labels(AlertChange(kind)).inc()


def remembered(result: Remembered) -> None:
    """Count an answer."""
    _by_result[result].inc()


def cache(size: int, entries: int) -> None:
    """Say how much is remembered."""
    _cache_bytes.set(size)
    _cache_entries.set(entries)


def request(route: str, status: int, seconds: float) -> None:
    """Count a request to the API by its route, as our own table writes it."""
    _requests.labels(route, f"{status // 100}xx").inc()
    _request.labels(route).observe(seconds)


class Question(AbstractContextManager[None]):
    """Times the question of the block, and counts it under its error if it has none."""

    def __enter__(self) -> None:
        """Begin."""
        self._begun = time.perf_counter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """End; whatever was raised goes on."""
        seconds = time.perf_counter() - self._begun
        _question.observe(seconds)
        _asked.labels(FROM.get()).observe(seconds)
        if kind is not None:
            _unanswered.labels(kind.__name__).inc()


def written() -> bytes:
    """Return all metrics as text, in the format of Prometheus."""
    return generate_latest(REGISTRY)
