"""Files of a plain Parquet folder hold every turn, whatever its files tell of the start."""

from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from exports.registry import FORMATS
from lake import standing
from queries.filters import Filters
from queries.snapshot import snapshot_of
from tests.exports.conftest import written
from tests.exports.readers import READERS

NOON = datetime(2026, 9, 1, 12, 0, 0, 123_456)  # noqa: DTZ001  naive on purpose: it is UTC
STARTS = [None if number % 10 == 9 else NOON - timedelta(hours=7 * number) for number in range(60)]
IDS = [f"s{number * 37 % 60:02}" for number in range(60)]
TIMES = pa.timestamp("us")


def stated(start):
    """What a file of turns may tell of a session's start."""
    return {
        "not stated": None,
        "as it is": pa.array([start] * 2, TIMES),
        "null": pa.array([None] * 2, TIMES),
        "once": pa.array([start, None], TIMES),
        "in whole seconds": pa.array([start and start.replace(microsecond=0)] * 2, TIMES),
        "another": pa.array([NOON - timedelta(days=400)] * 2, TIMES),
        "with a zone": pa.array([start] * 2, pa.timestamp("us", tz="America/St_Johns")),
    }


def fill(folder, how):
    """Write a session with two messages and two events for each of the ids."""
    tables = {"sessions": [], "messages": [], "events": []}
    for name, start in zip(IDS, STARTS, strict=True):
        tables["sessions"].append(
            {"session_id": pa.array([name]), "started_at": pa.array([start], TIMES)}
        )
        common = {"session_id": pa.array([name] * 2)}
        if (column := stated(start)[how]) is not None:
            common["session_started_at"] = column
        tables["messages"].append(
            {**common, "sender": pa.array(["user", "agent"]), "seq": pa.array([0, 2]),
             "content": pa.array([f"{name} asks", f"{name} is told"])}
        )  # fmt: skip
        tables["events"].append(
            {**common, "kind": pa.array(["note", "error"]), "seq": pa.array([1, 3])}
        )
    for table, parts in tables.items():
        (folder / table).mkdir(parents=True)
        rows = pa.concat_tables([pa.table(part) for part in parts])
        for number, first in enumerate(range(0, rows.num_rows, 50)):  # several files
            pq.write_table(rows.slice(first, 50), folder / table / f"{number}.parquet")


@pytest.mark.parametrize("how", stated(NOON))
def test_every_turn_is_in_the_file_of_its_session(own_settings, how):
    fill(own_settings.data, how)
    with standing.published(own_settings) as publication:
        snapshot = snapshot_of(publication, own_settings)
        data = {form: written(form, Filters(), snapshot, own_settings) for form in FORMATS}
    for form in FORMATS:
        rows = READERS[form](data[form])
        assert sorted(IDS) == sorted(row["session_id"] for row in rows)
        assert {(2, 2)} == {(row["message_count"], row["event_count"]) for row in rows}
        for row in rows:
            if "messages" in row:
                told = [f"{row['session_id']} asks", f"{row['session_id']} is told"]
                assert told == [message["content"] for message in row["messages"]]
                assert ["note", "error"] == [event["kind"] for event in row["events"]]


def test_turns_of_a_session_that_is_there_twice_are_told_with_the_newer(own_settings):
    fill(own_settings.data, "not stated")
    before, after = NOON - timedelta(days=30), NOON + timedelta(days=1)
    again = pa.table(
        {
            "session_id": pa.array([IDS[0]]),
            "started_at": pa.array([before], TIMES),
            "updated_at": pa.array([after], TIMES),
        }
    )
    pq.write_table(again, own_settings.data / "sessions" / "again.parquet")
    with standing.published(own_settings) as publication:
        snapshot = snapshot_of(publication, own_settings)
        data = written("ndjson", Filters(), snapshot, own_settings)
    told = {row["session_id"]: row for row in READERS["ndjson"](data)}

    assert set(IDS) == set(told)
    assert before == told[IDS[0]]["started_at"].replace(tzinfo=None)
    assert (2, 2) == (len(told[IDS[0]]["messages"]), len(told[IDS[0]]["events"]))
