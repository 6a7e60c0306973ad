"""The types of the values that filters take, and their limits."""

from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints

from queries.address import instant
from settings import known_zone

MAX_VALUES = 200
MAX_MS = 10**15  # some thirty thousand years


def _once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return each value once, in a fixed order, so that filters that mean the same are equal."""
    return tuple(sorted(set(values)))


def _no_nul(text: str) -> str:
    if "\0" in text:  # it stands between the parts of what is searched
        raise ValueError("a search text holds no NUL character")
    return text


def _shared(name: str) -> str:
    if name == "localtime":  # another zone on each machine, and none that DuckDB knows
        raise ValueError("a time zone has a name such as Europe/Berlin")
    return known_zone(name)


Search = Annotated[str, StringConstraints(max_length=200), AfterValidator(_no_nul)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=512)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=4096)]
Zone = Annotated[str, AfterValidator(_shared)]
Instant = Annotated[AwareDatetime, BeforeValidator(instant)]
Ms = Annotated[int, Field(ge=0, le=MAX_MS)]
Weekday = Annotated[int, Field(ge=1, le=7)]  # ISO: 1 is Monday
Hour = Annotated[int, Field(ge=0, le=23)]

# Of lists: how many values, and each of them once.
Several = Field(max_length=MAX_VALUES)
Once = AfterValidator(_once)
