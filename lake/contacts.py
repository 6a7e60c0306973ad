"""Contacts: the cells of days of lake/cubes.py again, of whose user came back.

A contact is a session that completed or failed and has a user and an end. `contact_days` counts
them, `contacts`, and those whose user came back by lake/returns.py within 24 hours and within a
week, `back_24h` and `back_7d`; of a day of the report zone, an agent, and the other columns of a
cell. `settled_contacts` are the sessions that it counts, one by one, with these three columns, and
`signed_contacts` is what live sessions change. A row of this may count no session, and only that
its user came back, or does no more; so these are not the rows of `signed`, each of which is a
session. Every sum over cells and `signed_contacts` is one over all sessions.
"""

import duckdb

from lake import days
from lake.returns import DAY_US, IS_CONTACT

COUNTED = ("contacts", "back_24h", "back_7d")
_SUMS = ", ".join(f"sum({name})::bigint as {name}" for name in COUNTED)


def _is_back(gap: str) -> tuple[str, str]:
    """Return whether a user came back within a day, and a week, as 1 or 0; `gap` may be null."""
    return f"coalesce({gap} < {DAY_US}, false)::bigint", f"({gap} is not null)::bigint"


def _counts(gap: str) -> str:
    """Return COUNTED of one contact."""
    in_a_day, in_a_week = _is_back(gap)
    return f"1::bigint as contacts, {in_a_day} as back_24h, {in_a_week} as back_7d"


def select(keys: str) -> str:
    """Return the select of `contact_days`; `keys` are the columns of a cell beside time and agent.

    Needs the table `cube_slots`.
    """
    return f"""
        select opens as started_at, agent_id, {keys}, {_SUMS}
        from {days.of("settled_contacts")}
        group by 1, 2, 3, 4, 5, 6"""


def build(connection: duckdb.DuckDBPyConnection, sessions: str, keys: str) -> None:
    """Make the cells of some sessions; needs the table `returns`."""
    connection.execute(f"""
        create view settled_contacts as
        select * exclude (gap_us), {_counts("gap_us")}
        from {sessions} left join returns using (session_no) where {IS_CONTACT}""")
    connection.execute(f"create table contact_days as {select(keys)} order by all")
    connection.execute("create view signed_contacts as select * from contact_days limit 0")


def live(cold: str, number: int, where: str, keys: str) -> str:
    """Return the select of `signed_contacts` of a publication; `where` leaves its live rows.

    Of users with live sessions all sessions have their return in `hot_returns`, those of the index
    too: what is told of these may change while they stay as they are.
    """
    day, week = _is_back("now_us")
    old_day, old_week = _is_back("gap_us")
    back = f"select session_no, gap_us as now_us from live.main.hot_returns where {where}"
    changed = f"""
        select session_no, is_gone, {day} - {old_day} as back_24h, {week} - {old_week} as back_7d
        from (
            select *, 0::bigint as is_gone from ({back})
            union all
            select session_no, null, 1 from live.main.overlaid where since <= {number}
        ) left join {cold}.returns using (session_no)
        where is_gone = 1 or {day} <> {old_day} or {week} <> {old_week}"""
    # Who came back is known to be a contact: not to look again halves the time.
    return f"""
        select started_at, agent_id, {keys}, {_counts("now_us")}
        from (select * from live.main.hot_sessions where {where})
        join ({back}) using (session_no) where {IS_CONTACT}
        union all
        select started_at, agent_id, {keys}, -is_gone as contacts, back_24h, back_7d
        from ({changed}) join {cold}.sessions using (session_no)
        where is_gone = 0 or ({IS_CONTACT})"""


def is_off(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether the cells do not add up to what the sessions are."""
    found = [
        connection.execute(f"select status, {_SUMS} from {name} group by 1 order by 1").fetchall()
        for name in ("settled_contacts", "contact_days")
    ]
    return found[0] != found[1]
