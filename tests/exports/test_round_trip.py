"""What is exported as NDJSON and imported is the lake that it was: every row of every table."""

from datetime import UTC, datetime

import deltalake
import polars as pl
import pytest

from ingest import importer
from ingest.demo import generate
from ingest.options import Options
from lake import standing
from lake.schema import SCHEMAS
from lake.writer import Writer
from queries.filters import Filters
from queries.snapshot import snapshot_of
from tests.exports.conftest import written
from tests.ingest.test_formats import GOLDEN, REAL, inputs

DEMO = 400  # sessions of sample data
MADE = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
LATER = Options(now=datetime(2027, 3, 1, tzinfo=UTC))  # nothing follows from when it is imported


def demo(settings, _paths):
    with Writer(settings) as writer:
        for batch in generate(DEMO, end=MADE, zone="Europe/Berlin"):
            writer.add(batch)
        writer.commit()


def imported(settings, paths):
    report = importer.run(paths, settings, Options(now=MADE))
    assert 0 == report.rejected


def stored(settings):
    """Return each table as it lies in the lake, by id and number."""
    found = {}
    for table, schema in SCHEMAS.items():
        rows = pl.from_arrow(deltalake.DeltaTable(settings.data / table).to_pyarrow_table())
        keys = [key for key in ("session_id", "seq") if key in schema.names]
        found[table] = rows.select(schema.names).sort(keys)
    return found


def exported(settings):
    with standing.published(settings) as publication:
        snapshot = snapshot_of(publication, settings)
        return written("ndjson", Filters(), snapshot, settings)


def check(settings, tmp_path, fill, paths=(), apart=()):
    """Fill a lake, export it, import that into another: they must be equal, and their exports.

    Leaving `apart` columns that are defined to differ.
    """
    again = settings.model_copy(
        update={"data": tmp_path / "again" / "lake", "state": tmp_path / "again" / "state"}
    )
    fill(settings, paths)
    file = tmp_path / "all.ndjson"
    file.write_bytes(exported(settings))
    report = importer.run([file], again, LATER)
    first, second = stored(settings), stored(again)

    assert (0, 0) == (report.rejected, report.duplicates)
    assert report.added == first["sessions"].height > 0
    for table, columns in SCHEMAS.items():
        differing = [
            name for name in columns.names if not first[table][name].equals(second[table][name])
        ]
        assert [] == [name for name in differing if name not in apart], table
    assert file.read_bytes() == exported(again)


def test_sample_data_comes_back_as_it_was(own_settings, tmp_path):
    """Its hashes are those of its recipe: they are quicker to make than those of the rows."""
    check(own_settings, tmp_path, demo, apart=("content_hash",))


@pytest.mark.parametrize("name", [*REAL, "parley"])
def test_what_was_imported_comes_back_as_it_was(own_settings, tmp_path, name):
    check(own_settings, tmp_path, imported, inputs(name))


@pytest.mark.parametrize("name", REAL)
def test_real_conversations_come_back_as_they_were(own_settings, tmp_path, shared, name):
    assert (GOLDEN / name).is_dir()
    check(own_settings, tmp_path, imported, [shared / "realdata" / REAL[name]])
