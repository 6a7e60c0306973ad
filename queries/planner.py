"""The planner: from filters and a question, whether a cube answers or the sessions one by one.

A cube answers where it knows every column that statement and filters read. Moments at which the
question tells sessions apart (the ends of the range, the edges of buckets, full hours of a zone)
may lie inside a cell; then the rows of that hour or day are read in its place. So no moment is
rounded and every zone is exact; where too many cells would be cut, the rows answer alone.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from lake import bins, histograms
from lake.cubes import Cubes
from lake.days import HOUR
from queries import cells, edges
from queries.cells import Edges
from queries.filters import Filters
from queries.periods import Period
from queries.where import Bound, bindable

MOST_CUT = 6  # of so many cells of the range one may be cut
HOURS = 24  # of a day, of which only those with sessions are counted
ALWAYS = 2  # cells may be cut, the ends of any range
MOST_DAYS = cells.MANY  # stretches of cut days: rows of more would be most of them

_KEYS = "channel × status × type"  # noqa: RUF001  as it is said
NAMES = {
    f"{prefix}{unit}s": f"{unit} × {words}{_KEYS}"  # noqa: RUF001
    for unit in ("hour", "day")
    for prefix, words in (("", ""), ("agent_", "agent × "))  # noqa: RUF001
}
NAMES |= {"plain_days": "day", "plain_agent_days": "day × agent"}  # noqa: RUF001
NAMES["plain_agent_hours"] = "hour × agent"  # noqa: RUF001
NAMES["pair_days"] = f"metadata × {NAMES['agent_days']}"  # noqa: RUF001
WORDS = {
    **{name: f"the cube {words}" for name, words in NAMES.items()},
    "contact_days": f"the cube of contacts, {NAMES['agent_days']}",
    **{
        f"{measure}_{kind}": f"the histogram {NAMES[kind]}, within half a bin ({bins.WITHIN})"
        for measure in histograms.MEASURES
        for kind in histograms.KINDS
    },
}
ANSWERED, EDGES = "Answered from", "; edges from the sessions."
_BY_CELL = "date_trunc('minute', started_at)"  # asks for each cell: the smaller, the better
_SPAN = re.compile(r"(\w+) \+ (\w+) \* (\w+)")


@dataclass(frozen=True)
class Plan:
    """What answers a question, and why; without a `cube` the sessions one by one."""

    reason: str
    cube: str | None = None
    edges: Edges = field(default_factory=Edges)
    has_live: bool = False  # live sessions lie beside the cube


@dataclass(frozen=True)
class Asked:
    """A question: the text of its statement, its filters, and all that is bound to it.

    `cuts` name the parameters at whose moments it tells sessions apart, None where it cannot be
    asked of cells: a moment, a list of moments, or `first + count * microseconds`.
    """

    text: str
    cuts: tuple[str, ...] | None
    filters: Filters
    bound: Bound
    period: Period  # of the filters, aware UTC
    cube: str = ""  # for whose cells the text is written, where it is not one over rows


def plan(asked: Asked, cubes: Cubes | None) -> Plan:
    """Return what answers a question; pure, for the same question it is always the same."""
    if cubes is None:
        return _rows("no cube is made of them")
    read = "\n".join((asked.text, *asked.filters.clauses()))
    name = asked.cube or ("pair_days" if cells.is_of_pairs(asked.text) else "")
    if name:
        return _of(name, asked, read, cubes)
    prefix = "agent_" if cells.reads(read, "agent_id") else ""
    daily = _of(f"{prefix}days", asked, read, cubes)
    is_whole = daily.cube and not daily.edges.starts and _BY_CELL not in asked.text
    if is_whole or (prefix and not cubes.has_agent_hours):
        return daily
    is_plain = prefix and not cells.lacking("plain_agent_hours", read)
    prefix = "plain_agent_" if is_plain else prefix
    hourly = _of(f"{prefix}hours", asked, read, cubes)  # of a cut day an hour is asked from rows
    return daily if daily.cube and not hourly.cube else hourly


def _of(name: str, asked: Asked, read: str, cubes: Cubes) -> Plan:
    """Return the plan of a cube, or why it cannot answer."""
    hindrance = _hindrance(asked, read, has_hours=_is_hourly(name))
    if hindrance:
        return _rows(hindrance)
    if name in histograms.NAMES and _sessions(asked, cubes) < cubes.least_of_bins:
        return _rows("they are not so many that they cannot be asked exactly")
    if not _is_hourly(name):
        return _cut(name, _days(asked, cubes), asked, cubes)
    clock = _odd_hours(asked.bound["tz"], cubes.days) if "$tz" in read else ()
    return _cut(name, _hours(_moments(asked), clock, cubes), asked, cubes)


def _is_hourly(name: str) -> bool:
    """Return whether the cells of a cube are hours."""
    return name.endswith("hours")


def _hindrance(asked: Asked, read: str, *, has_hours: bool) -> str:
    """Return why the cube cannot answer what is read; nothing where it can."""
    if asked.filters.scope.agents is not None:
        return "the viewer sees only some agents"  # and shall not see how far the others reach
    if asked.cuts is None:
        return "the question is about each of them"
    missing = cells.unknown(read)
    if missing:
        return f"no cube has {', '.join(missing)}"
    if "$tz" in read and not has_hours:
        return "only the cube without agents has hours"
    lacking = cells.lacking(asked.cube, read) if asked.cube else ()
    if lacking:
        return f"these cells have no {', '.join(lacking)}"
    return ""


def _sessions(asked: Asked, cubes: Cubes) -> int:
    """Return about how many sessions the range of a question has."""
    return cubes.sessions(bindable(asked.period.after), bindable(asked.period.before))


def _rows(why: str) -> Plan:
    """Return that the sessions are asked one by one."""
    return Plan(f"{ANSWERED} the sessions: {why}.")


def _cut(name: str, cut: Sequence[tuple[datetime, datetime]], asked: Asked, cubes: Cubes) -> Plan:
    """Return the plan of a cube of which some cells, in order, are answered from rows."""
    told = f"{ANSWERED} {WORDS[name]}"
    if not cut:
        return Plan(f"{told}.", name, has_live=cubes.has_live)
    after = max(bindable(asked.period.after), cubes.first)
    before = min(bindable(asked.period.before), cubes.last + HOUR)
    inside = [cell for cell in cut if cell[1] > after and cell[0] < before]
    days = bisect_left(cubes.days, before) - bisect_right(cubes.days, after) + 1
    cells_of_range = days * HOURS if _is_hourly(name) else days
    ranges = _joined(inside)
    is_scattered = not _is_hourly(name) and len(ranges) > MOST_DAYS
    if is_scattered or (len(inside) > ALWAYS and len(inside) * MOST_CUT > cells_of_range):
        return _rows("the question cuts too many cells of a cube")
    if not inside:
        return Plan(f"{told}.", name, has_live=cubes.has_live)
    starts = tuple(start for start, _ in inside)
    return Plan(f"{told}{EDGES}", name, Edges(starts, ranges), cubes.has_live)


def _moments(asked: Asked) -> Iterator[datetime]:
    """Yield the moments at which a question tells sessions apart, naive UTC."""
    yield bindable(asked.period.after)
    yield bindable(asked.period.before)
    for cut in asked.cuts or ():
        found = _SPAN.fullmatch(cut)
        if found is None:
            given = asked.bound[cut]
            yield from given if isinstance(given, tuple) else (given,)
            continue
        first, count, length = (asked.bound[name] for name in found.groups())
        for number in range(count + 1):
            yield first + timedelta(microseconds=number * length)


def _hours(
    moments: Iterable[datetime], clock: Iterable[datetime], cubes: Cubes
) -> list[tuple[datetime, datetime]]:
    """Return the hours of UTC that moments lie inside of, and those of a clock, in order."""
    end = cubes.last + HOUR
    starts = {
        moment.replace(minute=0, second=0, microsecond=0)
        for moment in moments
        if cubes.first < moment < end and (moment.minute or moment.second or moment.microsecond)
    }
    starts.update(start for start in clock if cubes.first <= start < end)
    return [(start, start + HOUR) for start in sorted(starts)]


def _days(asked: Asked, cubes: Cubes) -> list[tuple[datetime, datetime]]:
    """Return the days that moments lie inside of, in order."""
    bounds = (*cubes.days, cubes.last + HOUR)
    places = {
        (bisect_left(bounds, moment), bisect_right(bounds, moment)) for moment in _moments(asked)
    }
    inside = sorted(left for left, right in places if left == right and 0 < left < len(bounds))
    return [(bounds[place - 1], bounds[place]) for place in inside]


def _joined(
    cut: Sequence[tuple[datetime, datetime]],
) -> tuple[tuple[datetime, datetime], ...]:
    """Return cells in order as ranges, those that touch as one."""
    joined: list[tuple[datetime, datetime]] = []
    for opens, closes in cut:
        if joined and joined[-1][1] == opens:
            joined[-1] = (joined[-1][0], closes)
        else:
            joined.append((opens, closes))
    return tuple(joined)


@lru_cache(maxsize=32)
def _odd_hours(zone: str, days: tuple[datetime, ...]) -> tuple[datetime, ...]:
    """Return the hours of UTC, naive, in which hours of a zone's clock begin and not with them.

    Of the days that have sessions.
    """
    dates = sorted({opens.date() for opens in days[1:]})
    noons = (datetime(day.year, day.month, day.day, 12, tzinfo=UTC) for day in dates)
    starts = (start for noon in noons for start in edges.hours(zone, noon, noon))
    inside = (start for start in starts if start.minute or start.second)
    return tuple(start.replace(minute=0, second=0, microsecond=0, tzinfo=None) for start in inside)
