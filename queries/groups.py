"""Groups: which of those that the index keeps beforehand (lake/opens.py) filters leave."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from lake.opens import Group, Opens
from queries.filters import Filters

FIELDS = ("channel", "status", "type", "agent")  # of the filters, in the order of a Group
_OF_AGENTS = frozenset({"agent", "channel"})
_OTHERS = frozenset({"channel", "status", "type"})

Chosen = Mapping[str, tuple[str, ...]]  # by field the values of which a session has one


def chosen(filters: Filters) -> Chosen | None:
    """Return what filters choose; None where they ask for more than groups know, as for a range."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value, _ in filters.set_fields():
        if name not in FIELDS:
            return None
        found[name] = tuple(map(str, value))
    return found if filters.scope.agents is None else None


def are_kept(fields: Iterable[str], known: Opens) -> bool:
    """Return whether groups by these fields are kept."""
    read = frozenset(fields)
    return known.has_agents and read <= _OF_AGENTS if "agent" in read else read <= _OTHERS


def each(values: Chosen) -> Iterator[Group]:
    """Yield the groups that are chosen; together they are what the filters leave."""
    yield from (group(dict(zip(values, one, strict=True))) for one in product(*values.values()))


def group(values: Mapping[str, str]) -> Group:
    """Return the group of sessions that have these values, by field."""
    channel, status, kind, agent = (values.get(name) for name in FIELDS)
    return channel, status, kind, agent
