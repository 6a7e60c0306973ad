"""What sinks are told of an accepted event; its session is worked out when one of them asks."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from ingest.live.folding import derived
from ingest.live.sent import AnyEvent
from lake.accepted import Accepted
from lake.live import Held, columns_of


class Session(Mapping[str, Any]):
    """The columns of a session as it is at this moment; to be read before the next event.

    Of most events nobody wants to know them, and they follow from all that was said.
    """

    def __init__(self, held: Held) -> None:
        self._held = held

    @cached_property
    def _columns(self) -> Mapping[str, Any]:
        return columns_of(derived(self._held))

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  whatever the column holds
        """Return a column."""
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self._columns)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._columns)


def accepted(held: Held, event: AnyEvent, status_was: str | None) -> Accepted:
    """Return what is told of an event that a session has just taken in."""
    return Accepted(
        held.position, event.type, event.id, event.timestamp.replace(tzinfo=None), Session(held),
        status_was, event.data.model_dump(mode="json", exclude_none=True),
    )  # fmt: skip
