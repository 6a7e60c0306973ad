"""The turns of one session are read from few row groups, and are those of all of them."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lake import turns
from lake.files import StoredFile
from lake.schema import MESSAGES

START = datetime(2026, 3, 1, tzinfo=UTC)
A_GROUP = 4  # rows


def at(minute):
    return START + timedelta(minutes=minute)


def stored(folder, name, rows, **options):
    """Write messages of (id, minute, seq) as a file, whatever their order."""
    path = folder / f"{name}.parquet"
    table = pa.Table.from_pylist(
        [
            {
                "session_id": session_id, "session_started_at": minute and at(minute), "seq": seq,
                "sent_at": at(minute or 0), "sender": "user", "content": f"{session_id} {seq}",
            }
            for session_id, minute, seq in rows
        ],
        MESSAGES,
    )  # fmt: skip
    pq.write_table(table, path, row_group_size=A_GROUP, **options)
    return StoredFile(str(path), "2026-03", path.stat().st_size, len(rows))


def asked(files, session_id, minute):
    found = turns.of_session(files, "messages", session_id, at(minute).replace(tzinfo=None))
    assert ["seq", "sent_at", "sender", "content"] == found.column_names
    assert found.schema.field("sent_at").type == pa.timestamp("us")
    return found["content"].to_pylist()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("turns")


IDS, MINUTES = st.sampled_from("abc"), st.none() | st.integers(1, 9)
ROWS = st.lists(st.tuples(IDS, MINUTES, st.integers(0, 30)), max_size=40, unique=True)
_counted = iter(range(10**9))


@given(files=st.lists(ROWS, max_size=3), session_id=IDS, minute=MINUTES.filter(bool),
       has_bounds=st.booleans())  # fmt: skip
def test_all_of_a_session_are_found_in_files_of_any_order(
    folder, files, session_id, minute, has_bounds
):
    written = [
        stored(folder, str(next(_counted)), rows, write_statistics=has_bounds) for rows in files
    ]
    own = [seq for rows in files for found, m, seq in rows if (found, m) == (session_id, minute)]

    assert [f"{session_id} {seq}" for seq in sorted(own)] == asked(written, session_id, minute)


def test_of_a_file_in_order_one_group_is_read(tmp_path, monkeypatch):
    file = stored(tmp_path, "ordered", [("a", 1 + place, 0) for place in range(40)])
    read = []
    reading = pq.ParquetFile.read_row_groups
    monkeypatch.setattr(
        pq.ParquetFile, "read_row_groups",
        lambda self, places, **how: read.extend(places) or reading(self, places, **how),
    )  # fmt: skip

    assert ["a 0"] == asked([file], "a", 7)
    assert [1] == read
