"""Clauses on metadata: `key=value` and its kin, as text, as value, as SQL over `pairs`.

    key=value   key!=value   key>value   key<value   key contains value   key exists   key missing

A bare key has no white space and none of `= ! < > "`; any other key is a JSON string. A value is
the rest of the text as it is; one that begins with `"` or `=` is a JSON string.
"""

import json
import re
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from lake.matching import NUMBER

MAX_TEXT = 512

_BARE = re.compile(r"""[^\s=!<>"]+""")
_JSON_STRING = r'"(?:[^"\\]|\\.)*"'
_CLAUSE = re.compile(
    rf"(?P<key>{_JSON_STRING}|{_BARE.pattern})"
    r"(?: (?P<word>exists|missing)|(?P<operator>!=|=|>|<| contains )(?P<value>.*))",
    re.DOTALL,
)


class Operator(StrEnum):
    """How a clause compares; on a key with several values any of them may match."""

    EQUALS = "="
    DIFFERS = "!="  # the negation of =: a missing key matches
    CONTAINS = "contains"  # case folded as DuckDB's lower does
    EXISTS = "exists"
    MISSING = "missing"  # the negation of exists
    ABOVE = ">"  # numeric when both sides are plain decimals, else by code point
    BELOW = "<"


_WORDS = (Operator.EXISTS, Operator.MISSING)  # no value follows
_NEGATED = (Operator.DIFFERS, Operator.MISSING)
_TESTS = {
    Operator.EQUALS: "value = ${0}_value",
    Operator.DIFFERS: "value = ${0}_value",
    Operator.CONTAINS: "contains(lower(value), lower(${0}_value))",
    Operator.EXISTS: "true",
    Operator.MISSING: "true",
    Operator.ABOVE: "value > ${0}_value",
    Operator.BELOW: "value < ${0}_value",
}


class Clause(BaseModel):
    """One condition on the metadata of a session."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(max_length=MAX_TEXT)
    operator: Operator
    value: str = Field(default="", max_length=MAX_TEXT)  # empty with `exists` and `missing`

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form; raises ValueError that says what is expected."""
        found = _CLAUSE.fullmatch(text)
        if found is None:
            raise ValueError("a metadata clause reads key=value, key!=value, key contains value, "
                             "key exists, key missing, key>value or key<value")  # fmt: skip
        key = _unquoted(found["key"])
        if found["word"] is not None:
            return cls(key=key, operator=Operator(found["word"]))
        if found["value"].startswith("="):
            raise ValueError("a metadata value that begins with = is written as a JSON string")
        operator = Operator(found["operator"].strip())
        return cls(key=key, operator=operator, value=_unquoted(found["value"]))

    def __str__(self) -> str:
        """Return the text form that `parse` reads back."""
        key = self.key if _BARE.fullmatch(self.key) else _quoted(self.key)
        if not self.has_value:
            return f"{key} {self.operator}"
        is_word = self.operator is Operator.CONTAINS
        value = _quoted(self.value) if self.value.startswith(("=", '"')) else self.value
        return f"{key} contains {value}" if is_word else f"{key}{self.operator}{value}"

    def __lt__(self, other: Self) -> bool:
        """Order clauses by their text, so that a list of them has one order."""
        return str(self) < str(other)

    @property
    def has_value(self) -> bool:
        """Whether the comparison is with a value."""
        return self.operator not in _WORDS

    @property
    def is_numeric(self) -> bool:
        """Whether the comparison is between numbers where the stored value is one too."""
        ordered = self.operator in (Operator.ABOVE, Operator.BELOW)
        return ordered and re.fullmatch(NUMBER, self.value) is not None

    def sql(self, name: str) -> str:
        """Return the condition on `session_id`; its parameters begin with `name`."""
        test = _TESTS[self.operator].format(name)
        if self.is_numeric:
            test = (
                f"case when regexp_full_match(value, ${name}_pattern) "
                f"then try_cast(value as double) {self.operator} ${name}_number else {test} end"
            )
        negation = "not " if self.operator in _NEGATED else ""
        # Only names and operators of ours are put together here; key and value are bound.
        inner = f"select session_id from pairs where key = ${name}_key and {test}"  # noqa: S608
        return f"session_id {negation}in ({inner})"

    def parameters(self, name: str) -> dict[str, str | float]:
        """Return the values of the parameters of `sql`, and perhaps more."""
        values: dict[str, str | float] = {f"{name}_key": self.key, f"{name}_value": self.value}
        if self.is_numeric:
            values |= {f"{name}_pattern": NUMBER, f"{name}_number": float(self.value)}
        return values


def _read(given: object) -> object:
    return Clause.parse(given) if isinstance(given, str) else given


ClauseText = Annotated[Clause, BeforeValidator(_read)]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _unquoted(text: str) -> str:
    """Return the text of a JSON string, or the text as it is; raises ValueError."""
    if not text.startswith('"'):
        return text
    try:
        return str(json.loads(text, strict=False))
    except json.JSONDecodeError as error:
        raise ValueError(f"{text} is not a JSON string") from error
