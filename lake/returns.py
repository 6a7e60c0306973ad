"""Who came back: `returns`, over Parquet and in the index.

`returns` has a row for each session that completed or failed and whose user has another session
that starts at its end or within a week from then: `session_no`, and `gap_us`, the microseconds from
its end to the first such start. In the index it is a table: two sessions in ten have a row, and to
find them takes as long as twenty questions about all sessions.
"""

import duckdb

from lake import marks

MARK = marks.sql("user_id")
MARKS = marks.rows(MARK, "(from sessions where user_id is not null)")
DAY_US = 24 * 3600 * 1_000_000
WEEK_US = 7 * DAY_US
# Which sessions may have a row.
IS_CONTACT = "status in ('completed', 'failed') and user_id is not null and ended_at is not null"


def select(sessions: str) -> str:
    """Return the select over a relation of sessions (a name of ours), among which users return."""
    return f"""
    with ended as (
        select session_no, user_id, started_at, ended_at
        from {sessions}
        where {IS_CONTACT}
    ),
    starts as (
        -- The next session of the user that starts when this one has ended: one pass in the order
        -- of each user's starts.
        select
            session_no,
            first_value(started_at) over (
                partition by user_id order by started_at
                range between
                    greatest(coalesce(ended_at - started_at, interval 0 seconds),
                        interval 0 seconds)
                    following and unbounded following
                exclude current row
            ) as next_at
        from {sessions}
        where user_id is not null and started_at is not null
    ),
    misplaced as (
        -- Those that have no place in that order, or end before they begin; there are hardly any.
        select
            ended.session_no,
            min(later.started_at) as next_at
        from ended
        join {sessions} as later
            on later.user_id = ended.user_id and later.session_no <> ended.session_no
            and later.started_at >= ended.ended_at
        where ended.started_at is null or ended.ended_at < ended.started_at
        group by ended.session_no
    ),
    followed as (
        select
            ended.session_no,
            epoch_us(ended.ended_at) as ended_us,
            epoch_us(
                case
                    when ended.started_at is null or ended.ended_at < ended.started_at
                        then misplaced.next_at
                    else starts.next_at
                end
            ) as next_us
        from ended
        left join starts using (session_no)
        left join misplaced using (session_no)
    )
    select
        session_no,
        next_us - ended_us as gap_us
    from followed
    where next_us - ended_us < {WEEK_US}"""


def view(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the relation readable over `sessions`, computed when it is asked."""
    connection.execute(f"create view returns as {select('sessions')}")


def table(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep the relation beside the table `sessions`, in its order, and `user_marks` of users."""
    connection.execute(f"create table returns as {select('sessions')} order by session_no")
    connection.execute(f"create table user_marks as {MARKS}")
