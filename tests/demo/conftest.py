from datetime import UTC, datetime

import polars as pl
import pyarrow as pa
import pytest

from ingest.demo import generate

END = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)  # a Wednesday afternoon in Berlin
ZONE = "Europe/Berlin"


def frames(sessions, **options):
    """Return all sessions, messages and events of sample data, as polars frames."""
    batches = list(generate(sessions, **({"end": END, "zone": ZONE} | options)))
    return tuple(
        pl.from_arrow(pa.concat_tables([getattr(batch, table) for batch in batches]))
        for table in ("sessions", "messages", "events")
    )


@pytest.fixture(scope="package")
def data():
    """Sample data as it is made by default: sessions, messages, events."""
    return frames(20_000)
