"""How a person looks at the analytics: what the address says beside the filters.

Interval, what is stacked, which reading of time, a capacity, the metric whose change is explained.
Each has a usual value, which the address leaves out; what cannot be is replaced by it, with a note.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from queries.intervals import Interval
from queries.stacks import STACKS

DURING = "during"
FAILURE_RATE = "failure_rate"
# What can be asked to explain itself, in the order in which it is offered.
METRICS = (
    "sessions", "failed", "cancelled", FAILURE_RATE, "success_rate", "cancel_rate", "handoff_rate",
)  # fmt: skip
MOST = 1_000_000  # sessions at once

PARAMETERS = frozenset({"interval", "by", "open", "capacity", "metric"})

Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Lens:
    """A way to look at the sessions of the filters."""

    interval: Interval | None = None  # None: by the length of the range
    by: str = STACKS[0]
    is_open: bool = False  # open during a bucket, not started in it
    capacity: int | None = None  # sessions that there is room for at once
    metric: str = FAILURE_RATE
    notes: tuple[str, ...] = ()

    @property
    def is_usual(self) -> bool:
        """Whether the sessions over time are those that started, by channel."""
        return self.by == STACKS[0] and not self.is_open

    @classmethod
    def read(cls, parameters: Parameters) -> "Lens":
        """Return the lens that an address names."""
        asked = _Asked(parameters)
        interval = asked.one_of("interval", tuple(Interval), "")
        by = asked.one_of("by", STACKS, cls.by)
        reading = asked.one_of("open", (DURING,), "")
        metric = asked.one_of("metric", METRICS, cls.metric)
        capacity = asked.number("capacity")
        chosen = Interval(interval) if interval else None
        return cls(chosen, by, bool(reading), capacity, metric, tuple(asked.notes))

    def to_query(self) -> list[tuple[str, str]]:
        """Return the parameters that `read` reads back, without the usual values."""
        usual = Lens()
        told = {
            "interval": self.interval,
            "by": self.by if self.by != usual.by else None,
            "open": DURING if self.is_open else None,
            "capacity": self.capacity,
            "metric": self.metric if self.metric != usual.metric else None,
        }
        return [(name, str(value)) for name, value in told.items() if value is not None]


class _Asked:
    """The last value of each parameter, and notes on what it cannot be."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters
        self.notes: list[str] = []

    def one_of(self, name: str, values: Sequence[str], usual: str) -> str:
        """Return the value where it is one of these, else the usual one."""
        value = self._last(name)
        if not value or value in values:
            return value or usual
        self.notes.append(
            f"Left out: {name} {value[:40]!r}, which can be {', '.join(map(str, values))}."
        )
        return usual

    def number(self, name: str) -> int | None:
        """Return a whole number from 1, None where there is none."""
        value = self._last(name)
        if not value:
            return None
        is_number = value.isascii() and value.isdigit() and len(value) <= len(str(MOST))
        if is_number and 1 <= int(value) <= MOST:
            return int(value)
        self.notes.append(f"Left out: {name} {value[:40]!r}, which is no number from 1.")
        return None

    def _last(self, name: str) -> str:
        values = self._parameters.get(name)
        return values[-1] if values else ""
