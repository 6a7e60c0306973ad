"""A few hundred nasty sessions, the same in every run, and strategies for filters over them."""

import json
import random
from datetime import UTC, datetime, timedelta

import pyarrow as pa
from hypothesis import strategies as st

from lake.schema import EVENTS, MESSAGES, SESSIONS, Batch
from models import Channel, EventKind, SessionType, Status
from queries.choices import Has, Range, Returned
from queries.clauses import Clause, Operator
from queries.filters import Filters, Scope

NOW = datetime(2026, 11, 2, 12, 0, 7, tzinfo=UTC)
TICK = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
ZONES = (
    "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC",
    "Pacific/Apia", "America/Santiago", "Asia/Kolkata",
)  # fmt: skip
# Where clocks change: Lord Howe by half an hour, Santiago at midnight, Berlin, St. John's.
CHANGES = (
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    datetime(2026, 9, 6, 4, 0, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
    datetime(2026, 11, 1, 4, 30, tzinfo=UTC),
)
AGENTS = {
    "a1": ["Straße", "STRASSE"],
    "a2": ["100% sure_thing", "İstanbul"],
    "a'3; drop table sessions --": ["Ärzte, \\comma"],
    "Ω": ["ΣΊΣΥΦΟΣ σς"],
}
USERS = ["u1", "u2", "U_2", "ñandú", "u%", "x,y", "back\\slash"]
TEXTS = [
    "pro", "Pro", "50%", "5_0", "5", "05", "5.0", "-3", "+7", "1e3", "nan", "inf", "ß", "ẞ", "ǅ",
    "", " ", "=x", '"quoted"', "a\0b", "ﬀ", "\U0001f600", "\uffff", "line\nbreak",
    "I", "\u0131", "İ",
]  # fmt: skip
KEYS = ["plan", "tags", "order id", "a=b", "Ключ", '"', "contains", "nested.key", "!"]
ERRORS = ["timeout calling crm", "no route, to host", "ünknown %"]


def rows():
    """Return the sessions as the oracle reads them."""
    chance = random.Random(20261102)  # noqa: S311  the same sessions each time
    return [_row(chance, number) for number in range(400)] + _edges(chance)


def _edges(chance):
    return [*_returns(chance), *_fresh(chance), *_ended_a_day_ago(chance), *_misplaced(chance)]


def _returns(chance):
    """Return a session for each user who came back at the edge of a window, and the return."""
    edges = [timedelta(days=days, microseconds=us) for days in (0, 1, 7) for us in (-1, 0, 1)]
    end = TICK - timedelta(days=20)
    made = []
    for number, gap in enumerate(edges):
        for part, started_at in enumerate((end - timedelta(minutes=1), end + gap)):
            row = _row(chance, number)
            row |= {"session_id": f"r{part}-{number}", "user_id": f"r{number}", "agent_id": "a1"}
            row |= {"status": "completed", "started_at": started_at, "ended_at": end}
            made.append(row | {"duration_ms": 60_000, "agent_name": AGENTS["a1"][part]})
    return made


def _fresh(chance):
    """Return sessions of an agent without a day of history, some of them without a start."""
    return [
        _row(chance, 0)
        | {"session_id": f"f-{number}", "agent_id": "fresh", "ended_at": None}
        | {"started_at": TICK - timedelta(hours=number) if number else None}
        for number in (0, 0.5, 23, 24)
    ]


def _row(chance, number):
    status = chance.choice([*Status, Status.COMPLETED, Status.FAILED])
    agent = chance.choice(list(AGENTS))
    failed = status is Status.FAILED and chance.random() < 0.8
    kinds = chance.sample(list(EventKind), chance.choice([0, 0, 1, 3]))
    return {
        "session_id": f"{chance.choice(['S', 's', 'x_'])}{number * 7919 % 1000}-{number}",
        "source": "test",
        "external_id": chance.choice([None, None, f"EXT%{number}", f"Ärger_{number}"]),
        "agent_id": agent,
        "agent_name": chance.choice(AGENTS[agent]),
        "channel": str(chance.choice([*Channel, Channel.SIP])),
        "type": str(chance.choice(list(SessionType))),
        "status": str(status),
        "end_reason": None,
        "first_response_ms": number * 37 % 5000 if number % 3 else None,
        "message_count": chance.choice([0, 0, 1, 9]),
        "event_count": len(kinds),
        "user_id": chance.choice([None, *USERS]),
        "error": "It failed." if failed else None,
        "error_key": chance.choice(ERRORS) if failed else None,
        "metadata": _metadata(chance),
        "updated_at": TICK,
        "event_kinds": [str(kind) for kind in kinds],
        **_times(chance, number, status),
    }


def _times(chance, number, status):
    started_at = _start(chance, number)
    has_length = started_at is not None and status is not Status.ACTIVE and chance.random() < 0.9
    length = timedelta(microseconds=chance.choice([0, 1, 999, 1000, 10**9, 10**10, 2 * 10**11]))
    heard = started_at is not None and chance.random() < 0.5
    return {
        "started_at": started_at,
        "ended_at": started_at + length if has_length else None,
        "duration_ms": length // timedelta(milliseconds=1) if has_length else None,
        "last_message_at": started_at + timedelta(seconds=90, microseconds=5) if heard else None,
    }


def _misplaced(chance):
    """Return sessions of one user that overlap, last no time, end before they begin or never began.

    At the same few moments, so that each is the next of another.
    """
    moments = [TICK - timedelta(days=3, hours=hours) for hours in (0, 5, 5, 40)]
    made = []
    for number, ended_at in enumerate(moments):
        for gap in (timedelta(hours=-6), timedelta(0), timedelta(hours=4), None):
            row = _row(chance, 0) | {
                "session_id": f"m-{len(made)}",
                "user_id": "m",
                "agent_id": "a1",
            }
            row |= {"agent_name": AGENTS["a1"][number % 2], "status": "completed"}
            started_at = None if gap is None else ended_at + gap
            row |= {"started_at": started_at, "ended_at": ended_at, "duration_ms": None}
            made.append(row)
    return made


def _ended_a_day_ago(chance):
    """Return sessions that ended just before, at, and just after the tick of the day before."""
    moments = [TICK - timedelta(days=1, microseconds=us) for us in (1, 0, -1)]
    return [
        _row(chance, 0)
        | {"session_id": f"e-{number}", "status": "completed", "duration_ms": 10**6}
        | {"started_at": ended_at - timedelta(seconds=1000), "ended_at": ended_at}
        for number, ended_at in enumerate(moments)
    ]


def _start(chance, number):
    """Return a start: none, at clock changes, at the edges of ranges, tied, lately, long ago."""
    edge = TICK - timedelta(days=chance.choice([1, 2, 7, 14, 30, 60]))
    long_ago = datetime(chance.choice([1969, 1995, 2016, 2028]), 3, 29, 1, 30, 0, 999, tzinfo=UTC)
    starts = [
        None,
        chance.choice(CHANGES) + timedelta(minutes=chance.randrange(-180, 180, 15)),
        edge + timedelta(microseconds=chance.choice([-1, 0, 1])),
        TICK + timedelta(seconds=chance.choice([-1, 0, 5, 7])),
        datetime(2026, 10, chance.randrange(1, 31), tzinfo=UTC),
        long_ago,
        TICK - timedelta(seconds=chance.randrange(50 * 3600), microseconds=number),
        TICK - timedelta(minutes=chance.randrange(60 * 1440)),
    ]
    return starts[number % len(starts)]


def _metadata(chance):
    keys = chance.sample(KEYS, chance.randrange(0, 4))
    return {key: [chance.choice(TEXTS) for _ in range(chance.randrange(0, 3))] for key in keys}


def batch(sessions):
    """Return the sessions as an importer hands them over, with two messages and an event each."""
    stored = [
        {**row, "metadata": json.dumps(row["metadata"]), "content_hash": row["session_id"]}
        for row in sessions
    ]
    common = [
        {"session_id": r["session_id"], "session_started_at": r["started_at"]} for r in sessions
    ]
    messages = [
        {**each, "seq": seq, "sender": sender, "content": f"{sender} {each['session_id']}"}
        for each in common
        for seq, sender in ((3, "agent"), (1, "user"))
    ]
    events = [{**each, "seq": 2, "kind": "note", "name": "n", "detail": "d"} for each in common]
    return Batch(
        pa.Table.from_pylist(stored, SESSIONS),
        pa.Table.from_pylist(messages, MESSAGES),
        pa.Table.from_pylist(events, EVENTS),
    )


def _some(values, most=3):
    return st.lists(st.sampled_from(list(values)), min_size=1, max_size=most)


MOMENTS = st.one_of(
    st.integers(0, 95 * 86_400).map(lambda seconds: TICK - timedelta(seconds=seconds - 86_400)),
    st.sampled_from([change + timedelta(hours=n) for change in CHANGES for n in (-24, -1, 0, 1)]),
    st.builds(
        lambda day, hour, half: datetime(2026, 10, day, hour, half, tzinfo=UTC),
        st.integers(1, 31),
        st.sampled_from([3, 4, 10, 13, 18, 22, 23]),  # midnight in one zone or the other
        st.sampled_from([0, 15, 30]),
    ),
)  # fmt: skip
CLAUSES = st.builds(
    lambda key, operator, value: Clause(
        key=key, operator=operator, value="" if operator in ("exists", "missing") else value
    ),
    st.sampled_from(KEYS),
    st.sampled_from(Operator),
    st.sampled_from(TEXTS) | st.integers(-9, 99).map(str) | st.text(max_size=5),
)
SEARCHES = st.one_of(
    st.sampled_from(
        ["%", "_", "'", "STRASSE", "straße", "ß", "Σ", "ς", "i", "İ", "pro", "ext%1", "\\"]
    ),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=3),
)
FIELDS = {
    "q": SEARCHES,
    "range": st.sampled_from([Range.DAY, Range.WEEK, Range.MONTH]),
    "tz": st.sampled_from(ZONES),
    "channel": _some(Channel),
    "type": _some(SessionType),
    "status": _some(Status),
    "agent": _some([*AGENTS, "nobody"]),
    "user": _some([*USERS, "nobody"]),
    "metadata": st.lists(CLAUSES, min_size=1, max_size=2),
    "duration_min": st.sampled_from([0, 1, 10**6, 10**7]),
    "duration_max": st.sampled_from([0, 1, 10**6, 10**7]),
    "has": _some(Has, 2),
    "error": _some(ERRORS),
    "event": _some(EventKind),
    "weekday": _some(range(1, 8)),
    "hour": _some(range(24), 6),
    "silent_min": st.sampled_from([0, 90_000, 10**7]),
    "returned": st.sampled_from(Returned),
    "scope": st.sampled_from(
        [
            Scope(frozenset({"a1", "Ω"})),
            Scope(frozenset({"fresh"})),
            Scope(frozenset()),
        ]
    ),
}


@st.composite
def filters(draw):
    """Return filters with up to four fields set, perhaps a custom range."""
    names = draw(st.lists(st.sampled_from(sorted(FIELDS)), max_size=4, unique=True))
    given = {name: draw(FIELDS[name]) for name in names}
    if "range" not in given and draw(st.integers(0, 2)) == 0:
        bounds = draw(st.tuples(MOMENTS | st.none(), MOMENTS | st.none()))
        given |= dict(zip(("started_after", "started_before"), bounds, strict=True))
    return Filters.model_validate(given)
