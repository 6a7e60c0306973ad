"""The conversations of the sample data as live events: each in order, many at once, for ever."""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import msgspec
import pyarrow as pa

from ingest.demo import generate
from ingest.demo.agents import AGENTS
from lake.schema import Batch

SESSIONS = 400  # of one generation, of which those that have ended are acted
AT_ONCE = 8  # conversations that go on for each event a second
PAUSE_MOST = 60.0  # seconds between two turns: nobody waits for who answers tomorrow
FACTS = ("agent_id", "agent_name", "channel", "type", "user_id")

Event = dict[str, Any]
Live = tuple[str, Mapping[str, Any]]  # type and data
_decode = msgspec.json.Decoder(dict[str, list[str]]).decode


@dataclass(frozen=True)
class Act:
    """One event of a conversation, so many seconds after the one before it."""

    type: str
    data: Mapping[str, Any]
    pause: float


def conversations(agents: int, seed: int, now: datetime) -> Iterator[list[Act]]:
    """Yield conversations of the first so many agents, each with an id that it has alone."""
    known = {agent.agent_id for agent in AGENTS[:agents]}
    for number in count(seed):
        end = now + timedelta(days=1)
        for batch in generate(SESSIONS, days=1, seed=number, end=end, zone="UTC"):
            for acts in _of_batch(batch):
                if acts[0].data["agent_id"] in known:
                    yield acts


def live(agents: int, seed: int, rate: float, now: datetime) -> Iterator[Live]:
    """Yield type and data of one event after the other, of `AT_ONCE * rate` conversations."""
    waiting = conversations(agents, seed, now)
    at_once = max(1, round(AT_ONCE * rate))
    # The next act of each conversation by when it is due, on a clock of their own.
    due: list[tuple[float, int, int, list[Act]]] = []
    for number in count():
        while len(due) < at_once:
            acts = next(waiting)
            clock = due[0][0] if due else 0.0
            heapq.heappush(due, (clock + acts[1].pause, number + len(due), 0, acts))
        clock, own, place, acts = heapq.heappop(due)
        yield acts[place].type, acts[place].data
        if place + 1 < len(acts):
            heapq.heappush(due, (clock + acts[place + 1].pause, own, place + 1, acts))


def _of_batch(batch: Batch) -> Iterator[list[Act]]:
    """Yield the sessions that have ended as acts."""
    turns: dict[str, list[tuple[int, datetime, str, Event]]] = {}
    for row in batch.messages.to_pylist():
        told = {"sender": row["sender"], "content": row["content"]}
        turn = (row["seq"], row["sent_at"], "message.created", told)
        turns.setdefault(row["session_id"], []).append(turn)
    for row in batch.events.to_pylist():
        told = {"kind": row["kind"], "name": row["name"], "detail": row["detail"]}
        turn = (row["seq"], row["at"], "event.created", told)
        turns.setdefault(row["session_id"], []).append(turn)
    for session in _ended(batch.sessions):
        yield _acts(session, sorted(turns.get(session["session_id"], []), key=lambda t: t[0]))


def _ended(sessions: pa.Table) -> list[dict[str, Any]]:
    return [row for row in sessions.to_pylist() if row["ended_at"] is not None]


def _acts(session: Mapping[str, Any], turns: list[tuple[int, datetime, str, Event]]) -> list[Act]:
    """Return start, turns and end of a session."""
    own = {"session_id": session["session_id"]}
    facts = {name: session[name] for name in FACTS if session[name] is not None}
    pairs = _decode(session["metadata"])
    at_last = {key: pairs.pop(key) for key in ("csat",) if key in pairs}  # asked for at the end
    facts["metadata"] = pairs
    acts = [Act("session.started", {**own, **facts}, 0.0)]
    before = session["started_at"].astimezone(UTC)
    for seq, at, type_, told in turns:
        pause = min(max((at - before).total_seconds(), 0.0), PAUSE_MOST)
        acts.append(Act(type_, {**own, **told, "seq": seq}, pause))
        before = at
    ending = {"status": session["status"], "end_reason": session["end_reason"]}
    told = {name: value for name, value in ending.items() if value is not None}
    told |= {"metadata": at_last} if at_last else {}
    acts.append(Act("session.ended", {**own, **told}, 1.0))
    return acts
