"""`returns` of live sessions beside an index: found anew for the users that they are of.

Of these users every session has a row here, with or without a return, and those of the index do not
count.
"""

import duckdb

from lake import returns

_COLUMNS = "session_no, user_id, status, started_at, ended_at"
_NOW = f"until = {2**62}"


def make(cursor: duckdb.DuckDBPyConnection) -> None:
    """Make the tables: `own_sessions` are those of the index of users with live sessions."""
    cursor.execute("""
        create table live.main.own_sessions (
            session_no bigint, user_id varchar, status varchar, started_at timestamp,
            ended_at timestamp)""")
    cursor.execute("create table live.main.own_users (user_id varchar)")


def take(cursor: duckdb.DuckDBPyConnection, cold: str, number: int) -> None:
    """Find anew who came back, among the users of the sessions that a publication changes."""
    cursor.execute(f"""
        create or replace temp table users as
        select distinct user_id from (
            select user_id from live.main.hot_sessions where since = {number} or until = {number}
            union all
            select c.user_id from {cold}.sessions as c
            where session_no in (
                select o.session_no from live.main.overlaid as o
                semi join (select * from live.main.hot_sessions where since = {number}) as h
                    using (session_id)
            )
        ) where user_id is not null""")
    cursor.execute("""
        create or replace temp table new_users as
        select user_id from users anti join live.main.own_users as known using (user_id)""")
    if cursor.execute("select count(*) from new_users").fetchall()[0][0]:
        cursor.execute("insert into live.main.own_users select user_id from new_users")
        cursor.execute(f"""
            create or replace temp table places as
            select session_no from {cold}.user_marks
            where mark in (select {returns.MARK} from new_users)""")
        cursor.execute(f"""
            insert into live.main.own_sessions
            select {_COLUMNS} from {cold}.sessions
            where session_no in (select session_no from places)
                and user_id in (select user_id from new_users)""")
    _find(cursor, number)


def shown(cold: str, where: str) -> str:
    """Return the select of `returns`."""
    return f"""
        select session_no, gap_us from live.main.hot_returns
        where {where} and gap_us is not null
        union all
        select session_no, gap_us from {cold}.returns
        where session_no not in (select session_no from live.main.hot_returns where {where})"""


def _find(cursor: duckdb.DuckDBPyConnection, number: int) -> None:
    cursor.execute(f"""
        create or replace temp table theirs as
        select {_COLUMNS} from live.main.own_sessions
        where user_id in (select user_id from users)
            and session_no not in (select session_no from live.main.overlaid)
        union all
        select {_COLUMNS} from live.main.hot_sessions
        where {_NOW} and user_id in (select user_id from users)""")
    cursor.execute(f"""
        update live.main.hot_returns set until = {number}
        where {_NOW} and user_id in (select user_id from users)""")
    cursor.execute(f"""
        insert into live.main.hot_returns by name
        select session_no, gap_us, user_id, {number} as since, {2**62} as until
        from theirs left join ({returns.select("theirs")}) as found using (session_no)""")
