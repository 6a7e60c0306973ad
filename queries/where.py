"""What a field of Filters knows of itself: its label, its SQL clause, how it reads in a badge.

A clause is text of ours over the columns of `sessions`; what a person typed is only ever bound, as
the parameter of the field's name or as one of the moments: `now` (the tick), `since` (the start of
a preset range), `tz` (the report zone).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from queries.clauses import Clause

# How long a session lasted, in whole ms: an active one until the tick (not less than nothing: one
# may start after the tick), null where it is unknown. DuckDB's epoch_ms rounds, hence microseconds.
EFFECTIVE_MS = (
    "coalesce(duration_ms, case when status = 'active' and started_at is not null "
    "then greatest((epoch_us($now) - epoch_us(started_at)) // 1000, 0) end)"
)
IS_SILENT = (
    "status = 'active' and epoch_us($now) - epoch_us(coalesce(last_message_at, started_at)) "
    ">= $silent_min * 1000::bigint"
)
# The text of `q` is somewhere in a session: as it is looked for, and as it has been found.
HOLDS = "contains(search, lower($q))"
FOUND = "session_no in (select session_no from found)"
OTHERS = "session_no not in (select session_no from found)"
# A list as it is would have every row looked at, wide columns too (measured: 210 ms for 23).
NUMBERED = "session_no in (select unnest($numbers))"
LOCAL_START = "timezone($tz, timezone('UTC', started_at))"

Bound = dict[str, Any]


def plain(value: object) -> str:
    """Return a value as it stands in a URL."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)


@dataclass(frozen=True)
class Where:
    """One clause for the whole value of a field; no clause where `sql` is empty."""

    label: str
    sql: str = ""
    text: Callable[[Any], str] = plain  # one value in words
    is_costly: bool = False  # reads wide columns or other relations
    is_escaped: bool = False  # its values may hold commas
    is_split: bool = True  # the API takes its values in one parameter, separated by commas

    def clauses(self, name: str, value: Any) -> Iterator[str]:  # noqa: ANN401, ARG002  any field
        """Yield the conditions of a set value."""
        if self.sql:
            yield self.sql

    def parameters(self, name: str, value: Any) -> Bound:  # noqa: ANN401  any field's value
        """Return the parameters that the conditions may name."""
        return {name: bindable(value)}


@dataclass(frozen=True)
class WhereEach(Where):
    """A condition of its own for each value that needs one; all of them must hold."""

    each: Mapping[Any, str] = field(default_factory=dict)

    def clauses(self, name: str, value: Any) -> Iterator[str]:  # noqa: ANN401, ARG002
        """Yield one condition a value."""
        for item in value if isinstance(value, tuple) else (value,):
            if item in self.each:
                yield self.each[item]


@dataclass(frozen=True)
class WhereAny(WhereEach):
    """A condition for each value, of which one must hold."""

    def clauses(self, name: str, value: Any) -> Iterator[str]:  # noqa: ANN401
        """Yield the conditions of all values as one."""
        yield " or ".join(super().clauses(name, value))


@dataclass(frozen=True)
class WherePairs(Where):
    """Clauses on metadata; all of them must hold."""

    def clauses(self, name: str, value: Any) -> Iterator[str]:  # noqa: ANN401
        """Yield one condition a clause."""
        for number, clause in enumerate(value):
            yield clause.sql(f"{name}_{number}")

    def parameters(self, name: str, value: tuple[Clause, ...]) -> Bound:
        """Return key and value of each clause."""
        bound: Bound = {}
        for number, clause in enumerate(value):
            bound |= clause.parameters(f"{name}_{number}")
        return bound


def bindable(value: Any) -> Any:  # noqa: ANN401  whatever a question is asked with
    """Return a value as DuckDB takes it: naive UTC times, lists, plain text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, tuple | list | frozenset):
        items = sorted(value) if isinstance(value, frozenset) else value
        return tuple(bindable(item) for item in items)
    if isinstance(value, str):
        return str(value)
    return value


def milliseconds(value: int) -> str:
    """Return a duration in words: `1 h 40 min`, `1 min 30 s`, `250 ms`."""
    seconds, rest = divmod(value, 1000)
    if rest or not seconds:
        return f"{value} ms"
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (seconds, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number)
