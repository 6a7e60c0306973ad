"""Days of the report zone, as the index counts them: where each begins, and which a session is of.

`cube_days` has the moments `opens` at which the days begin that sessions start in, the first one at
the beginning of all. `cube_slots` has each hour of UTC in which sessions start, `slot`, once for
each day that it touches: from `since` until `till`, null where the hour ends first, the day is the
one that opens at `opens`. So the day of a session is found by a join on its hour, which holds
nothing back: an asof join sorts all sessions first (measured: of ten million more than the memory
that building has).
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile, zip_longest
from zoneinfo import ZoneInfo

import duckdb

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

COLUMNS = ("slot", "since", "till", "opens")
_FIRST = datetime(1, 1, 1)  # noqa: DTZ001  naive UTC as in the tables


def of(sessions: str) -> str:
    """Return what to select from for sessions (a relation of ours) with their day's `opens`.

    It is null for those without a start.
    """
    return f"""{sessions} left join cube_slots
        on date_trunc('hour', started_at) = slot
        and started_at >= since and coalesce(started_at < till, true)"""


def build(connection: duckdb.DuckDBPyConnection, zone: str) -> None:
    """Make both tables, of the hours in the table `hours`."""
    told = connection.execute(
        "select distinct started_at from hours where started_at is not null order by 1"
    ).fetchall()
    hours = [hour for (hour,) in told]
    begins = _starts({hour.date() for hour in hours}, zone)
    connection.execute("create table cube_days (opens timestamp)")
    connection.execute("insert into cube_days select unnest($begins)", {"begins": begins})
    columns = ", ".join(f"{name} timestamp" for name in COLUMNS)
    connection.execute(f"create table cube_slots ({columns})")
    rows = [row for hour in hours for row in _slots(hour, begins)]
    given = dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=False))
    if given:
        listed = ", ".join(f"unnest(${name})" for name in COLUMNS)
        connection.execute(f"insert into cube_slots select {listed}", given)


def _slots(
    hour: datetime, begins: Sequence[datetime]
) -> Iterator[tuple[datetime, datetime, datetime | None, datetime]]:  # fmt: skip
    """Yield hour, from when, until when, and the day's beginning, of each day that it touches."""
    first = bisect_right(begins, hour) - 1
    days = [begins[first], *takewhile(lambda at: at - hour < HOUR, begins[first + 1 :])]
    for day, till in zip_longest(days, days[1:]):
        yield hour, max(day, hour), till, day


def _starts(dates: set[date], zone: str) -> list[datetime]:
    """Return where the days of a zone begin that touch some days of UTC."""
    begins = {_FIRST}
    for day in dates:
        for near in (-1, 0, 1, 2):
            try:
                midnight = datetime.combine(day + near * DAY, time.min, ZoneInfo(zone))
                begins.add(midnight.astimezone(UTC).replace(tzinfo=None))
            except OverflowError:  # at the ends of the calendar
                continue
    return sorted(begins)
