"""Taking events into the journal: whoever waits meanwhile shares one commit.

One thread writes. While it waits for the disk, requests gather; the next commit takes them all. An
event is told to be accepted only when it is on the disk.
"""

import threading
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType

import observed
from errors import ReadOnlyLakeError, RecordError
from ingest.live.folding import derived, opened, recalled, status_of, take
from ingest.live.sent import AnyEvent, SessionStarted, SessionUpdated
from ingest.live.telling import accepted
from lake import standing
from lake.journal import Journal, Sink
from lake.kinds import Kind, kind_of
from lake.live import Held, micros
from lake.recall import Stored
from lake.refusals import BacklogError, SampleDataError
from lake.transactions import Writing
from settings import Demo, Settings

MOST_WAITING = 10_000  # events
MOST_BYTES = 64 * 2**20
GROUP = 2_000  # events of one commit, about

Recall = Callable[[Collection[str], int], Mapping[str, Stored]]


def no_recall(_session_ids: Collection[str], _forgotten: int) -> Mapping[str, Stored]:
    """Find nothing: for who has no cold files."""
    return {}


@dataclass(frozen=True)
class Outcome:
    """What became of one event: `accepted`, `duplicate`, or `rejected` for a reason."""

    status: str
    reason: str | None = None


@dataclass(frozen=True)
class Request:
    """The events of one request, in its place one that cannot be read stands its error."""

    source: str
    agents: Collection[str] | None  # whose sessions may be written; None is all
    events: Sequence[AnyEvent | RecordError]
    size: int  # bytes
    done: "Future[list[Outcome]]" = field(default_factory=Future, compare=False)


class Accepting:
    """The way into the journal of one process; `submit` from any thread."""

    def __init__(self, settings: Settings, recall: Recall, sinks: Sequence[Sink] = ()) -> None:
        """Open nothing yet; `recall` finds sessions in the cold files, by id."""
        self._settings = settings
        self._journal = Journal(settings.state)
        self._recall = recall
        self._sinks = sinks
        self._lock = threading.Lock()
        self._waiting: deque[Request] = deque()
        self._events = self._bytes = 0
        self._thread = ThreadPoolExecutor(1, "journal")

    def close(self) -> None:
        """Write what waits, then close the journal."""
        self._thread.shutdown()
        self._journal.close()

    def submit(self, request: Request) -> "Future[list[Outcome]]":
        """Have a request written; what became of its events is known when it is durable.

        Raises BacklogError; the future raises ReadOnlyLakeError, SampleDataError, JournalError,
        DiskFullError, NotReadyError.
        """
        with self._lock:
            events = self._events + len(request.events)
            if self._waiting and (events > MOST_WAITING or self._bytes > MOST_BYTES):
                raise BacklogError
            self._events, self._bytes = events, self._bytes + request.size
            self._waiting.append(request)
            observed.waiting(events)
        self._thread.submit(self._write)
        return request.done

    def _write(self) -> None:
        """Write what waits now, if anybody else has not done so."""
        with self._lock:
            group = self._group()
        if not group:
            return
        with _Landing(group):
            self._refuse_unseen()
            with self._journal.writing() as writing:
                commit = _Commit(writing, self._recall, self._sinks, self._settings.clock())
                told = commit.all(group)
            observed.taken(outcome.status for outcomes in told for outcome in outcomes)
            observed.disordered(commit.disordered)
            for request, outcomes in zip(group, told, strict=True):
                request.done.set_result(outcomes)

    def _refuse_unseen(self) -> None:
        """Raise where what is taken would never be shown."""
        if kind_of(self._settings.data) is Kind.PLAIN:
            raise ReadOnlyLakeError(str(self._settings.data))
        if self._settings.demo is Demo.ON and standing.folder(self._settings)[1]:
            raise SampleDataError

    def _group(self) -> list[Request]:
        group: list[Request] = []
        events = 0
        while self._waiting and events < GROUP:
            request = self._waiting.popleft()
            group.append(request)
            events += len(request.events)
            self._bytes -= request.size
        self._events -= events
        observed.waiting(self._events)
        return group


