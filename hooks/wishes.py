"""What somebody asks to be told, read from texts: as a script, a form or a command gives it."""

from collections.abc import Collection, Mapping, Sequence

from errors import FilterError
from hooks import addresses
from lake.hook_refusals import HookRefusedError
from lake.hook_types import HookType
from lake.matching import Conditions, Pair
from lake.subscriptions import Wanted
from queries.clauses import MAX_TEXT, Clause, Operator
from queries.filters import Filters
from queries.values import MAX_VALUES

MOST_WORDS = 200  # characters of a description
SOURCE = "source"  # a column that Filters have no field for
# The fields of Filters that one row of `sessions` can tell.
OF_FILTERS = ("channel", "type", "status", "agent", "metadata")
FIELDS = (*OF_FILTERS, SOURCE)

Given = Mapping[str, Sequence[str]]


def wanted(
    url: str, types: Collection[str], given: Given, description: str, networks: Sequence[str]
) -> Wanted:
    """Return what is wanted, checked; the name in the address is resolved, which may take long.

    Raises HookRefusedError, AddressRefusedError, FilterError.
    """
    if not types:
        raise HookRefusedError(f"At least one type is needed, of {', '.join(HookType)}.")
    unknown = sorted(set(types) - set(HookType))
    if unknown:
        raise HookRefusedError(f"There is no type {unknown[0][:80]!r}, only {', '.join(HookType)}.")
    words = description.strip()
    if len(words) > MOST_WORDS or (words and not words.isprintable()):
        raise HookRefusedError(f"A description has at most {MOST_WORDS} characters, all visible.")
    found = conditions(given)
    addresses.check(url, networks)
    return Wanted(url, frozenset(map(HookType, types)), found, words)


def conditions(given: Given) -> Conditions:
    """Return the conditions of filters as they stand in an address; raises FilterError."""
    unknown = sorted(set(given) - set(FIELDS))
    if unknown:
        raise FilterError(f"A webhook is filtered by {', '.join(FIELDS)}, not {unknown[0][:80]!r}.")
    own = {name: given[name] for name in OF_FILTERS if given.get(name)}
    filters, _ = Filters.from_query(own, strict=True)
    return Conditions(
        channel=tuple(map(str, filters.channel)),
        type=tuple(map(str, filters.type)),
        status=tuple(map(str, filters.status)),
        agent=filters.agent,
        source=_sources(given.get(SOURCE, ())),
        metadata=tuple(Pair(each.key, str(each.operator), each.value) for each in filters.metadata),
    )


def texts(found: Conditions) -> dict[str, list[str]]:
    """Return conditions as `conditions` reads them back; only those that are set."""
    told = {name: list(getattr(found, name)) for name in FIELDS if name != "metadata"}
    told["metadata"] = [
        str(Clause(key=pair.key, operator=Operator(pair.operator), value=pair.value))
        for pair in found.metadata
    ]
    return {name: values for name, values in told.items() if values}


def _sources(given: Sequence[str]) -> tuple[str, ...]:
    sources = tuple(sorted(set(given)))
    if len(sources) > MAX_VALUES or not all(0 < len(each) <= MAX_TEXT for each in sources):
        raise FilterError(f"source: {MAX_VALUES} values of 1 to {MAX_TEXT} characters at most.")
    return sources
