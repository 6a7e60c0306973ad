"""The shape of the metrics: the same words for cards, numbers, groups and buckets."""

from typing import Any

from pydantic import AwareDatetime, Field

from api.shapes import Meta, Shape
from lake import bins
from models import Channel
from queries.cards import ChangeKind
from queries.catalog import Good, Unit

Number = int | float | None
APPROXIMATE = f"""\
Whether percentiles of buckets are of a histogram, as in the chart, where its range has very many
sessions: each is within {bins.WITHIN} of the exact one. Counts, rates, n and `metrics` are always
exact."""


class Links(Shape):
    """The ways on."""

    sessions: str | None = Field(description="The list behind it; null where there is none.")


class CardShape(Shape):
    """A card of the dashboard; what does not apply is null or empty."""

    value: int
    unfiltered: int
    before: float | None
    change: float | None = Field(description="0.12 is 12 % more, or 12 points: `change_kind`.")
    change_kind: ChangeKind
    series: list[int]
    channel: Channel | None
    share: float | None
    links: Links


class Cards(Shape):
    """The four cards."""

    total: CardShape
    active: CardShape
    recent: CardShape
    top_channel: CardShape


class MetricShape(Shape):
    """A metric: what it counts, how much, compared with the period before where there is one."""

    label: str
    definition: str
    unit: Unit
    good_direction: Good
    sql: str = Field(description="The expression over the sessions; the whole is in `meta`.")
    value: Number
    n: int = Field(description="How many sessions it is about.")
    low: float | None = Field(description="Of a rate: its Wilson interval at 95 %.")
    high: float | None
    before: Number
    before_n: int | None
    change: float | None = Field(description="Of a rate in points, else a part of `before`.")
    is_uncertain: bool = Field(description="About fewer than 30 sessions.")
    is_noise: bool = Field(description="The change may be chance.")
    links: Links


class Group(Shape):
    """The metrics of one value of a dimension; null is no such value."""

    group: str | int | None
    metrics: dict[str, Number]
    before: dict[str, Number] | None
    links: Links


class Bucket(Shape):
    """The metrics of one bucket of time, and of one group where they are grouped."""

    starts_at: AwareDatetime | None = Field(description="By the clock; null without a start.")
    group: str | None
    is_other: bool = Field(description="All agents but those with most sessions.")
    metrics: dict[str, Number]
    n: dict[str, int | None]
    links: Links


class SeriesShape(Shape):
    """Metrics over time; of what is counted, all buckets and `undated` are the whole."""

    interval: str
    zone: str
    note: str | None
    approximate: bool = Field(description=APPROXIMATE)
    buckets: list[Bucket]
    undated: list[Bucket]
    before: list[Bucket] | None = Field(description="At the times of the buckets they go with.")


class Metrics(Shape):
    """The numbers of the filtered sessions."""

    cards: Cards
    metrics: dict[str, MetricShape]
    groups: list[Group] | None = None
    series: SeriesShape | None = None


class PeriodShape(Shape):
    """From `after` (included) to `before` (not included)."""

    after: AwareDatetime
    before: AwareDatetime


class MetricsMeta(Shape):
    """What all numbers have in common."""

    as_of: AwareDatetime
    zone: str = Field(description="In which days and hours are counted.")
    period: PeriodShape | None = Field(description="null: all time.")
    before: PeriodShape | None
    sql: str = Field(description="The statement that the metrics were asked with.")
    parameters: dict[str, Any] = Field(description="The values that were bound to it.")


class MetricsAnswer(Shape):
    """The numbers, and how they were asked for."""

    data: Metrics
    meta: MetricsMeta


class Agent(Shape):
    """An agent: its numbers under the filters, and its share of the sessions of all agents."""

    agent_id: str
    agent_name: str
    share: float | None
    metrics: dict[str, Number]
    n: dict[str, int | None] = Field(description="How many sessions a metric is about.")
    failure_rate_low: float | None
    failure_rate_high: float | None
    before: int | None = Field(description="Sessions of the period before.")
    change: float | None
    is_noise: bool | None
    is_uncertain: bool
    approximate: bool = Field(
        description=f"Durations are of a histogram, each within {bins.WITHIN} of the exact one."
    )
    links: Links


class AgentList(Shape):
    """The agents of the filtered sessions."""

    data: list[Agent]
    meta: Meta
