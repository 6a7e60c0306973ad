"""What a format makes of a file: session drafts, and rejections of what it could not read.

A draft holds only what the source itself states. Everything that follows from it (counts, lasting
times, hashes, defaults) is added by `ingest.derive`, in one place for all formats. The drafts are
msgspec structs because the fast formats decode straight into them.
"""

import uuid
from datetime import datetime
from typing import Annotated, Any, NamedTuple

from msgspec import UNSET, Meta, Struct, UnsetType, field

from models import Channel, EventKind, Sender, SessionType, Status

UNNUMBERED = -1  # a turn whose source states no seq
RAW_KEPT = 64 * 1024  # bytes of a rejected record that are kept
_NAMESPACE = uuid.UUID("6f6b8c1e-5a0d-5d7c-9b62-2f3d0f8f7a11")  # never change: ids follow from it

Seq = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class MessageDraft(Struct, forbid_unknown_fields=True, gc=False):
    """One text turn; a time without a zone is UTC."""

    sender: Sender
    content: str
    seq: Seq = UNNUMBERED
    sent_at: datetime | None = None


class EventDraft(Struct, forbid_unknown_fields=True, gc=False):
    """One thing beside the messages; a time without a zone is UTC."""

    kind: EventKind
    name: str = ""
    detail: str = ""
    seq: Seq = UNNUMBERED
    at: datetime | None = None


class SessionDraft(Struct, kw_only=True):
    """One session as its source tells it; None is "not stated", and gets its default later.

    A start or end that is not set at all follows from the times of the turns; one that is None
    stays none. Metadata may be nested; turns without a seq are numbered in their order.
    """

    session_id: str
    source: str | None = None
    external_id: str | None = None
    agent_id: str | None = None
    agent_name: str | None = None
    channel: Channel | None = None
    type: SessionType | None = None
    status: Status | None = None
    end_reason: str | None = None
    started_at: datetime | UnsetType | None = UNSET
    ended_at: datetime | UnsetType | None = UNSET
    user_id: str | None = None
    error: str | None = None
    metadata: dict[str, Any] | None = None
    updated_at: datetime | None = None
    messages: list[MessageDraft] | None = field(default_factory=list)
    events: list[EventDraft] | None = field(default_factory=list)


class Record(NamedTuple):
    """A draft with the place in the file that it came from."""

    line: int
    raw: bytes
    draft: SessionDraft


class Rejection(NamedTuple):
    """A record that was not imported: where it stands, why, and its first 64 kB."""

    file: str
    line: int
    reason: str
    raw: bytes


def identity(source: str, native_id: str) -> str:
    """Return the session id of a foreign id: UUIDv5 (RFC 9562) of source and native id."""
    return str(uuid.uuid5(_NAMESPACE, f"{source}/{native_id}"))
