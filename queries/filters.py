"""Filters: what narrows the sessions. One field = URL parameter = API parameter = clause = badge.

Every field has the value that it has when it is not set; lists hold each value once, in order.
Two fields are not filters: `tz` says in which zone days and hours are counted, and `scope` is what
the viewer may see at all, which no URL can set.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, model_validator

from models import Channel, EventKind, SessionType, Status
from queries import address, choices
from queries.badges import Badge, badges_of
from queries.choices import Has, Range, Returned
from queries.clauses import ClauseText
from queries.values import Hour, Instant, Key, Ms, Once, Search, Several, Text, Weekday, Zone
from queries.where import (
    EFFECTIVE_MS,
    HOLDS,
    IS_SILENT,
    LOCAL_START,
    Bound,
    Where,
    WhereAny,
    WhereEach,
    WherePairs,
    bindable,
    milliseconds,
)


@dataclass(frozen=True)
class Scope:
    """The agents that a viewer may see; `None` is all of them."""

    agents: frozenset[str] | None = None


class Filters(BaseModel):
    """Which sessions count; filters combine with AND, the values of one field with OR."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    q: Annotated[Search, Where("Search", HOLDS, is_costly=True)] = ""
    range: Annotated[Range, WhereEach("Started", each=choices.RANGE_CLAUSES)] = Range.ALL
    started_after: Annotated[Instant | None, Where("From", "started_at >= $started_after")] = None
    started_before: Annotated[Instant | None, Where("To", "started_at < $started_before")] = None
    tz: Annotated[Zone | None, Where("Time zone")] = None
    channel: Annotated[
        tuple[Channel, ...], Several, Once,
        Where("Channel", "channel in $channel", choices.channel_words),
    ] = ()  # fmt: skip
    type: Annotated[
        tuple[SessionType, ...], Several, Once, Where("Type", "type in $type", choices.word)
    ] = ()
    status: Annotated[
        tuple[Status, ...], Several, Once, Where("Status", "status in $status", choices.word)
    ] = ()
    agent: Annotated[
        tuple[Text, ...], Several, Once, Where("Agent", "agent_id in $agent", is_escaped=True)
    ] = ()
    user: Annotated[
        tuple[Text, ...], Several, Once, Where("User", "user_id in $user", is_escaped=True)
    ] = ()
    metadata: Annotated[
        tuple[ClauseText, ...], Several, Once,
        WherePairs("Metadata", is_costly=True, is_split=False),
    ] = ()  # fmt: skip
    duration_min: Annotated[
        Ms | None, Where("Longer than", f"{EFFECTIVE_MS} >= $duration_min", milliseconds)
    ] = None
    duration_max: Annotated[
        Ms | None, Where("Shorter than", f"{EFFECTIVE_MS} <= $duration_max", milliseconds)
    ] = None
    has: Annotated[
        tuple[Has, ...], Several, Once,
        WhereEach("Has", text=choices.word, is_costly=True, each=choices.HAS_CLAUSES),
    ] = ()  # fmt: skip
    error: Annotated[
        tuple[Key, ...], Several, Once, Where("Error", "error_key in $error", is_split=False)
    ] = ()
    event: Annotated[
        tuple[EventKind, ...], Several, Once,
        WhereAny("Event", text=choices.word, is_costly=True, each=choices.EVENT_CLAUSES),
    ] = ()  # fmt: skip
    weekday: Annotated[
        tuple[Weekday, ...], Several, Once,
        Where("Weekday", f"isodow({LOCAL_START}) in $weekday", choices.weekday_words, True),
    ] = ()  # fmt: skip
    hour: Annotated[
        tuple[Hour, ...], Several, Once,
        Where("Hour", f"hour({LOCAL_START}) in $hour", choices.hour_words, True),
    ] = ()  # fmt: skip
    silent_min: Annotated[Ms | None, Where("Silent for", IS_SILENT, milliseconds)] = None
    returned: Annotated[
        Returned | None, Where("Came back within", choices.CAME_BACK, is_costly=True)
    ] = None
    scope: Scope = Scope()

    @model_validator(mode="before")
    @classmethod
    def _imply_custom(cls, given: Any) -> Any:  # noqa: ANN401  whatever the caller has sent
        """Read a range from its bounds; they exclude every range but `custom`."""
        if not isinstance(given, dict):
            return given
        has_bounds = any(given.get(name) is not None for name in address.BOUNDS)
        asked = given.get("range")
        if asked is None and has_bounds:
            return {**given, "range": Range.CUSTOM}
        if asked is not None and asked in list(Range) and (asked == Range.CUSTOM) != has_bounds:
            raise ValueError(
                "range=custom goes with started_after or started_before, and they with it alone"
            )
        return given

    @classmethod
    def from_query(
        cls, query: address.Query, *, strict: bool = False, commas: bool = False,
        other: frozenset[str] = frozenset(),
    ) -> tuple[Self, tuple[str, ...]]:  # fmt: skip
        r"""Read URL parameters; `other` names parameters that are someone else's.

        The UI's way leaves out what is wrong and says so in the notes; the strict way raises
        FilterError. With `commas` one parameter may hold several values of a list; a comma that
        belongs to an agent or user is written `\,`.
        """
        return address.read(cls, query, strict=strict, commas=commas, other=other)

    def to_query(self, *, commas: bool = False) -> list[tuple[str, str]]:
        """Return the URL parameters that `from_query` reads back; never the scope."""
        return address.write(self, commas=commas)

    def set_fields(self) -> Iterator[tuple[str, Any, Where]]:
        """Yield name, value and Where of each field that narrows."""
        for name, where in FIELDS.items():
            value = getattr(self, name)
            if name != "tz" and value != DEFAULTS[name]:
                yield name, value, where

    @property
    def is_set(self) -> bool:
        """Whether a filter is set; zone and scope are none."""
        return next(self.set_fields(), None) is not None

    @property
    def is_costly(self) -> bool:
        """Whether a clause reads wide columns or other relations."""
        return any(where.is_costly for _, _, where in self.set_fields())

    @property
    def is_clocked(self) -> bool:
        """Whether a clause depends on the moment, so that answers change with the time of day."""
        return any("$now" in sql or "$since" in sql for sql in self.clauses())

    def clauses(self) -> list[str]:
        """Return the SQL conditions on `scoped`; all of them must hold."""
        return [
            sql for name, value, where in self.set_fields() for sql in where.clauses(name, value)
        ]

    def parameters(self, tick: datetime, zone: str) -> Bound:
        """Return every parameter that a clause may name; `zone` counts where `tz` is not set."""
        span = choices.SPANS.get(self.range)
        bound: Bound = {
            "now": bindable(tick),
            "since": None if span is None else bindable(tick - span),
            "tz": self.tz or zone,
        }
        for name, value, where in self.set_fields():
            bound |= where.parameters(name, value)
        return bound

    def without(self, *fields: str) -> Self:
        """Return the filters with these fields not set; a range leaves with its bounds."""
        gone = {*fields, *(address.BOUNDS if "range" in fields else ())}
        defaults = {name: DEFAULTS[name] for name in gone}
        rest = self.model_copy(update=defaults)
        has_bounds = rest.started_after is not None or rest.started_before is not None
        if rest.range is Range.CUSTOM and not has_bounds:
            return rest.model_copy(update={"range": Range.ALL})
        return rest

    def within(self, scope: Scope) -> Self:
        """Return the filters as a viewer of this scope has them."""
        return self.model_copy(update={"scope": scope})

    def between(self, after: datetime | None, before: datetime | None) -> Self:
        """Return the filters with a custom range in place of theirs; naive times are UTC."""
        bounds = {
            name: moment and moment.replace(tzinfo=moment.tzinfo or UTC)
            for name, moment in zip(address.BOUNDS, (after, before), strict=True)
        }
        return self.model_copy(update={"range": Range.CUSTOM, **bounds})

    def badges(self, zone: str = "UTC") -> list[Badge]:
        """Return a badge for each value that is set, times in `tz` or else `zone`."""
        return badges_of(self, self.tz or zone)

    def removing(self, badge: Badge) -> Self:
        """Return the filters without what a badge names."""
        value = getattr(self, badge.field)
        if not isinstance(value, tuple):
            return self.without(badge.field)
        left = tuple(item for item in value if str(item) != badge.value)
        return self.model_copy(update={badge.field: left})


FIELDS: dict[str, Where] = {
    name: where
    for name, info in Filters.model_fields.items()
    for where in info.metadata
    if isinstance(where, Where)
}
DEFAULTS: dict[str, Any] = {name: info.default for name, info in Filters.model_fields.items()}