class _Commit:
    """One transaction of the journal."""

    def __init__(
        self, writing: Writing, recall: Recall, sinks: Sequence[Sink], now: datetime
    ) -> None:
        self._writing = writing
        self._recall = recall
        self._sinks = sinks
        self._now = now
        self._heard_at = micros(now)
        self._position = writing.number("position")
        self._held: dict[str, Held] = {}
        self._known: dict[str, set[str]] = {}
        self._touched: dict[str, Held] = {}
        self._fetched: set[str] = set()  # from the cold files, and not yet written here
        self.disordered = 0  # events older than the newest of their session

    def all(self, group: Sequence[Request]) -> list[list[Outcome]]:
        """Take in the events of some requests, in their order."""
        self._look_up(group)
        told = [[self._one(request, event) for event in request.events] for request in group]
        for held in self._touched.values():
            held.row = derived(held)
            held.heard_at = self._heard_at
            self._writing.keep(held)
        self._writing.last_position(self._position)
        return told

    def _look_up(self, group: Sequence[Request]) -> None:
        """Find what is known of the sessions and events that are sent."""
        sent: dict[str, set[str]] = {}
        ids: set[str] = set()
        for request in group:
            for event in request.events:
                if not isinstance(event, RecordError):
                    sent.setdefault(request.source, set()).add(event.id)
                    ids.add(event.data.session_id)
        self._known = {source: self._writing.known(source, of) for source, of in sent.items()}
        self._held = self._writing.held(ids)
        missing = ids - self._held.keys()
        for stored in self._recall(missing, self._writing.number("forgotten")).values():
            held = recalled(stored.row, str(stored.row["source"]), stored.turns)
            held.row = derived(held)
            self._held[held.session_id] = held
            self._fetched.add(held.session_id)

    def _one(self, request: Request, event: AnyEvent | RecordError) -> Outcome:
        """Take one event in, or say why not."""
        if isinstance(event, RecordError):
            return Outcome("rejected", event.sentence)
        if event.id in self._known[request.source]:
            return Outcome("duplicate")
        session_id = event.data.session_id
        known = self._held.get(session_id)
        before = None if known is None else status_of(known)
        held = known or opened(session_id, request.source, event)
        newest = held.last_at
        try:
            _refuse(held, request, event)
            turn = take(held, event, self._position + 1)
        except RecordError as error:
            return Outcome("rejected", error.sentence)
        self._position += 1
        self.disordered += micros(event.timestamp) < newest
        self._known[request.source].add(event.id)
        self._writing.note(request.source, event.id, self._position, self._heard_at)
        own = [] if turn is None else [turn]
        self._writing.add_turns(session_id, held.turns if session_id in self._fetched else own)
        self._fetched.discard(session_id)
        self._held[session_id] = self._touched[session_id] = held
        for sink in self._sinks:
            sink(self._writing.connection, accepted(held, event, before))
        return Outcome("accepted")


def _refuse(held: Held, request: Request, event: AnyEvent) -> None:
    """Raise RecordError where the sender may not write to this session."""
    if held.source != request.source:
        raise RecordError("data.session_id: this session comes from another source")
    if request.agents is None:
        return
    own = held.facts.get("agent_id")
    named = None
    if isinstance(event, SessionStarted | SessionUpdated):
        named = event.data.agent_id
    for agent in (None if own is None else own.value, named):
        if agent is not None and agent not in request.agents:
            raise RecordError("data.agent_id: this key is not for this agent")


class _Landing:
    """The end of a group: whatever happens, nobody waits for ever."""

    def __init__(self, group: Sequence[Request]) -> None:
        self._group = group

    def __enter__(self) -> None:
        """Nothing to do at the start."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Hand an error to those who wait; a fault is raised here as well."""
        if error is not None:
            for request in self._group:
                request.done.set_exception(error)
