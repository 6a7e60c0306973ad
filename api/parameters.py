"""Parameters of requests: filters and the options of a route, read strictly.

What is unknown, empty, given twice or cannot be is 422 with what was meant. Lists are repeated
parameters, or one with commas.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl, urlencode

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)
from pydantic.fields import FieldInfo
from starlette.requests import Request

from errors import FilterError
from queries.filters import Filters

NO_FILTERS = Filters()
REMEMBERED_LENGTH = 2000  # bytes of a query; longer ones are read each time

_WHOLE = re.compile(r"-?[0-9]{1,19}", re.ASCII)


def _whole(given: object) -> object:
    if isinstance(given, str) and not _WHOLE.fullmatch(given):
        raise ValueError("a whole number is written in digits")
    return given


def _switch(given: object) -> object:
    if isinstance(given, str) and given not in ("true", "false"):
        raise ValueError("it can be true or false")
    return given


SWITCH = BeforeValidator(_switch)
DIGITS = BeforeValidator(_whole)  # after the bounds, which else would not be described


def among(values: Iterable[str]) -> tuple[AfterValidator, FieldInfo]:
    """Return how a text is held to a closed list, and told to be so in the description."""
    known = list(values)

    def check(given: str) -> str:
        if given not in known:
            raise ValueError(f"it can be {', '.join(known)}")
        return given

    return AfterValidator(check), Field(json_schema_extra={"enum": [*known]})


class Options(BaseModel):
    """What a route takes beside filters; a field is a parameter, a tuple is a list."""

    model_config = ConfigDict(frozen=True, extra="forbid")


O = TypeVar("O", bound=Options)  # noqa: E741  the options of one route


@dataclass(frozen=True)
class Given(Generic[O]):
    """The parameters of a request, understood."""

    filters: Filters
    options: O

    @property
    def name(self) -> str:
        """What was asked for, in one spelling."""
        return self.query()

    def option_pairs(self, **changed: str | None) -> list[tuple[str, str]]:
        """Return the options that are set, some of them changed or (None) taken out."""
        told = {**self.options.model_dump(mode="json", exclude_defaults=True), **changed}
        return [
            (name, str(item))
            for name, value in told.items()
            for item in (value if isinstance(value, list) else [value])
            if item is not None
        ]

    def query(self, **changed: str | None) -> str:
        """Return the query of this request with some options changed or (None) taken out."""
        return urlencode([*self.filters.to_query(commas=True), *self.option_pairs(**changed)])


def read(request: Request, options: type[O], *, filtered: bool = True) -> Given[O]:
    """Return the parameters of a request; raises FilterError for what is wrong with them."""
    query: bytes = request.scope["query_string"]
    reading = _read if len(query) > REMEMBERED_LENGTH else _remembered
    given: Given[O] = reading(query, options, filtered)
    return given


def _read(query: bytes, options: type[O], filtered: bool) -> Given[O]:  # noqa: FBT001  of `read`
    named: dict[str, list[str]] = {}
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        named.setdefault(name, []).append(value)
    own = frozenset(options.model_fields)
    _refuse_unknown(named, own, filtered=filtered)
    chosen = _options(options, {name: values for name, values in named.items() if name in own})
    if not filtered:
        return Given(NO_FILTERS, chosen)
    filters, _ = Filters.from_query(named, strict=True, commas=True, other=own)
    return Given(filters, chosen)


_remembered: Any = lru_cache(maxsize=1024)(_read)


def _refuse_unknown(named: Mapping[str, object], own: frozenset[str], *, filtered: bool) -> None:
    """Raise FilterError for a name that is no parameter, with the one that may have been meant."""
    filters = set(Filters.model_fields) - {"scope"} if filtered else set()
    known = sorted(own | filters)
    for name in named:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            meant = f"; did you mean {close[0]!r}?" if close else "."
            raise FilterError(f"There is no parameter {name[:80]!r}{meant}")


def _options(options: type[O], named: Mapping[str, list[str]]) -> O:
    """Return the options of a route; raises FilterError."""
    given: dict[str, object] = {}
    for name, texts in named.items():
        if isinstance(options.model_fields[name].default, tuple):
            given[name] = [part for text in texts for part in text.split(",")]
        elif len(texts) > 1:
            raise FilterError(f"{name} takes one value.")
        else:
            given[name] = texts[0]
    try:
        return options.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = str(first["loc"][0]) if first["loc"] else "the parameters"
        raise FilterError(f"{place}: {first['msg'].removeprefix('Value error, ')}.") from error
