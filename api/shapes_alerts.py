"""The shapes of alerts: what is sent in, and what is answered."""

from typing import Annotated

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
)

from alerts.wishes import LONGEST, MOST, MOST_FILTER
from api.shapes import VISIBLE, Meta, Shape
from ingest.live.sent import whole
from lake.alert_rows import Kind, Reason
from queries.catalog import METRICS
from queries.rules import Condition, Window

Name = Annotated[
    str,
    StringConstraints(max_length=LONGEST, pattern=VISIBLE),
    Field(description="What it is called, in characters that can be seen."),
]
Metric = Annotated[
    str,
    Field(description="A metric of the catalogue.", json_schema_extra={"enum": [*METRICS]}),
]
FilterText = Annotated[
    str,
    StringConstraints(max_length=MOST_FILTER),
    Field(
        description="The filters as they stand in a URL, such as `channel=web&has=handoff`; "
        "without a range, for that is the window.",
        json_schema_extra={"format": "filter-query"},
    ),
]
Edge = Annotated[float, Field(ge=0, le=MOST, strict=True, allow_inf_nan=False)]
Threshold = Annotated[
    Edge,
    Field(
        description="It fires beyond this: sessions, milliseconds, a part of one of a rate; of "
        "`up` and `down` the change as a part of the window before, 0.5 is 50 %."
    ),
]
Resolve = Annotated[
    Edge | None,
    Field(description="It is resolved where the number is not beyond this; usually a tenth off."),
]
Least = Annotated[
    Annotated[int, Field(ge=0, le=10**6, strict=True), BeforeValidator(whole)] | None,
    Field(description="About fewer sessions a rate or a change neither fires nor resolves it."),
]


class AlertTry(BaseModel):
    """A rule that is tried over the last 30 days."""

    model_config = ConfigDict(extra="forbid")

    metric: Metric
    window: Window
    condition: Condition
    threshold: Threshold
    resolve: Resolve = None
    least_n: Least = None
    filter: FilterText = ""


class AlertWish(AlertTry):
    """A new alert."""

    name: Name


class AlertChange(BaseModel):
    """What is to be another way; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    metric: Metric | None = None
    window: Window | None = None
    condition: Condition | None = None
    threshold: Threshold | None = None
    resolve: Resolve = None
    least_n: Least = None
    filter: FilterText | None = None
    is_enabled: StrictBool | None = None


class Found(Shape):
    """What was found in a window."""

    value: float | None
    n: int = Field(description="About how many sessions it is.")
    previous_value: float | None = Field(description="Of the window before, for a change.")
    previous_n: int
    change: float | None = Field(description="As a part of the window before.")
    window_end: AwareDatetime


class AlertLinks(Shape):
    """Where people see more."""

    sessions: str | None = Field(description="The sessions that the number was about.")
    alert: str


class AlertRow(Shape):
    """An alert, and how it stands."""

    alert_id: str
    name: str
    metric: str
    filter: str
    window: str
    condition: str
    threshold: float
    resolve: float
    least_n: int
    agents: list[str] | None = Field(description="About no others it is; null is all.")
    made_by: str
    created_at: AwareDatetime
    changed_at: AwareDatetime
    state: str = Field(description="`firing`, `ok`, `waiting` (for the first look), `off`.")
    since: AwareDatetime | None = Field(description="When it fired or was resolved last.")
    firing_id: str | None = Field(description="While it fires; the same in all that is told of it.")
    error: str | None = Field(description="Why there was no number at the last look.")
    last: Found | None = Field(description="What was found at the last look.")
    links: AlertLinks


class AlertAnswer(Shape):
    """One alert."""

    data: AlertRow


class AlertList(Shape):
    """All alerts, newest first."""

    data: list[AlertRow]
    meta: Meta


class AlertEventRow(Found):
    """A beginning or an end of a firing."""

    kind: Kind
    reason: Reason
    firing_id: str
    at: AwareDatetime
    links: AlertLinks


class AlertHistory(Shape):
    """What has happened to an alert, newest first."""

    data: list[AlertEventRow]
    meta: Meta


class TriedFiring(Shape):
    """From when to when an alert would have fired."""

    fired_at: AwareDatetime
    resolved_at: AwareDatetime | None = Field(description="Null: it would fire now.")
    value: float | None
    n: int
    links: AlertLinks


class TriedPoint(Shape):
    """A window, or of several the one that comes nearest to firing."""

    window_end: AwareDatetime
    value: float | None
    n: int
    compared: float | None = Field(description="What is held against the threshold; null: too few.")


class Tried(Shape):
    """What a rule would have done."""

    after: AwareDatetime | None = Field(description="The end of the first window; null: no data.")
    before: AwareDatetime = Field(description="The end of the last window.")
    step_seconds: int
    threshold: float
    resolve: float
    least_n: int
    firings: list[TriedFiring]
    points: list[TriedPoint]


class TriedAnswer(Shape):
    """A back-test."""

    data: Tried
