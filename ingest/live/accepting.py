"""Taking events into the journal: whoever waits meanwhile shares one commit.

One thread writes. While it waits for the disk, requests gather; the next commit takes them all. An
event is told to be accepted only when it is on the disk.
"""

import threading
from collections import deque
from collections.abc import Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from types import TracebackType

import observed
from errors import ReadOnlyLakeError, RecordError
from ingest.live.asked import UNKNOWN, Outcome, Recall, Request, may_see, no_recall, refuse
from ingest.live.by_hand import Order
from ingest.live.folding import derived, opened, recalled, status_of, take
from ingest.live.sent import AnyEvent
from ingest.live.telling import accepted
from lake import standing
from lake.journal import Journal, Sink
from lake.kinds import Kind, kind_of
from lake.live import Held, micros
from lake.refusals import BacklogError, SampleDataError
from lake.transactions import Writing
from settings import Demo, Settings

__all__ = ["Accepting", "Outcome", "Recall", "Request", "no_recall"]

MOST_WAITING = 10_000  # events
MOST_BYTES = 64 * 2**20
GROUP = 2_000  # events of one commit, about


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
            observed.taken(
                outcome.status
                for outcomes in told for outcome in outcomes if outcome.status != UNKNOWN
            )  # fmt: skip
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
            events += len(request.events)
            self._bytes -= request.size
            # From here on nobody can cancel it, which would take the answers from the others.
            if request.done.set_running_or_notify_cancel():
                group.append(request)
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
                if isinstance(event, Order):
                    ids.add(event.session_id)
                elif not isinstance(event, RecordError):
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

    def _one(self, request: Request, event: AnyEvent | RecordError | Order) -> Outcome:
        """Take one event in, or say why not."""
        if isinstance(event, Order):
            return self._by_hand(request, event)
        if isinstance(event, RecordError):
            return Outcome("rejected", event.sentence)
        sent = self._known.setdefault(request.source, set())
        if event.id in sent:
            return Outcome("duplicate")
        session_id = event.data.session_id
        known = self._held.get(session_id)
        before = None if known is None else status_of(known)
        held = known or opened(session_id, request.source, event)
        newest = held.last_at
        try:
            refuse(held, request, event)
            turn = take(held, event, self._position + 1)
        except RecordError as error:
            return Outcome("rejected", error.sentence)
        self._position += 1
        self.disordered += micros(event.timestamp) < newest
        sent.add(event.id)
        self._writing.note(request.source, event.id, self._position, self._heard_at)
        own = [] if turn is None else [turn]
        self._writing.add_turns(session_id, held.turns if session_id in self._fetched else own)
        self._fetched.discard(session_id)
        self._held[session_id] = self._touched[session_id] = held
        for sink in self._sinks:
            sink(self._writing.connection, accepted(held, event, before))
        return Outcome("accepted")

    def _by_hand(self, request: Request, order: Order) -> Outcome:
        """Do an act by hand: its events come as from the source of the session."""
        held = self._held.get(order.session_id)
        if held is None:
            return Outcome(UNKNOWN)
        held.row = derived(held)  # as it is now, in the midst of this commit
        if not may_see(held, request.agents):
            return Outcome(UNKNOWN)
        try:
            done = order.done(held, self._now)
        except RecordError as error:
            return Outcome("rejected", error.sentence)
        own = replace(request, source=held.source, agents=None)
        for event in done.events:
            outcome = self._one(own, event)
            if outcome.status != "accepted":
                return outcome
        if done.gone:
            self._drop(held, done.gone)
        return Outcome("accepted", position=self._position, told=done.told)

    def _drop(self, held: Held, arrivals: Collection[int]) -> None:
        """Take turns from a session."""
        held.turns = [turn for turn in held.turns if turn.arrival not in arrivals]
        self._writing.drop_turns(held.session_id, arrivals)
        if held.session_id in self._fetched:
            self._writing.add_turns(held.session_id, held.turns)
            self._fetched.discard(held.session_id)
        self._position += 1
        held.position = self._position
        self._touched[held.session_id] = held


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
