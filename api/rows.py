"""Rows of answers as JSON: times as RFC 3339 in UTC with milliseconds, metadata as an object."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder()

Row = dict[str, Any]


def moment(value: datetime) -> str:
    """Return a time as it is written; naive ones are UTC."""
    naive = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
    return f"{naive.isoformat(timespec='milliseconds')}Z"


def written(row: Mapping[str, Any], columns: Iterable[str] | None = None) -> Row:
    """Return a row, or some of its columns, with values that can be encoded."""
    return {name: _value(name, row[name]) for name in (row if columns is None else columns)}


def encoded(answer: Mapping[str, Any]) -> bytes:
    """Return an answer as JSON."""
    return _ENCODER.encode(answer)


def _value(name: str, value: object) -> object:
    if isinstance(value, datetime):
        return moment(value)
    if name == "metadata" and isinstance(value, str):
        return msgspec.Raw(value.encode())  # is JSON as it lies
    return value
