"""`pairs` and `pair_names` of live sessions beside an index, whose own rows stay as they are.

A value of which the index has too few for a number of its own gets one once there are enough
together with the live ones. Its rows in the index have the number of all rare values; so they are
told a second time under the new one, with -1 as `nth`: they count for the value, and not again for
the key.
"""

import duckdb

from lake import pairs

AGAIN = -1  # the `nth` of what is told a second time
_NOW = f"until = {2**62}"


def make(cursor: duckdb.DuckDBPyConnection) -> None:
    """Make the tables: `rare` are values without a number in the index, and how often it has them.

    `hot_names` are the numbers that the index does not know.
    """
    cursor.execute("""
        create table live.main.rare (key varchar, value varchar, cold bigint, pair integer)""")
    cursor.execute("""
        create table live.main.hot_names (pair integer, key varchar, value varchar)""")


def take(cursor: duckdb.DuckDBPyConnection, cold: str, number: int) -> None:
    """Take in the pairs of the sessions that a publication has brought, which is `number`."""
    new = f"(select * from live.main.hot_sessions where since = {number})"
    cursor.execute(f"""
        update live.main.hot_pairs set until = {number}
        where {_NOW} and nth <> {AGAIN} and session_no in (select session_no from {new})""")
    cursor.execute(f"create or replace temp table brought as {pairs.rows(new)}")
    _count_rare(cursor, cold)
    cursor.execute(f"""
        insert into live.main.hot_pairs by name
        select session_id, session_no, nth, b.key, b.value,
            coalesce(usual.pair, rare.pair, other.pair) as pair,
            {number} as since, {2**62} as until
        from brought as b
        left join {cold}.pair_names as usual on usual.key = b.key and usual.value = b.value
        left join live.main.rare as rare on rare.key = b.key and rare.value = b.value
        left join ({names(cold)}) as other on other.key = b.key and other.value is null""")
    _promote(cursor, cold, number)


def shown(cold: str, where: str, gone: str) -> str:
    """Return the select of `pairs`; `gone` leaves out the sessions that lie in both."""
    return f"""
        select * exclude (since, until)
        from (select * from live.main.hot_pairs where {where}) {gone}
        union all
        select * from {cold}.pairs {gone}"""


def names(cold: str) -> str:
    """Return the select of `pair_names`."""
    return f"""
        select pair, key, value from {cold}.pair_names
        union all
        select pair, key, value from live.main.hot_names"""


def counts(cold: str, where: str) -> str:
    """Return the select of `pair_counts`, of numbers that the index knows; some have two rows."""
    return f"""
        select pair, n from {cold}.pair_counts
        union all
        select pair, n + live from {cold}.pair_counts
        join (
            select pair, count(*) as live from live.main.hot_pairs where {where} group by pair
        ) using (pair)"""


def _count_rare(cursor: duckdb.DuckDBPyConnection, cold: str) -> None:
    """Count the values that are new here and have no number, and number the keys that are new."""
    cursor.execute(f"""
        create or replace temp table unknown as
        select distinct key, value from brought
        anti join {cold}.pair_names as usual using (key, value)
        anti join live.main.rare as known using (key, value)""")
    if not cursor.execute("select count(*) from unknown").fetchall()[0][0]:
        return
    _count_cold(cursor, cold)
    cursor.execute("""
        insert into live.main.rare
        select key, value, coalesce(cold, 0), null
        from unknown left join counted using (key, value)""")
    cursor.execute(f"""
        insert into live.main.hot_names
        select (select max(pair) from ({names(cold)})) + row_number() over (order by key), key, null
        from (
            select distinct key from unknown
            anti join (select key from ({names(cold)}) where value is null) as known using (key)
        )""")


def _count_cold(cursor: duckdb.DuckDBPyConnection, cold: str) -> None:
    """Count in the index those of the unknown values that it may have, where it may have them.

    To look at every pair takes a third of a second of ten million sessions.
    """
    cursor.execute(f"""
        create or replace temp table perhaps as
        select key, value, session_no
        from (select key, value, {pairs.MARK} as mark from unknown)
        join {cold}.rare_marks using (mark)""")
    cursor.execute(f"""
        create or replace temp table counted as
        select key, value, count(*) as cold from {_those(cold, "perhaps")}
        semi join perhaps using (session_no, key, value)
        group by key, value""")


def _those(cold: str, places: str) -> str:
    """Return the pairs of the index in the sessions of a table."""
    return f"(select * from {cold}.pairs where session_no in (select session_no from {places}))"


def _promote(cursor: duckdb.DuckDBPyConnection, cold: str, number: int) -> None:
    """Give a number to each value that has become usual, in the index and here."""
    cursor.execute(f"""
        create or replace temp table promoted as
        select key, value, cold,
            (select coalesce(max(pair), 0) from ({names(cold)}))
                + row_number() over (order by key, value) as pair
        from (
            select key, value, cold from live.main.rare
            join (
                select key, value, count(*) as hot from live.main.hot_pairs
                where {_NOW} and nth <> {AGAIN} group by key, value
            ) using (key, value)
            where pair is null and cold + hot >= {pairs.USUAL}
        )""")
    if not cursor.execute("select count(*) from promoted").fetchall()[0][0]:
        return
    cursor.execute("insert into live.main.hot_names select pair, key, value from promoted")
    for table in ("rare", "hot_pairs"):
        cursor.execute(f"""
            update live.main.{table} as old set pair = promoted.pair from promoted
            where old.key = promoted.key and old.value = promoted.value""")
    cursor.execute(f"""
        create or replace temp table places as
        select session_no from {cold}.rare_marks
        where mark in (select {pairs.MARK} from promoted where cold > 0)""")
    cursor.execute(f"""
        insert into live.main.hot_pairs by name
        select session_id, session_no, case when nth = 0 then 0 else {AGAIN} end as nth,
            p.key, p.value, promoted.pair as pair, {number} as since, {2**62} as until
        from {_those(cold, "places")} as p
        join promoted on promoted.key = p.key and promoted.value = p.value""")
