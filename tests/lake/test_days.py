"""The day of a session: the last that has begun by its start, also where one begins in an hour."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lake import days

ZONES = ("UTC", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns",
         "Australia/Lord_Howe", "America/Sao_Paulo")  # fmt: skip


def at(*when):
    """Return a moment as it stands in the tables: naive UTC."""
    return datetime(*when, tzinfo=UTC).replace(tzinfo=None)


STARTS = st.lists(st.none() | st.datetimes(at(2017, 1, 1), at(2019, 12, 31)))


def told(starts, zone):
    """Return each start with the beginning of its day."""
    with duckdb.connect() as connection:
        connection.execute("create table sessions (number integer, started_at timestamp)")
        for number, start in enumerate(starts):
            connection.execute("insert into sessions values ($1, $2)", [number, start])
        hour = "date_trunc('hour', started_at) as started_at"
        connection.execute(f"create table hours as select {hour} from sessions")
        days.build(connection, zone)
        found = connection.execute(f"select number, opens from {days.of('sessions')} order by 1")
        return found.fetchall()


def date_of(moment, zone):
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


@given(starts=STARTS, zone=st.sampled_from(ZONES))
def test_each_session_is_of_one_day_which_has_begun_by_its_start(starts, zone):
    found = told(starts, zone)

    assert list(range(len(starts))) == [number for number, _ in found]
    for start, (_, opens) in zip(starts, found, strict=True):
        if start is None:
            assert opens is None
            continue
        assert opens <= start
        assert date_of(start, zone) == date_of(opens, zone)
        assert date_of(opens, zone) != date_of(opens - timedelta(microseconds=1), zone)


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu"])
def test_a_day_that_begins_within_an_hour_parts_the_sessions_of_that_hour(zone):
    midnight = datetime(2026, 11, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)
    just_before = midnight - timedelta(microseconds=1)

    assert [(0, midnight - timedelta(days=1)), (1, midnight)] == told([just_before, midnight], zone)


def test_the_last_moment_of_the_calendar_has_a_day():
    ((_, opens),) = told([at(9999, 12, 31, 23, 59, 59, 999999)], "UTC")

    assert at(9999, 12, 31) == opens
