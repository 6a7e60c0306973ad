"""A walk by cursor over ten thousand sessions while others come, go and change."""

import random
from datetime import timedelta
from functools import cache

import duckdb
import pyarrow as pa
import pytest

from lake.instance import Instance
from lake.relations import SEARCH, naive_ddl
from lake.schema import SESSIONS
from queries import engine
from queries.sessions import SORTS
from tests.conftest import IS_SOAK
from tests.queries.conftest import Shelf, Shown
from tests.queries.world import TICK

pytestmark = pytest.mark.soak

SIZE = 10_000
WALKS = 100 if IS_SOAK else 12
COLUMNS = [field.name for field in SESSIONS if field.name != "content_hash"]
STATUSES = ("active", "completed", "failed", "cancelled")
FILTERS = ("", "channel=web,sip", "status=completed,failed", "agent=a1", "has=start")


class Moving:
    """Sessions that change under a walk; every change is a publication of another name."""

    def __init__(self, seed):
        self.chance = random.Random(seed)  # noqa: S311  the same changes each time
        self.connection = duckdb.connect(config={"threads": 1})
        self.connection.execute("set TimeZone = 'UTC'")
        self.connection.execute("create sequence places")
        self.connection.execute(f"create table sessions ({naive_ddl()})")
        self.count = SIZE
        self._insert(first_sessions())
        self.shelf = Shelf(None)
        self.publish()

    def publish(self):
        name = f"moving-{self.count}-{self.chance.random()}"
        self.shelf.publication = Shown(Instance(self.connection), name, cold=None)

    def add(self, many):
        numbers = range(self.count, self.count + many)
        self.count += many
        self._insert(sessions(self.chance, numbers))

    def _insert(self, added):
        self.connection.register("added", added)
        self.connection.execute(
            f"insert into sessions by name select *, {SEARCH} as search from added"
        )
        self.connection.unregister("added")

    def change(self):
        """Let some come, some go, some end, some be renamed; return those that were touched."""
        self.add(40)
        gone = self._some(20)
        ended = [each for each in self._some(200) if each not in gone]
        named = [each for each in self._some(40) if each not in gone]
        run = self.connection.execute
        run("delete from sessions where session_id in $ids", {"ids": gone})
        run(
            "update sessions set status = 'completed', ended_at = $at, "
            "duration_ms = date_diff('millisecond', started_at, $at) "
            "where session_id in $ids and status = 'active' and started_at is not null",
            {"ids": ended, "at": TICK.replace(tzinfo=None) + timedelta(minutes=1)},
        )
        run("update sessions set agent_name = 'New' where session_id in $ids", {"ids": named})
        self.publish()
        return {*gone, *ended, *named}

    def rows(self, clause="true"):
        found = self.connection.execute(
            f"select session_id, started_at, duration_ms, status from sessions where {clause}"
        )
        return {row[0]: row[1:] for row in found.fetchall()}

    def _some(self, many):
        return [f"m{self.chance.randrange(self.count)}" for _ in range(many)]


def sessions(chance, numbers):
    """Return sessions of the last days as they are stored; many share a start, some have none."""
    rows = [_row(chance, number) for number in numbers]
    return pa.Table.from_pylist(rows, SESSIONS).drop_columns("content_hash")


@cache
def first_sessions():
    return sessions(random.Random(20261102), range(SIZE))  # noqa: S311  the same each time


def _row(chance, number):
    minutes = chance.randrange(5 * 1440)
    started_at = None if chance.random() < 0.05 else TICK - timedelta(minutes=minutes)
    status = chance.choice(STATUSES)
    is_over = status != "active" and started_at is not None
    lasted = timedelta(seconds=chance.randrange(1, 600))
    return {
        "session_id": f"m{number}", "source": "test", "agent_id": f"a{number % 3}",
        "agent_name": "Agent", "channel": chance.choice(["web", "sip", "phone"]),
        "type": "chat", "status": status, "started_at": started_at,
        "ended_at": started_at + lasted if is_over else None,
        "duration_ms": lasted // timedelta(milliseconds=1) if is_over else None,
        "message_count": 0, "event_count": 0, "metadata": "{}", "event_kinds": [],
        "updated_at": TICK, "content_hash": "",
    }  # fmt: skip


CLAUSES = {
    "": "true", "channel=web,sip": "channel in ('web', 'sip')",
    "status=completed,failed": "status in ('completed', 'failed')", "agent=a1": "agent_id = 'a1'",
    "has=start": "started_at is not null",
}  # fmt: skip


@pytest.mark.parametrize("seed", range(WALKS))
def test_none_is_seen_twice_and_none_that_stayed_is_missed(
    client, running, api_settings, counted, seed
):
    counted("walks", 1, seed=seed)
    moving = Moving(seed)
    sort, query = sorted(SORTS)[seed % 4], FILTERS[seed % len(FILTERS)]
    limit = moving.chance.choice([500, 900, 1000])
    before = moving.rows(CLAUSES[query])
    seen, touched, cursor = [], set(), ""
    with engine.running(moving.shelf, api_settings):
        while cursor is not None:
            page = client.get(
                f"/sessions?sort={sort}&limit={limit}&fields=session_id&{query}{cursor}"
            ).json()
            seen += [row["session_id"] for row in page["data"]]
            following = page["meta"]["next_cursor"]
            cursor = None if following is None else f"&cursor={following}"
            touched |= moving.change()
    after = moving.rows(CLAUSES[query])
    moving.connection.close()

    stayed = {each for each in before.keys() & after.keys() if before[each] == after[each]}
    assert stayed <= set(seen)
    # What has ended lasted longer than it had by then: sorted by that, it has moved.
    moved = touched if sort.endswith("duration") else set()
    counts = [each for each in seen if each not in moved]
    assert len(counts) == len(set(counts))
    assert len(stayed) > len(before) * 0.5
