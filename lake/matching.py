"""What a subscription asks of a session, looked at in plain Python: no question is asked.

Conditions mean what the fields of Filters (queries/filters.py) with the same names mean; a test
holds both against each other. `source` is the column of that name.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

# What counts as a number: plain decimals that every double can hold, the same in every engine.
NUMBER = r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?"

_IS_NUMBER = re.compile(NUMBER)
_COLUMNS = {"channel": "channel", "type": "type", "status": "status", "agent": "agent_id",
            "source": "source"}  # fmt: skip


class Pair(msgspec.Struct, frozen=True):
    """A condition on metadata; the operators are those of queries/clauses.py."""

    key: str
    operator: str
    value: str = ""


class Conditions(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that are set must hold, of one field's values any; of the pairs each."""

    channel: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    agent: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    metadata: tuple[Pair, ...] = ()

    def hold(self, session: Mapping[str, Any]) -> bool:
        """Return whether they hold of the columns of `sessions`, metadata as text or mapping."""
        for name, column in _COLUMNS.items():
            wanted = getattr(self, name)
            if wanted and session[column] not in wanted:
                return False
        if not self.metadata:
            return True
        held = session["metadata"]
        metadata = msgspec.json.decode(held) if isinstance(held, str) else held
        return all(_holds(pair, metadata.get(pair.key) or ()) for pair in self.metadata)


def lowered(text: str) -> str:
    """Return a text in lower case as DuckDB folds it: each character by itself."""
    return "".join("i" if each == "İ" else each.lower() for each in text)


def _holds(pair: Pair, texts: Sequence[str]) -> bool:
    return _OPERATORS[pair.operator](texts, pair.value)


def _above(left: str, right: str) -> bool:
    """Compare as numbers where both are some, else by code point."""
    if _IS_NUMBER.fullmatch(left) and _IS_NUMBER.fullmatch(right):
        return float(left) > float(right)
    return left > right


_OPERATORS: dict[str, Callable[[Sequence[str], str], bool]] = {
    "=": lambda texts, value: value in texts,
    "!=": lambda texts, value: value not in texts,
    "contains": lambda texts, value: any(lowered(value) in lowered(text) for text in texts),
    "exists": lambda texts, _: bool(texts),
    "missing": lambda texts, _: not texts,
    ">": lambda texts, value: any(_above(text, value) for text in texts),
    "<": lambda texts, value: any(_above(value, text) for text in texts),
}
