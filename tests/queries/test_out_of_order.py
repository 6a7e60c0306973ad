"""Sessions whose messages go back in time, against a look at each message."""

import json
import random
from datetime import timedelta
from itertools import pairwise

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lake import cold, index
from lake.schema import EVENTS, MESSAGES, SESSION_COLUMNS, SESSIONS, Batch
from lake.writer import Writer
from queries import engine, health
from queries.filters import Scope
from tests.conftest import IS_SOAK
from tests.queries import world
from tests.queries.conftest import Shelf, Shown, shown

DAY = timedelta(hours=24)
SEEDS = range(1, 5) if IS_SOAK else (1,)
SCOPES = [None, frozenset(["a1"]), frozenset(["nobody"]), frozenset()]


def messages(row, chance):
    """Return up to five messages, some at the same time, some before, some nobody knows when."""
    begin = row["started_at"] or world.TICK
    return [
        {
            "session_id": row["session_id"],
            "session_started_at": row["started_at"],
            "seq": seq,
            "sent_at": None if chance.random() < 0.2 else begin + timedelta(
                seconds=10 * seq + chance.choice([0, 0, 0, -10, -15])
            ),
            "sender": "user",
            "content": "?",
        }
        for seq in range(chance.randrange(6))
    ]  # fmt: skip


@pytest.fixture(scope="module", params=SEEDS)
def said(request, world_rows):
    """Sessions, a third of them of the last day; and their messages."""
    chance = random.Random(request.param)  # noqa: S311  the same ones each time
    rows = []
    for number, row in enumerate(world_rows):
        at = world.TICK - timedelta(minutes=4 * number + 1) if number % 3 == 0 else None
        rows.append(row if at is None else row | {"started_at": at})
    return [(row, messages(row, chance)) for row in rows]


@pytest.fixture(scope="module")
def lakes(said, world_settings, tmp_path_factory):
    """Native tables, Parquet files, and a folder that does not tell when a session started."""
    folder = tmp_path_factory.mktemp("out_of_order")
    settings = world_settings.model_copy(
        update={"data": folder / "lake", "state": folder / "state"}
    )
    stored = [{**row, "metadata": json.dumps(row["metadata"]), "content_hash": row["session_id"]}
              for row, _ in said]  # fmt: skip
    batch = Batch(
        pa.Table.from_pylist(stored, SESSIONS),
        pa.Table.from_pylist([each for _, spoken in said for each in spoken], MESSAGES),
        pa.Table.from_pylist([], EVENTS),
    )
    with Writer(settings) as writer:
        writer.add(batch)
        writer.commit()
    for name, table in (("sessions", batch.sessions.select(SESSION_COLUMNS)),
                        ("messages", batch.messages.drop(["session_started_at"]))):  # fmt: skip
        (folder / "plain" / name).mkdir(parents=True)
        pq.write_table(table, folder / "plain" / name / "a.parquet")
    plain = cold.read(folder / "plain")
    made = shown(settings)
    made["plain"] = Shown(index.over_parquet(settings, plain), "world-plain", plain)
    yield made, settings
    for publication in made.values():
        publication.instance.retire()


def goes_back(spoken):
    times = [each["sent_at"] for each in spoken if each["sent_at"] is not None]
    return any(after < before for before, after in pairwise(times))


def is_recent(row):
    return row["started_at"] is not None and row["started_at"] >= world.TICK - DAY


@pytest.mark.parametrize("agents", SCOPES)
@pytest.mark.parametrize("kind", ["index", "parquet", "plain"])
def test_they_are_those_of_the_day_whose_messages_go_back(said, lakes, kind, agents):
    made, settings = lakes
    expected = sum(
        goes_back(spoken)
        for row, spoken in said
        if is_recent(row) and (agents is None or row["agent_id"] in agents)
    )
    with engine.running(Shelf(made[kind]), settings), engine.snapshot() as held:
        assert expected == health.out_of_order(held, Scope(agents))
    assert expected > 0 or not agents or "a1" not in agents
