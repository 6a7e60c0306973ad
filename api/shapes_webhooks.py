"""The shapes of webhooks: what is sent in, and what is answered."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from api.shapes import Meta, Shape
from hooks.addresses import LONGEST
from hooks.wishes import MOST_WORDS
from lake.deliveries import MessageState
from lake.hook_types import HookType
from models import Channel, SessionType, Status
from queries.clauses import MAX_TEXT
from queries.values import MAX_VALUES, Instant

Name = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT)]
Clause = Annotated[
    str,
    StringConstraints(max_length=4 * MAX_TEXT),
    Field(json_schema_extra={"format": "metadata-clause"}),
]
Url = Annotated[
    str,
    StringConstraints(max_length=LONGEST),
    Field(
        description="https, of the public Internet, on port 443 or 8443.",
        json_schema_extra={"format": "webhook-address"},
    ),
]
Words = Annotated[
    str,
    StringConstraints(max_length=MOST_WORDS),
    Field(description="What it is for, in characters that can be seen."),
]
Types = Annotated[list[HookType], Field(min_length=1, max_length=len(HookType))]


class HookFilter(BaseModel):
    """Which sessions it tells of; the fields are those of the filters, and `source`."""

    model_config = ConfigDict(extra="forbid")

    channel: list[Channel] = Field([], max_length=MAX_VALUES)
    type: list[SessionType] = Field([], max_length=MAX_VALUES)
    status: list[Status] = Field([], max_length=MAX_VALUES, description="After the event.")
    agent: list[Name] = Field([], max_length=MAX_VALUES, description="By `agent_id`.")
    source: list[Name] = Field([], max_length=MAX_VALUES)
    metadata: list[Clause] = Field([], max_length=MAX_VALUES, description="All of these.")


NO_FILTER = HookFilter()


class HookWish(BaseModel):
    """A new webhook."""

    model_config = ConfigDict(extra="forbid")

    url: Url
    types: Types
    filter: HookFilter = NO_FILTER
    description: Words = ""


class HookChange(BaseModel):
    """What is to be another way; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    url: Url | None = None
    types: Types | None = None
    filter: HookFilter | None = None
    description: Words | None = None
    is_enabled: StrictBool | None = None


class HookPeriod(BaseModel):
    """Which messages are sent again, by when they were written."""

    model_config = ConfigDict(extra="forbid")

    after: Instant = Field(strict=True, description="At or after this moment.")
    before: Instant = Field(strict=True, description="Before this moment.")
    only_failed: StrictBool = Field(False, description="Only those that were given up.")


class HookSecretTimes(Shape):
    """A secret that signs; its text is shown when it is made, and never again."""

    created_at: AwareDatetime
    ends_at: AwareDatetime | None


class HookRow(Shape):
    """A webhook, and how its queue stands."""

    webhook_id: str
    url: str
    types: list[HookType]
    filter: HookFilter
    description: str
    agents: list[str] | None = Field(description="Of no others it tells; null is all.")
    state: str = Field(description="`live`, `failing` (nothing arrives), `off`.")
    reason: str | None = Field(description="Why it is off.")
    created_at: AwareDatetime
    disabled_at: AwareDatetime | None
    failing_since: AwareDatetime | None
    secrets: list[HookSecretTimes] = Field(description="Newest first; all of them sign.")
    waiting: int = Field(description="Messages that wait for an attempt.")
    lag_ms: int = Field(description="How long the oldest of them has waited.")
    given_up: int = Field(description="Messages that were given up; a replay tries again.")
    last_at: AwareDatetime | None = Field(description="When was tried last.")
    last_status: int | None = Field(description="What was answered then; null: nothing.")


class HookAnswer(Shape):
    """One webhook."""

    data: HookRow


class HookList(Shape):
    """All webhooks, newest first."""

    data: list[HookRow]
    meta: Meta


class NewHookRow(HookRow):
    """A webhook with the secret that it has just been given."""

    secret: str | None = Field(description="`whsec_…`, shown this once; null where none is new.")


class NewHookAnswer(Shape):
    """A webhook that was made or changed."""

    data: NewHookRow


class DeliveryRow(Shape):
    """A message to a webhook."""

    message_id: str = Field(description="The `webhook-id`; the same in every attempt.")
    type: str
    session_id: str | None
    state: MessageState
    created_at: AwareDatetime
    tries: int = Field(description="Since it was written, or replayed last.")
    due_at: AwareDatetime | None = Field(description="When it is tried next.")


class DeliveryList(Shape):
    """A page of the messages, newest first."""

    data: list[DeliveryRow]
    meta: Meta


class AttemptRow(Shape):
    """One try: what was sent, and what came back."""

    started_at: AwareDatetime
    duration_ms: int
    url: str
    headers: dict[str, str] = Field(description="That were sent.")
    status: int | None = Field(description="Null where no answer came.")
    error: str | None = Field(description="Why it has not arrived.")
    answer: str = Field(description="The beginning of what was answered.")


class DeliveryWhole(DeliveryRow):
    """A message with its text and its attempts."""

    body: str = Field(description="What is sent, to the byte.")
    attempts: list[AttemptRow]


class DeliveryAnswer(Shape):
    """One message."""

    data: DeliveryWhole


class Replayed(Shape):
    """How many messages wait again."""

    replayed: int


class ReplayAnswer(Shape):
    """What a replay has come to."""

    data: Replayed
