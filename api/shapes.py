"""The shapes of answers, from which the description of the API is made.

Answers are written by `api/rows.py`, which is faster; tests hold every answer to its shape.
"""

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, create_model

from models import SESSION_ID_PATTERN, Channel, Event, Message, Session

VISIBLE = r"\S"  # the pattern of what people write: something in it can be seen


class Shape(BaseModel):
    """Closed: nothing is answered that is not described."""

    model_config = ConfigDict(extra="forbid")


class Meta(Shape):
    """Where an answer stands in the whole list."""

    page: int | None = Field(description="From 1; null where a cursor has led here.")
    limit: int = Field(description="At most so many rows.")
    total_items: int | None = Field(
        description="Rows of all pages; null where counting them would cost more than the answer."
    )
    total_pages: int | None
    next_cursor: str | None = Field(description="Leads on from the last row; null at the end.")
    has_more: bool
    as_of: AwareDatetime = Field(
        description="The moment that the answer is about: now, in steps of ten seconds, where it "
        "depends on the clock; else when the data was committed."
    )


class SessionLink(Shape):
    """The way to the session."""

    session: str


# With `fields` a row has only some of these, so that none is promised.
_COLUMNS: dict[str, Any] = {
    name: (field.annotation, Field(default=None, pattern=SESSION_ID_PATTERN))
    if name == "session_id"
    else (field.annotation, None)
    for name, field in Session.model_fields.items()
}
_FIRST = "With `include`; the first 100 of them."
_TURNS: dict[str, Any] = {
    "messages": (list[Message], Field(None, description=_FIRST)),
    "events": (list[Event], Field(None, description=_FIRST)),
}
SessionRow = create_model(
    "SessionRow", __base__=Shape, __doc__="A session, or the chosen fields.", **_COLUMNS, **_TURNS
)


class SessionList(Shape):
    """A page of the filtered sessions."""

    data: list[SessionRow]
    meta: Meta


class SessionWhole(Session):
    """A session with its first messages and all of its events; null without read:transcripts."""

    messages: list[Message] | None
    events: list[Event] | None


class SessionAnswer(Shape):
    """One session; `meta` is about its messages."""

    data: SessionWhole
    meta: Meta


class MessageList(Shape):
    """Messages of one session, in order."""

    data: list[Message]
    meta: Meta


class EventRow(Event):
    """An event, with what is shown of its session."""

    session_id: str = Field(pattern=SESSION_ID_PATTERN)
    external_id: str | None
    agent_id: str
    agent_name: str
    channel: Channel
    started_at: AwareDatetime | None
    links: SessionLink


class EventList(Shape):
    """Events across sessions, newest first; they are not counted."""

    data: list[EventRow]
    meta: Meta


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    advice: str | None = Field(None, description="What to do about it.")
    errors: list[dict[str, Any]] | None = None
    reference: str | None = Field(None, description="Finds the reason in the server's log.")
