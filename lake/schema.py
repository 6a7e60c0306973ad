"""The columns of the three cold tables, as Arrow schemas, and the batch that importers hand over.

Two columns of `sessions` are the lake's own and leave it in no answer: `event_kinds` (the distinct
kinds of the session's events, so that filters on them survive a damaged events file) and
`content_hash` (what re-import compares). The reason is in docs/decisions/0002.
"""

from dataclasses import dataclass

import pyarrow as pa

TIME = pa.timestamp("us", tz="UTC")

SESSIONS = pa.schema(
    [
        pa.field("session_id", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        ("external_id", pa.string()),
        pa.field("agent_id", pa.string(), nullable=False),
        pa.field("agent_name", pa.string(), nullable=False),
        pa.field("channel", pa.string(), nullable=False),
        pa.field("type", pa.string(), nullable=False),
        pa.field("status", pa.string(), nullable=False),
        ("end_reason", pa.string()),
        ("started_at", TIME),
        ("ended_at", TIME),
        ("duration_ms", pa.int64()),
        ("first_response_ms", pa.int64()),
        pa.field("message_count", pa.int32(), nullable=False),
        pa.field("event_count", pa.int32(), nullable=False),
        ("last_message_at", TIME),
        ("user_id", pa.string()),
        ("error", pa.string()),
        ("error_key", pa.string()),
        pa.field("metadata", pa.string(), nullable=False),
        pa.field("updated_at", TIME, nullable=False),
        pa.field("event_kinds", pa.list_(pa.string()), nullable=False),
        pa.field("content_hash", pa.string(), nullable=False),
    ]
)

MESSAGES = pa.schema(
    [
        pa.field("session_id", pa.string(), nullable=False),
        ("session_started_at", TIME),
        pa.field("seq", pa.int32(), nullable=False),
        ("sent_at", TIME),
        pa.field("sender", pa.string(), nullable=False),
        pa.field("content", pa.string(), nullable=False),
    ]
)

EVENTS = pa.schema(
    [
        pa.field("session_id", pa.string(), nullable=False),
        ("session_started_at", TIME),
        pa.field("seq", pa.int32(), nullable=False),
        ("at", TIME),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("detail", pa.string(), nullable=False),
    ]
)

SCHEMAS = {"sessions": SESSIONS, "messages": MESSAGES, "events": EVENTS}

# The columns that leave the lake: the contract of the design, in its order.
SESSION_COLUMNS = tuple(
    name for name in SESSIONS.names if name not in ("event_kinds", "content_hash")
)


@dataclass(frozen=True)
class Batch:
    """Some whole sessions with all their messages and events, in the schemas above."""

    sessions: pa.Table
    messages: pa.Table
    events: pa.Table
