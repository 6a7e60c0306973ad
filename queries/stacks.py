"""What a chart over time is stacked by, and in which order.

Closed lists have an order of their own; of agents those with most sessions stand alone, and all
others together are OTHER.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from errors import FilterError
from models import Channel, SessionType, Status
from queries.catalog import DIMENSIONS, Dimension
from queries.engine import Snapshot, fetch, sql
from queries.filters import Filters

TOP = 8
# No agent can be called so: where one is, it stands among the others.
OTHER = "\0other"

# From below to above: neighbours differ for everybody's eyes.
ORDERS: dict[str, tuple[str, ...]] = {
    "channel": (
        Channel.WEB, Channel.PHONE, Channel.WHATSAPP, Channel.MOBILE_SDK, Channel.TELEGRAM,
        Channel.SIP,
    ),
    "status": (Status.COMPLETED, Status.CANCELLED, Status.FAILED, Status.ACTIVE),
    "type": tuple(SessionType),
}  # fmt: skip
STACKS = (*ORDERS, "agent")


@dataclass(frozen=True)
class Stack:
    """A dimension, and its values from below to above; without a dimension the one group ''."""

    dimension: Dimension | None = None
    values: tuple[str, ...] = ()
    is_top: bool = False  # every other value is OTHER

    @property
    def sql(self) -> str:
        """What a session is stacked by; of the top values the number among them, 0 for others."""
        if self.dimension is None:
            return "''"
        if not self.is_top:
            return self.dimension.sql
        # Ten times as fast as a text in a case expression: once for each text that is stored.
        return f"coalesce(list_position($top, {self.dimension.sql}), 0)" if self.values else "0"

    def groups(self, found: Iterable[str | int]) -> dict[str | int, str]:
        """Return the groups that occur by what `sql` gives for them, from below to above."""
        if self.dimension is None:
            return {"": ""}
        known: dict[str | int, str] = {str(value): str(value) for value in self.values}
        if self.is_top:
            known = {**dict(enumerate(self.values, 1)), 0: OTHER}
        there = set(found)
        return {key: name for key, name in known.items() if key in there}


def stack(by: str | None, filters: Filters, snapshot: Snapshot) -> Stack:
    """Return how to stack by a dimension; raises FilterError for one that cannot be."""
    if by is None:
        return Stack()
    if by in ORDERS:
        return Stack(DIMENSIONS[by], ORDERS[by])
    if by != "agent":
        advice = f"Use one of {', '.join(STACKS)}."
        raise FilterError(f"A chart cannot be stacked by {by!r}.", advice=advice)
    return Stack(DIMENSIONS[by], agents(filters, snapshot)[:TOP], is_top=True)


def agents(filters: Filters, snapshot: Snapshot) -> tuple[str, ...]:
    """Return the agents of the filtered sessions, most sessions first."""
    listed = fetch(sql("agent_totals"), filters, snapshot)["agent_id"].to_list()
    return tuple(agent for agent in listed if agent != OTHER)


def others(
    filters: Filters, snapshot: Snapshot, *, among: Filters | None = None
) -> tuple[str, ...]:
    """Return the agents that are OTHER together; who stands alone is decided `among` others."""
    listed = fetch(sql("agent_totals"), filters, snapshot)["agent_id"].to_list()
    top = agents(among or filters, snapshot)[:TOP]
    return tuple(agent for agent in listed if agent not in top)
