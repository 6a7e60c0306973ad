"""What may be sent: events of five types, each with an id of the sender's, a time, and its data.

Whatever an event does not state stays as another event has stated it, or gets its default.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from errors import RecordError
from ingest import metadata
from models import (
    RESERVED_SESSION_IDS,
    SESSION_ID_PATTERN,
    Channel,
    EventKind,
    Sender,
    SessionType,
    Status,
)

LONGEST_NAME = 300
LONGEST_TEXT = 1_000_000  # characters of a message or a detail
MOST_SEQ = 10**9
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)  # by so much a sender's clock may be ahead


def _free(session_id: str) -> str:
    if session_id in RESERVED_SESSION_IDS:
        raise ValueError(f"{session_id!r} is a word of the API")
    return session_id


def _written(given: object) -> object:
    if not isinstance(given, str | datetime):
        raise ValueError("a time is written as text, such as 2026-11-26T09:30:00Z")  # noqa: TRY004
    return given


def _since_1970(moment: datetime) -> datetime:
    if moment < EARLIEST:
        raise ValueError("it lies before 1970")
    return moment.astimezone(UTC)


def _flat(given: dict[str, Any]) -> dict[str, Any]:
    try:
        metadata.flat(given)
    except RecordError as error:
        raise ValueError(error.sentence) from error
    return given


def whole(given: object) -> object:
    """Return the integer that is written with a fraction of nothing: to JSON, 3.0 is one."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


Id = Annotated[
    str, StringConstraints(pattern=SESSION_ID_PATTERN), AfterValidator(_free),
    Field(description="Of your own making; `export` and `metrics` are words of the API."),
]  # fmt: skip
Time = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_since_1970)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
Seq = Annotated[
    int, Field(strict=True, ge=0, le=MOST_SEQ),
    Field(description="Orders messages and events together, once in a session; without it they "
          "are ordered by time, which may change until the session is sealed."),
    BeforeValidator(whole),
]  # fmt: skip
Pairs = Annotated[
    dict[str, Any], AfterValidator(_flat),
    Field(description="Nested keys are joined by a dot, lists are several values, an empty one "
          "takes the key away; each key counts for itself."),
]  # fmt: skip


class Sent(BaseModel):
    """Closed: what is not known is refused rather than lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class About(Sent):
    """Which session it is about."""

    session_id: Id


class SessionFacts(About):
    """What a session is."""

    agent_id: Name | None = None
    agent_name: Name | None = None
    channel: Channel | None = None
    type: SessionType | None = None
    user_id: Name | None = None
    external_id: Name | None = None
    started_at: Time | None = None
    metadata: Pairs | None = None


class StartedData(SessionFacts):
    """A session has begun; without `started_at`, at the time of the event."""


class UpdatedData(SessionFacts):
    """Something of a session is otherwise."""

    status: Status | None = None
    end_reason: Name | None = None
    error: Text | None = None


class EndedData(About):
    """A session is over; without `ended_at`, at the time of the event."""

    status: Literal[Status.COMPLETED, Status.FAILED, Status.CANCELLED] | None = Field(
        None, description="Without it completed is assumed, and the metadata say so."
    )
    end_reason: Name | None = None
    error: Text | None = None
    ended_at: Time | None = None
    metadata: Pairs | None = None


class MessageData(About):
    """The user or the agent has said something; without `sent_at`, at the time of the event."""

    sender: Sender
    content: Text
    seq: Seq | None = None
    sent_at: Time | None = None


class EventData(About):
    """Something beside the messages; without `at`, at the time of the event."""

    kind: EventKind
    name: Annotated[str, StringConstraints(max_length=LONGEST_NAME)] = ""
    detail: Text = ""
    seq: Seq | None = None
    at: Time | None = None


class _Event(Sent):
    """Every event has these."""

    id: Name = Field(description="Of your own making: the same one is accepted once.")
    timestamp: Time = Field(description="When it happened, with an offset.")


class SessionStarted(_Event):
    """A session has begun."""

    type: Literal["session.started"]
    data: StartedData


class SessionUpdated(_Event):
    """Something of a session is otherwise."""

    type: Literal["session.updated"]
    data: UpdatedData


class SessionEnded(_Event):
    """A session is over."""

    type: Literal["session.ended"]
    data: EndedData


class MessageCreated(_Event):
    """Something was said."""

    type: Literal["message.created"]
    data: MessageData


class EventCreated(_Event):
    """Something happened."""

    type: Literal["event.created"]
    data: EventData


AnyEvent = SessionStarted | SessionUpdated | SessionEnded | MessageCreated | EventCreated
READ: TypeAdapter[AnyEvent] = TypeAdapter(Annotated[AnyEvent, Field(discriminator="type")])


def read(given: object, now: datetime) -> AnyEvent:
    """Return an event as it was sent; raises RecordError with what is wrong with it."""
    try:
        event = READ.validate_python(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"][1:])
        raise RecordError(f"{where}: {first['msg']}" if where else first["msg"]) from error
    moments = (event.timestamp, *(v for v in vars(event.data).values() if isinstance(v, datetime)))
    if max(moments) > now + AHEAD:
        raise RecordError("timestamp: it lies more than a day ahead of this server's clock")
    return event
