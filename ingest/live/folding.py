"""What follows from an event: which facts count, which turns there are, what the row says.

The order in which events arrive makes no difference (docs/decisions/0012): of each fact the newest
statement counts, a tie goes to the greater event id; a session that has ended stays so.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from errors import RecordError
from ingest import derive, metadata
from ingest.draft import EventDraft, MessageDraft, SessionDraft
from ingest.live.sent import (
    AnyEvent,
    EventCreated,
    EventData,
    MessageCreated,
    MessageData,
    SessionEnded,
    SessionStarted,
    SessionUpdated,
)
from ingest.options import Options
from lake.live import Fact, Held, Turn, micros, moment, numbered, row_of
from models import Channel, EventKind, Sender, SessionType, Status

STATED = ("agent_id", "agent_name", "channel", "type", "user_id", "external_id", "end_reason",
          "error")  # fmt: skip
PAIR = "metadata:"  # begins the names of facts about one key
STALE = "stale"  # the metadata of a session that nobody has ended


def opened(session_id: str, source: str, event: AnyEvent) -> Held:
    """Return a session of which nothing is known before this event."""
    at = micros(event.timestamp)
    return Held(session_id, source, {}, at, at, [], [])


def take(held: Held, event: AnyEvent, position: int) -> Turn | None:
    """Have a session take an event in; returns the turn that came with it.

    Raises RecordError for a seq that another turn has, before anything is changed.
    """
    turn = _turn(event, position)
    given = None if turn is None else turn.seq
    if given is not None and any(given == other.seq for other in held.turns):
        raise RecordError(f"data.seq: {given} is the seq of another turn of this session")
    at = micros(event.timestamp)
    for name, value in _facts(event).items():
        _state(held, name, Fact(value, at, event.id))
    held.first_at, held.last_at = min(held.first_at, at), max(held.last_at, at)
    if turn is not None:
        held.turns.append(turn)
    held.position = position
    return turn


def status_of(held: Held) -> str:
    """Return the status that a session has now."""
    fact = held.facts.get("status")
    return str(Status.ACTIVE if fact is None else fact.value[0])


def derived(held: Held) -> list[Any]:
    """Return the row of a session, as an import of the same would make it."""
    drawn = derive.session(_draft(held), Options(now=moment(held.last_at)))
    return row_of(drawn.row)


def recalled(row: Mapping[str, Any], source: str, turns: list[Turn]) -> Held:
    """Return a session of the cold files: all its facts as stated by its last event.

    `row` holds the columns of the contract, times aware.
    """
    at = micros(row["updated_at"])
    pairs: dict[str, list[str]] = msgspec.json.decode(row["metadata"])
    facts = {name: row[name] for name in STATED if row[name] is not None}
    if row["agent_id"] == row["agent_name"] == derive.UNKNOWN_AGENT:  # nobody has stated that
        del facts["agent_id"], facts["agent_name"]
    facts |= {PAIR + key: values for key, values in pairs.items() if key != "status_assumed"}
    is_stated = "status_assumed" not in pairs
    facts["status"] = [row["status"], is_stated]
    facts["started_at"] = None if row["started_at"] is None else micros(row["started_at"])
    if row["ended_at"] is not None or row["status"] != Status.ACTIVE:
        facts["ended_at"] = None if row["ended_at"] is None else micros(row["ended_at"])
    stated = {name: Fact(value, at, "") for name, value in facts.items()}
    first = micros(row["started_at"]) if row["started_at"] is not None else at
    return Held(row["session_id"], source, stated, first, at, turns, [])


def _state(held: Held, name: str, fact: Fact) -> None:
    """Let a fact count if it is newer, or the first of its kind."""
    before = held.facts.get(name)
    if before is None or _rank(name, before) < _rank(name, fact):
        held.facts[name] = fact


def _rank(name: str, fact: Fact) -> tuple[object, ...]:
    """Return what decides between two statements of a fact."""
    if name == "status":
        status, is_stated = fact.value
        return (status != Status.ACTIVE, is_stated, fact.at, fact.by)
    return (fact.at, fact.by)


def _facts(event: AnyEvent) -> dict[str, Any]:
    """Return the facts that an event states."""
    if not isinstance(event, SessionStarted | SessionUpdated | SessionEnded):
        return {}
    data = event.data
    given = {name: getattr(data, name, None) for name in (*STATED, "started_at", "ended_at")}
    facts = {
        name: micros(value) if isinstance(value, datetime) else value
        for name, value in given.items()
        if value is not None
    }
    stated = data.metadata or {}
    pairs = metadata.flat(stated) | {key: [] for key, value in stated.items() if value == []}
    facts |= {PAIR + key: values for key, values in pairs.items()}
    if isinstance(event, SessionStarted):
        facts.setdefault("started_at", micros(event.timestamp))
        facts["status"] = [Status.ACTIVE, True]
    elif isinstance(event, SessionEnded):
        facts.setdefault("ended_at", micros(event.timestamp))
        facts["status"] = [event.data.status or Status.COMPLETED, event.data.status is not None]
    elif event.data.status is not None:
        facts["status"] = [event.data.status, True]
    return facts


def _turn(event: AnyEvent, position: int) -> Turn | None:
    """Return the message or event that is told of, if any."""
    if isinstance(event, MessageCreated):
        said: MessageData = event.data
        at = micros(said.sent_at or event.timestamp)
        return Turn(position, True, at, said.seq, said.sender, "", said.content)
    if isinstance(event, EventCreated):
        told: EventData = event.data
        at = micros(told.at or event.timestamp)
        return Turn(position, False, at, told.seq, told.kind, told.name, told.detail)
    return None


def _draft(held: Held) -> SessionDraft:
    """Return a session as an importer would have read it."""
    facts = {name: fact.value for name, fact in held.facts.items()}
    status, is_stated = facts.get("status", (Status.ACTIVE, True))
    is_over = status != Status.ACTIVE
    ended_at = facts.get("ended_at", held.facts["status"].at if is_over else None)
    messages, events = _drafts(held.turns)
    return SessionDraft(
        session_id=held.session_id, source=held.source,
        external_id=facts.get("external_id"), agent_id=facts.get("agent_id"),
        agent_name=facts.get("agent_name"), channel=_word(Channel, facts.get("channel")),
        type=_word(SessionType, facts.get("type")),
        status=Status(status) if is_stated else None,
        end_reason=facts.get("end_reason"), error=facts.get("error"),
        started_at=_known(facts.get("started_at", _first(held))),
        ended_at=_known(ended_at) if is_over else None,
        user_id=facts.get("user_id"),
        metadata={n.removeprefix(PAIR): v for n, v in facts.items() if n.startswith(PAIR)},
        updated_at=moment(held.last_at), messages=messages, events=events,
    )  # fmt: skip


def _first(held: Held) -> int:
    """Return when a session began of which nobody has told: with the first that is known of it."""
    return min([held.first_at, *(turn.at for turn in held.turns if turn.at is not None)])


def _drafts(turns: list[Turn]) -> tuple[list[MessageDraft], list[EventDraft]]:
    messages, events = [], []
    for turn in numbered(turns):
        at = None if turn.at is None else moment(turn.at)
        seq = turn.seq or 0
        if turn.is_message:
            messages.append(MessageDraft(Sender(turn.word), turn.text, seq, at))
        else:
            events.append(EventDraft(EventKind(turn.word), turn.name, turn.text, seq, at))
    return messages, events


def _known(value: int | None) -> datetime | None:
    return None if value is None else moment(value)


def _word(words: Any, value: str | None) -> Any:  # noqa: ANN401  an enum of the models
    return None if value is None else words(value)
