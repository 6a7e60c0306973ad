"""Cells in place of rows: a statement over sessions turned into one over counted sessions.

The cells of lake/cubes.py have the columns of sessions by which they are counted, `n` and
`messages`. So a text that only counts by these is turned into one that sums: the same conditions,
groups and order, and therefore the same numbers.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from lake import contacts, histograms
from lake.days import HOUR
from lake.schema import SESSIONS

# What cells know of sessions, beside the agent, whom those of agents know.
COLUMNS = ("started_at", "channel", "status", "type", "has_handoff", "n", "messages")
_KEYS = ("channel", "status", "type", "has_handoff", "agent_id", "messages")
_HANDOFF = "list_contains(event_kinds, 'handoff')"
_MESSAGES = "avg(message_count)"
_PAIRED = re.compile(r"from pairs\s+join compared using \(session_no\)")
_OF_ROWS = {*SESSIONS.names, "search", "session_no", "start_hour"} - {*COLUMNS, "agent_id"}
_LITERAL = re.compile(r"'[^']*'|[$][a-z_0-9]+")
_WORD = re.compile(r"[a-z_][a-z_0-9]*")
_COUNT = re.compile(r"count\((\*|[a-z_]+)\)( filter \(where )?")
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  naive UTC as in the tables
MANY = 4  # ranges: more are found by their hours


@dataclass(frozen=True)
class Edges:
    """The cells that a question cuts, which rows answer in their place; moments are naive UTC.

    `starts` are where these cells begin, `ranges` where those that touch begin and end together.
    """

    starts: tuple[datetime, ...] = ()
    ranges: tuple[tuple[datetime, datetime], ...] = ()

    def parameters(self) -> dict[str, object]:
        """Return what the relation of cells binds."""
        bound: dict[str, object] = {}
        if self.starts:
            bound["cut"] = self.starts
        listed = self.ranges
        if len(listed) > MANY:
            listed = ((listed[0][0], listed[-1][1]),)
            bound["cut_hours"] = tuple((start - _EPOCH) // HOUR for start in self.starts)
        for place, (after, before) in enumerate(listed):
            bound |= {f"cut_{place}_after": after, f"cut_{place}_before": before}
        return bound


@lru_cache(maxsize=1024)
def over_cells(text: str) -> str:
    """Return a text over rows as one over cells; what is no count in it stays as it is.

    A group of no sessions, left by those that have changed, is none. So a group that is not yet the
    last one may have one sum only: what it has of another could be lost with it.
    """
    lines, counts = [], False
    if _PAIRED.search(text):  # a cell of `pair_days` is of one pair: there is nothing to join
        text = _PAIRED.sub("from compared", text).replace(
            "session_no,", "pair,\n        nth,\n        n,"
        )
    for line in _summing(of_cells(text)).splitlines():
        counts = counts or "sum(n)" in line
        lines.append(line)
        if counts and line.lstrip().startswith("group by "):
            lines.append(f"{line[: len(line) - len(line.lstrip())]}having sum(n) <> 0")
            counts = False
    return "\n".join(lines)


def of_cells(clause: str) -> str:
    """Return a condition on sessions as one on cells."""
    return clause.replace(_HANDOFF, "has_handoff")


@lru_cache(maxsize=1024)
def unknown(text: str) -> tuple[str, ...]:
    """Return the columns of sessions that a text reads and cells do not have."""
    bare = _LITERAL.sub("", of_cells(text).replace(_MESSAGES, ""))
    if is_of_pairs(text):
        bare = _PAIRED.sub("", bare).replace("session_no,", "")
    return tuple(sorted(_OF_ROWS.intersection(_WORD.findall(bare))))


def lacking(cube: str, text: str) -> tuple[str, ...]:
    """Return the columns of other cells that a text reads and those of a cube do not have."""
    read = of_cells(text).replace(_MESSAGES, "messages")
    return tuple(name for name in _KEYS if name not in _COLUMNS[cube] and reads(read, name))


def is_of_pairs(text: str) -> bool:
    """Return whether a text joins sessions with their metadata in the one way that cells know."""
    return _PAIRED.search(text) is not None


def reads(text: str, name: str) -> bool:
    """Return whether a text reads a column, and not only a parameter or text of this name."""
    return name in words(text)


@lru_cache(maxsize=1024)
def words(text: str) -> frozenset[str]:
    """Return the words of a text that are no parameters and in no text of its own."""
    return frozenset(_WORD.findall(_LITERAL.sub("", text)))


def relation(cube: str, edges: Edges, read: str, *, has_live: bool) -> str:
    """Return the select of the cells of a cube, with rows where a question cuts them.

    `read` is all that reads it: only these columns are selected, for each of each part takes its
    time to plan. What live sessions change is a part only where there are some.
    """
    measure = histograms.NAMES.get(cube)
    columns = tuple(name for name in _COLUMNS[cube] if reads(read, name))
    of_bin = {"bin": f"{histograms.MEASURES[measure].bin} as bin"} if measure else {}
    listed = _listed(columns, {})
    of_row = _listed(columns, _ROW | of_bin)
    of_signed = _listed(columns, {"bin": f"{measure}_bin as bin"})
    conditions = ["(started_at is null or started_at not in $cut)"] if edges.starts else []
    conditions += _AMONG.get(cube, [])
    whole = f"\n    where {' and '.join(conditions)}" if conditions else ""
    parts = [f"select{listed}\n    from {cube}{whole}"]
    alone, settled, signed = _BESIDE.get(cube, ("sessions", "settled", "signed"))
    source = settled if has_live else alone
    parts += [
        f"select{of_row}\n    from {source}\n    where {where}" for where in _conditions(edges)
    ]
    if has_live:
        parts.append(f"select{of_signed}\n    from {signed}")
    return "\n    union all\n    ".join(parts)


def _listed(columns: Sequence[str], shown: Mapping[str, str]) -> str:
    """Return columns of a select, some as something else."""
    return "\n        " + ",\n        ".join(shown.get(column, column) for column in columns)


# What rows answer in place of a cell: where none is live, beside live ones, and what these change.
# Where none is live the tables themselves, for of a view each column is planned (0.3 ms).
_BESIDE = {
    "pair_days": (
        "sessions join pairs using (session_no)",
        "settled join settled_pairs using (session_no)",
        "signed_pairs",
    ),
    "contact_days": ("settled_contacts", "settled_contacts", "signed_contacts"),
}
# Not the cells of what fewer sessions have, with the live ones, than a part must have.
_AMONG = {"pair_days": ["pair in (select pair from pair_counts where n >= $often)"]}
_PAIR = ("pair", "nth", "agent_id")
_COUNTED = tuple(name for name in COLUMNS if name != "messages")
_BARE = ("started_at", "n")
_KNOWN = tuple(name for name in _COUNTED if name != "n")
_COLUMNS = {
    "hours": COLUMNS,
    "agent_hours": (*COLUMNS, "agent_id"),
    "plain_agent_hours": (*_BARE, "agent_id"),
    "days": COLUMNS,
    "agent_days": (*COLUMNS, "agent_id"),
    "pair_days": (*_COUNTED, *_PAIR),
    "contact_days": (*_KNOWN, "agent_id", *contacts.COUNTED),
    **{
        name: (
            *(_BARE if histograms.is_plain(name) else _COUNTED),
            "bin",
            *(("agent_id",) if name.endswith("agent_days") else ()),
        )
        for name in histograms.NAMES
    },
}
_ROW = {"has_handoff": f"{_HANDOFF} as has_handoff", "n": "1 as n",
        "messages": "message_count as messages"}  # fmt: skip


def _conditions(edges: Edges) -> Sequence[str]:
    """Return the conditions on the rows: a few ranges, or the hours of many."""
    places = range(len(edges.ranges) if len(edges.ranges) <= MANY else 1)
    bounds = [f"started_at >= $cut_{n}_after and started_at < $cut_{n}_before" for n in places]
    if len(edges.ranges) <= MANY:
        return bounds
    # Of a column that is the same for thousands in a row, by a join: so most are not looked at
    # (measured, of ten million in 90 days 40 hours: 33 ms by `date_trunc`, 11 by a list, 5 so).
    return [f"{bounds[0]}\n        and start_hour in (select unnest($cut_hours))"]


def _summing(text: str) -> str:
    """Return a text with sums of `n` where it counts."""
    text = text.replace(_MESSAGES, "sum(messages) / nullif(sum(n), 0)")
    text = text.replace(" / nullif(count(*), 0)", "\n        / nullif(sum(n), 0)")
    made, place = [], 0
    while found := _COUNT.search(text, place):
        made.append(text[place : found.start()])
        column, filtered = found.groups()
        conditions = [] if column == "*" else [f"{column} is not null"]
        place = found.end()
        if filtered:
            close = _closing(text, place)
            conditions.append(text[place:close].strip())
            place = close + 1
        together = conditions if len(conditions) == 1 else [f"({each})" for each in conditions]
        where = f" filter (where {' and '.join(together)})"
        made.append(f"coalesce(sum(n){where if conditions else ''}, 0)::bigint")
    return "".join([*made, text[place:]])


def _closing(text: str, place: int) -> int:
    """Return where the parenthesis closes that is open at a place."""
    depth = 1
    while depth:
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        place += 1
    return place - 1
