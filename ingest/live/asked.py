"""What the journal is asked to take in, and what became of it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from errors import RecordError
from ingest.live.by_hand import Order
from ingest.live.sent import AnyEvent, SessionStarted, SessionUpdated
from lake.live import Held
from lake.recall import Stored
from lake.schema import SESSIONS

Recall = Callable[[Collection[str], int], Mapping[str, Stored]]


def no_recall(_session_ids: Collection[str], _forgotten: int) -> Mapping[str, Stored]:
    """Find nothing: for who has no cold files."""
    return {}


@dataclass(frozen=True)
class Outcome:
    """What became of one event: `accepted`, `duplicate`, or `rejected` for a reason."""

    status: str
    reason: str | None = None
    position: int = 0  # in the journal, after an act by hand
    told: Mapping[str, Any] = field(default_factory=dict)  # what an act by hand answers


UNKNOWN = "unknown"  # what an act by hand becomes on a session that there is not


@dataclass(frozen=True)
class Request:
    """The events of one request, in its place one that cannot be read stands its error.

    An `Order` is an act by hand.
    """

    source: str
    agents: Collection[str] | None  # whose sessions may be written; None is all
    events: Sequence[AnyEvent | RecordError | Order]
    size: int  # bytes
    done: "Future[list[Outcome]]" = field(default_factory=Future, compare=False)


def may_see(held: Held, agents: Collection[str] | None) -> bool:
    """Return whether a session is of one of some agents; None is all."""
    return agents is None or held.row[SESSIONS.names.index("agent_id")] in agents


def refuse(held: Held, request: Request, event: AnyEvent) -> None:
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
