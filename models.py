"""The words of Parley: session, message, event, and the values they take.

Imports nothing of ours, so that every room may speak of the same things. Times are aware UTC,
durations are integer milliseconds. What each value means exactly is told in `data/README.md`.
"""

from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

SESSION_ID_PATTERN = r"^[A-Za-z0-9._:~-]{1,128}$"
RESERVED_SESSION_IDS = frozenset({"export", "metrics"})  # words that are routes


class Channel(StrEnum):
    """Where a session takes place; the order is the order of ties."""

    WEB = "web"
    PHONE = "phone"
    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    MOBILE_SDK = "mobile_sdk"
    SIP = "sip"


class SessionType(StrEnum):
    """How user and agent converse."""

    CHAT = "chat"
    VOICE = "voice"
    VIDEO = "video"


class Status(StrEnum):
    """How a session stands: ongoing, ended well, ended by an error, ended by someone."""

    ACTIVE = "active"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Sender(StrEnum):
    """Who wrote a message."""

    USER = "user"
    AGENT = "agent"


class EventKind(StrEnum):
    """What happened inside a session, beside the messages."""

    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    ERROR = "error"
    HANDOFF = "handoff"
    STATUS_CHANGED = "status_changed"
    TOOL_CALL = "tool_call"
    TOOL_RESULT = "tool_result"
    SYSTEM = "system"
    NOTE = "note"
    CUSTOM = "custom"


CHANNEL_LABELS = {
    Channel.WEB: "Web",
    Channel.PHONE: "Phone",
    Channel.TELEGRAM: "Telegram",
    Channel.WHATSAPP: "WhatsApp",
    Channel.MOBILE_SDK: "Mobile SDK",
    Channel.SIP: "SIP",
}


class Message(BaseModel):
    """One text turn of the user or the agent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seq: int = Field(ge=0)  # orders messages and events together
    sent_at: AwareDatetime | None = None
    sender: Sender
    content: str


class Event(BaseModel):
    """One thing that happened inside a session and is not a message."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seq: int = Field(ge=0)
    at: AwareDatetime | None = None
    kind: EventKind
    name: str = ""  # the tool, or the source's own name
    detail: str = ""


class Session(BaseModel):
    """One conversation between a user and an AI agent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    session_id: str = Field(pattern=SESSION_ID_PATTERN)
    source: str
    external_id: str | None = None
    agent_id: str
    agent_name: str
    channel: Channel
    type: SessionType
    status: Status
    end_reason: str | None = None
    started_at: AwareDatetime | None = None  # some sources state none
    ended_at: AwareDatetime | None = None  # none while active
    duration_ms: int | None = None
    first_response_ms: int | None = None
    message_count: int = 0
    event_count: int = 0
    last_message_at: AwareDatetime | None = None
    user_id: str | None = None
    error: str | None = None
    error_key: str | None = None
    metadata: dict[str, list[str]] = {}
    updated_at: AwareDatetime
