"""Bringing the turns of a draft in order: seq, sorting, UTC."""

from datetime import UTC, datetime
from itertools import pairwise

from errors import RecordError
from ingest.draft import UNNUMBERED, EventDraft, MessageDraft, SessionDraft

Turn = MessageDraft | EventDraft


def settle(draft: SessionDraft) -> tuple[list[MessageDraft], list[EventDraft]]:
    """Return messages and events, each sorted by seq, all times of the draft in UTC.

    Raises RecordError where a seq is used twice or only some turns have one, and OverflowError
    for a time beyond the calendar.
    """
    messages, events = draft.messages or [], draft.events or []
    if draft.started_at:
        draft.started_at = utc(draft.started_at)
    if draft.ended_at:
        draft.ended_at = utc(draft.ended_at)
    if draft.updated_at:
        draft.updated_at = utc(draft.updated_at)
    for message in messages:
        moment = message.sent_at
        if moment is not None and moment.tzinfo is not UTC:
            message.sent_at = utc(moment)
    for event in events:
        moment = event.at
        if moment is not None and moment.tzinfo is not UTC:
            event.at = utc(moment)
    return _ordered(messages, events)


def utc(moment: datetime) -> datetime:
    """Return the moment in UTC; one without a zone is UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _ordered(
    messages: list[MessageDraft], events: list[EventDraft]
) -> tuple[list[MessageDraft], list[EventDraft]]:
    """Return both sorted by seq, which is given to them where none has one."""
    of_messages = [message.seq for message in messages]
    of_events = [event.seq for event in events]
    used = of_messages + of_events
    if UNNUMBERED in used:
        if any(seq != UNNUMBERED for seq in used):
            raise RecordError("some turns have a seq and others have none")
        _number(messages, events)
        return messages, events
    if len(set(used)) < len(used):
        again = next(seq for seq, after in pairwise(sorted(used)) if seq == after)
        raise RecordError(f"seq {again} is used twice")
    if of_messages != sorted(of_messages):
        messages = sorted(messages, key=lambda message: message.seq)
    if of_events != sorted(of_events):
        events = sorted(events, key=lambda event: event.seq)
    return messages, events


def _number(messages: list[MessageDraft], events: list[EventDraft]) -> None:
    """Give all turns a seq: by time where each has one, else messages first, as they come."""
    turns: list[Turn] = [*messages, *events]
    if all(time_of(turn) is not None for turn in turns):
        # Only a neighbour of the other kind may be passed: the order within a kind is the file's.
        turns = _merged(messages, events)
    for seq, turn in enumerate(turns):
        turn.seq = seq


def _merged(messages: list[MessageDraft], events: list[EventDraft]) -> list[Turn]:
    """Return both in one list by time, each in its own order, the message first at a tie."""
    turns: list[Turn] = []
    rest = list(reversed(events))
    for message in messages:
        while rest and _is_before(rest[-1], message):
            turns.append(rest.pop())
        turns.append(message)
    return [*turns, *reversed(rest)]


def _is_before(event: EventDraft, message: MessageDraft) -> bool:
    """Say whether the event happened before the message was sent; both have times."""
    return event.at is not None and message.sent_at is not None and event.at < message.sent_at


def time_of(turn: Turn) -> datetime | None:
    """Return the time of a turn."""
    return turn.sent_at if isinstance(turn, MessageDraft) else turn.at
