"""What the sample data is to show to whoever looks for it."""

from datetime import timedelta

import polars as pl
import pytest

from ingest.demo import script
from models import Channel, EventKind, SessionType, Status
from tests.demo.conftest import END, ZONE, frames

LOCAL = pl.col("started_at").dt.convert_time_zone(ZONE)


def rate(sessions, status="failed"):
    return (sessions["status"] == status).mean()


def count(sessions, *by):
    return dict(sessions.group_by(*by).len().iter_rows())


def test_the_channels_have_different_shares(data):
    shares = count(data[0], "channel")

    assert set(Channel) == set(shares)
    assert max(shares, key=shares.get) == Channel.WEB
    assert shares[Channel.WEB] > 0.3 * len(data[0])
    assert shares[Channel.SIP] > 0.02 * len(data[0])


def test_a_dozen_agents_differ_in_share_and_failures(data):
    agents = (
        data[0].group_by("agent_name").agg(pl.len(), failed=(pl.col("status") == "failed").mean())
    )

    assert len(agents) == 12
    assert agents["len"].max() > 8 * agents["len"].min()
    assert agents["failed"].max() > 4 * agents["failed"].min()


def test_each_agent_has_one_name(data):
    assert 12 == data[0].select("agent_id", "agent_name").n_unique()


def test_calls_are_spoken_and_messengers_are_written(data):
    kinds = {
        channel: set(data[0].filter(pl.col("channel") == channel)["type"]) for channel in Channel
    }

    assert kinds[Channel.PHONE] == kinds[Channel.SIP] == {SessionType.VOICE}
    assert kinds[Channel.TELEGRAM] == kinds[Channel.WHATSAPP] == {SessionType.CHAT}
    assert kinds[Channel.WEB] == {SessionType.CHAT, SessionType.VIDEO}
    assert kinds[Channel.MOBILE_SDK] == set(SessionType)


def test_every_status_and_every_kind_of_event_occurs(data):
    sessions, _, events = data
    assert set(Status) == set(sessions["status"])
    assert set(events["kind"]) == set(EventKind) - {EventKind.SYSTEM, EventKind.NOTE}
    assert 0.02 < rate(sessions) < 0.06
    assert 0.05 < rate(sessions, "cancelled") < 0.15


def test_some_sessions_run_and_a_few_are_stuck_for_hours(data):
    active = data[0].filter(pl.col("status") == "active")
    silent = END - active["last_message_at"].drop_nulls()

    assert 10 <= len(active) <= 60
    assert 3 <= (silent > timedelta(hours=2)).sum() <= 9
    assert (END - active["started_at"] < timedelta(minutes=30)).sum() >= 5


@pytest.mark.parametrize("hour", [2, 13])
def test_some_sessions_run_at_any_hour(hour):
    sessions, _, _ = frames(1_000, end=END.replace(hour=hour))

    assert (sessions["status"] == "active").sum() >= 3


def test_the_incident_stands_out(data):
    day = (END - timedelta(days=9)).date()
    hours = LOCAL.dt.hour().is_between(11, 14)
    usual = data[0].filter(LOCAL.dt.date() != day)
    broken = data[0].filter((LOCAL.dt.date() == day) & hours)
    key = broken.filter(pl.col("status") == "failed")["error_key"].mode().first()
    hit = data[0].filter(pl.col("error_key") == key)

    assert rate(broken) > 5 * rate(usual)
    assert "payment provider" in key
    assert [day] == hit.select(LOCAL.dt.date()).to_series().unique().to_list()
    assert {("Nova Checkout", "web")} == set(hit.select("agent_name", "channel").iter_rows())


def test_the_holiday_is_quiet(data):
    days = count(data[0], LOCAL.dt.date())
    day = (END - timedelta(days=24)).date()  # a Sunday: the Friday before it
    holiday = day - timedelta(days=2)
    usual = days[holiday - timedelta(days=7)]

    assert 0.08 < days[holiday] / usual < 0.25


@pytest.mark.parametrize("end", [END, END - timedelta(days=200)])
@pytest.mark.parametrize("zone", [ZONE, "Asia/Kathmandu", "America/Los_Angeles"])
def test_days_and_weeks_have_their_rhythm_in_the_report_zone(end, zone):
    sessions, _, _ = frames(6_000, end=end, zone=zone)
    local = pl.col("started_at").dt.convert_time_zone(zone)
    hours = count(sessions, local.dt.hour())
    weekdays = count(sessions, local.dt.weekday())

    assert min(hours[hour] for hour in (9, 10, 11, 14, 15)) > 6 * max(hours[h] for h in (1, 2, 3))
    assert max(weekdays[6], weekdays[7]) < 0.65 * min(weekdays[day] for day in range(1, 6))


def test_there_is_slow_growth(data):
    first = data[0].filter(pl.col("started_at") < END - timedelta(days=62))
    last = data[0].filter(pl.col("started_at") >= END - timedelta(days=28))

    assert 1.1 < len(last) / len(first) < 1.5


def test_durations_have_a_heavy_tail(data):
    lasting = data[0]["duration_ms"]

    assert 60_000 < lasting.median() < 600_000
    assert lasting.quantile(0.95) > 4 * lasting.median()
    assert lasting.max() > 100 * lasting.median()


def test_some_users_are_back_within_a_day(data):
    users = data[0].drop_nulls("user_id").sort("user_id", "started_at")
    gaps = users.select(pl.col("started_at").diff().over("user_id")).to_series().drop_nulls()

    assert 0.04 < (gaps < timedelta(days=1)).sum() / len(users) < 0.25
    assert 0 < data[0]["user_id"].null_count() < 0.15 * len(data[0])


def test_a_user_keeps_language_plan_and_customer_number(data):
    told = (
        data[0]
        .drop_nulls("user_id")
        .select(
            "user_id",
            *(
                pl.col("metadata").str.json_path_match(f"$.{key}[0]").alias(key)
                for key in ("customer_id", "language", "plan", "region")
            ),
        )
    )

    assert told["user_id"].n_unique() == told.n_unique()


def test_every_language_is_spoken(data):
    language = pl.col("metadata").str.json_path_match("$.language[0]")

    assert {one.code for one in script.languages()} == set(data[0].select(language).to_series())


def test_recordings_belong_to_ended_calls(data):
    has = pl.col("metadata").str.contains("https://recordings.example/", literal=True)
    recorded = data[0].filter(has)
    calls = data[0].filter((pl.col("type") != "chat") & (pl.col("status") != "active"))

    assert recorded["session_id"].equals(calls["session_id"])


def test_user_and_agent_take_turns(data):
    """Two of one side follow each other only across an event, or when a user has fallen silent."""
    _, messages, events = data
    said = messages.select("session_id", "seq", "sender")
    done = events.select("session_id", "seq", pl.lit("event").alias("sender"))
    turns = pl.concat([said, done]).sort("session_id", "seq")
    before = [pl.col(name).shift(1).over("session_id") for name in ("sender",)]
    repeated = turns.filter((pl.col("sender") == before[0]) & (pl.col("sender") != "event"))

    assert not (repeated["sender"] == "user").any()
    assert len(repeated) < 0.01 * len(messages)


def test_a_tool_answers_under_its_own_name(data):
    events = data[2].sort("session_id", "seq")
    tools = events.filter(pl.col("kind") == "tool_result")
    calls = events.filter(pl.col("kind") == "tool_call")

    assert set(tools["name"]) <= set(calls["name"])
    assert tools["detail"].str.json_decode(pl.Struct([])).null_count() == 0
