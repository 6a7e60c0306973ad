"""Filters to and from URL parameters."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from errors import FilterError
from queries.where import Where, plain

if TYPE_CHECKING:  # filters imports this module
    from queries.filters import Filters

Query = Mapping[str, Sequence[str]]

F = TypeVar("F", bound="Filters")

BOUNDS = ("started_after", "started_before")
_FIRST, _LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, UTC)
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_PART = re.compile(r"(?:[^,\\]|\\.|\\$)+", re.DOTALL)


def instant(given: object) -> object:
    """Return a time in UTC, read from RFC 3339 with an offset; raises ValueError."""
    if isinstance(given, str):
        if not _RFC_3339.fullmatch(given):
            raise ValueError("a time reads 2026-11-22T18:00:00Z or 2026-11-22T18:00:00+01:00")
        given = datetime.fromisoformat(given)
    if not isinstance(given, datetime) or given.tzinfo is None:
        return given
    try:
        return given.astimezone(UTC)
    except OverflowError:  # its offset leads out of the calendar, at whose edge nothing lies
        return _FIRST if given.year == 1 else _LAST


def write(filters: Filters, *, commas: bool) -> list[tuple[str, str]]:
    """Return the parameters of all set fields, in the order of the fields."""
    pairs = [] if filters.tz is None else [("tz", filters.tz)]
    for name, value, where in filters.set_fields():
        values = value if isinstance(value, tuple) else (value,)
        for item in values:
            text = plain(item)
            pairs.append((name, _escaped(text) if commas and where.is_escaped else text))
    return pairs


def read(
    model: type[F], query: Query, *, strict: bool, commas: bool, other: frozenset[str]
) -> tuple[F, tuple[str, ...]]:
    """Return the filters of a query and notes on what was left out; strict raises FilterError."""
    reading = _Reading(strict=strict)
    given: dict[str, Any] = {}
    for name, texts in query.items():
        # To a person an empty parameter is one that is not set. A script may have meant something
        # else than everything.
        values = [text for text in texts if text or strict]
        if name in other or not values:
            continue
        if name not in model.model_fields or name == "scope":
            reading.leave_out(_unknown(name, model))
        elif isinstance(model.model_fields[name].default, tuple):
            given[name] = _split(values) if commas and _where(model, name).is_split else values
        else:
            given[name] = values[0]
            if len(values) > 1:
                reading.leave_out(f"{name} takes one value.")
    return reading.checked(model, given), tuple(reading.notes)


class _Reading:
    """What happens to what is wrong: strict refuses it, else it is left out with a note."""

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict
        self.notes: list[str] = []

    def leave_out(self, reason: str) -> None:
        if self.strict:
            raise FilterError(reason)
        self.notes.append(f"Left out: {reason}")

    def checked(self, model: type[F], given: dict[str, Any]) -> F:
        """Return the filters, without the values that they cannot have."""
        while True:
            try:
                return model.model_validate(given)
            except ValidationError as error:
                first = error.errors(include_url=False)[0]
                place = first["loc"]
                name = str(place[0]) if place else "range"
                self.leave_out(f"{name}: {first['msg'].removeprefix('Value error, ')}.")
                if len(place) > 1 and isinstance(place[1], int):
                    del given[name][place[1]]
                else:
                    given.pop(name)


def _unknown(name: str, model: type[Filters]) -> str:
    """Return that there is no such parameter, and the one that may have been meant."""
    known = [field for field in model.model_fields if field != "scope"]
    close = difflib.get_close_matches(name, known, n=1)
    return f"There is no filter {name!r}" + (f"; did you mean {close[0]!r}?" if close else ".")


def _where(model: type[Filters], name: str) -> Where:
    return next(item for item in model.model_fields[name].metadata if isinstance(item, Where))


def _split(texts: Sequence[str]) -> list[str]:
    r"""Return the parts between commas; `\,` is a comma and `\\` a backslash."""
    parts = [part for text in texts for part in _PART.findall(text) or [""]]
    return [re.sub(r"\\([\\,])", r"\1", part) for part in parts]


def _escaped(text: str) -> str:
    return re.sub(r"([\\,])", r"\\\1", text)
