"""The one place where the lake's columns follow from what a source states.

Whatever the format, a count, a duration, a default, an error key or a content hash means the
same, because it is computed here. The names are those of `lake.schema`.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from errors import RecordError
from ingest import assume, metadata, turns
from ingest.draft import EventDraft, MessageDraft, SessionDraft
from ingest.error_key import error_key
from ingest.options import Options
from models import (
    RESERVED_SESSION_IDS,
    SESSION_ID_PATTERN,
    Channel,
    EventKind,
    Sender,
    SessionType,
    Status,
)

UNKNOWN_AGENT = "unknown"
DEFAULT_SOURCE = "parley"


_is_id = re.compile(SESSION_ID_PATTERN).fullmatch
_encode = msgspec.json.Encoder().encode
_MILLISECOND = timedelta(milliseconds=1)
_USER, _AGENT = Sender.USER, Sender.AGENT  # looked up once: members of an enum are found slowly
_FAILED, _ERROR = Status.FAILED, EventKind.ERROR


class Derived(NamedTuple):
    """A session as the lake stores it: its row in the order of the schema, and its turns."""

    session_id: str
    row: tuple[object, ...]
    messages: list[MessageDraft]
    events: list[EventDraft]
    size: int  # bytes of its content, about
    is_skewed: bool  # it ended, or was answered, before it began


def session(draft: SessionDraft, options: Options) -> Derived:
    """Return what follows from `draft`, which is changed; raises RecordError, OverflowError."""
    if not _is_id(draft.session_id) or draft.session_id in RESERVED_SESSION_IDS:
        raise RecordError(f"{draft.session_id[:140]!r} cannot be a session id")
    _give_status(draft, options)
    messages, events = turns.settle(draft)
    if options.assume_times is not None and not assume.has_times(draft):
        assume.spread(draft, options.assume_times)
    _give_bounds(draft, messages, events)
    duration_ms = milliseconds(draft.started_at, draft.ended_at)
    is_skewed = duration_ms is not None and duration_ms < 0
    facts = (*_stated(draft, None if is_skewed else duration_ms), *_told(draft, messages, events))
    content = _encode((facts, messages, events))
    row = (
        *facts,
        draft.updated_at or options.now,
        sorted({str(event.kind) for event in events}),  # an enum hashes five times as slowly
        blake2b(content, digest_size=16).hexdigest(),
    )
    return Derived(draft.session_id, row, messages, events, len(content), is_skewed)


def _stated(draft: SessionDraft, duration_ms: int | None) -> tuple[object, ...]:
    """Return the columns up to `duration_ms`, with the defaults for what is not stated."""
    return (
        draft.session_id,
        draft.source or DEFAULT_SOURCE,
        draft.external_id,
        draft.agent_id or draft.agent_name or UNKNOWN_AGENT,
        draft.agent_name or draft.agent_id or UNKNOWN_AGENT,
        draft.channel or Channel.WEB,
        draft.type or SessionType.CHAT,
        draft.status,
        draft.end_reason,
        draft.started_at,
        draft.ended_at,
        duration_ms,
    )


def _told(
    draft: SessionDraft, messages: list[MessageDraft], events: list[EventDraft]
) -> tuple[object, ...]:
    """Return the columns from `first_response_ms` to `metadata`, which the turns tell."""
    error = _error(draft, events)
    return (
        first_response_ms(messages),
        len(messages),
        len(events),
        max([turn.sent_at for turn in messages if turn.sent_at is not None], default=None),
        draft.user_id,
        error,
        None if error is None else error_key(error),
        metadata.text(metadata.flat(draft.metadata or {})),
    )


def milliseconds(
    start: datetime | UnsetType | None, end: datetime | UnsetType | None
) -> int | None:
    """Return the whole milliseconds from start to end, None where one is missing."""
    return (end - start) // _MILLISECOND if start and end else None


def first_response_ms(messages: Sequence[MessageDraft]) -> int | None:
    """Return the time from the first user message to the next agent message.

    None where there is no such pair, a time is missing, or the answer is older than the question.
    """
    asked = None
    for message in messages:
        if asked is None and message.sender is _USER:
            asked = message
        elif asked is not None and message.sender is _AGENT:
            passed = milliseconds(asked.sent_at, message.sent_at)
            return passed if passed is not None and passed >= 0 else None
    return None


def _give_status(draft: SessionDraft, options: Options) -> None:
    """Set the status where the source states none, and say so in the metadata."""
    if draft.status is None:
        draft.status = options.default_status or Status.COMPLETED
        draft.metadata = {**(draft.metadata or {}), "status_assumed": "true"}


def _give_bounds(
    draft: SessionDraft, messages: list[MessageDraft], events: list[EventDraft]
) -> None:
    """Set start and end from the first and last time of the turns where they are not set."""
    if draft.started_at is not UNSET and draft.ended_at is not UNSET:
        return
    told = [message.sent_at for message in messages] + [event.at for event in events]
    times = [moment for moment in told if moment is not None]
    if draft.started_at is UNSET:
        draft.started_at = min(times, default=None)
    if draft.ended_at is UNSET:
        is_over = draft.status is not Status.ACTIVE
        draft.ended_at = max(times, default=None) if is_over else None


def _error(draft: SessionDraft, events: list[EventDraft]) -> str | None:
    """Return what made a failed session fail: its last error event, else what it states."""
    if draft.status is not _FAILED:
        return None
    errors = [event for event in events if event.kind is _ERROR]
    return (errors[-1].detail or errors[-1].name) if errors else draft.error
