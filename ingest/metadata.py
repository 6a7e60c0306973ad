"""Metadata as it is stored: flat, each key with one or more strings."""

from typing import Any

import msgspec

from errors import RecordError

MAX_DEPTH = 32

Flat = dict[str, list[str]]

_encode = msgspec.json.Encoder(order="sorted").encode


def flat(metadata: dict[str, Any]) -> Flat:
    """Return the pairs: nested keys joined by `.`, list items as values, nothing for null.

    Numbers and booleans become their JSON text. Raises RecordError beyond `MAX_DEPTH` levels.
    """
    if _is_flat(metadata):
        return metadata
    pairs: Flat = {}
    for key, value in metadata.items():
        _collect(pairs, key, value, 1)
    return pairs


def _is_flat(metadata: dict[str, Any]) -> bool:
    """Say whether this is how it is stored: an export is, and most imports are as fast as this."""
    for values in metadata.values():
        if type(values) is not list or not values:
            return False
        for value in values:
            if type(value) is not str:
                return False
    return True


def text(pairs: Flat) -> str:
    """Return the pairs as compact JSON with sorted keys."""
    return _encode(pairs).decode()


def _collect(pairs: Flat, key: str, value: Any, depth: int) -> None:  # noqa: ANN401  any JSON
    """Add the strings of `value` under `key`."""
    if depth > MAX_DEPTH:
        raise RecordError(f"the metadata {key[:40]!r} is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict):
        for inner, item in value.items():
            _collect(pairs, f"{key}.{inner}", item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _collect(pairs, key, item, depth + 1)
    elif value is not None:
        pairs.setdefault(key, []).append(value if isinstance(value, str) else _scalar(value))


def _scalar(value: float) -> str:
    """Return the JSON text of a number or boolean."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # of any size, where the encoder stops at 64 bits
    return msgspec.json.encode(value).decode()
