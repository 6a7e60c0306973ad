"""What the import tests share: reading a file without a lake, and writing it out again."""

import json
from datetime import UTC, datetime
from typing import NamedTuple

from ingest import reading, registry, source
from ingest.batches import Collector
from ingest.draft import Rejection
from ingest.options import Options
from lake.schema import SESSION_COLUMNS, Batch

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OPTIONS = Options(now=NOW)


class Tables(NamedTuple):
    """What a file gives: its tables, and what was rejected."""

    batch: Batch
    rejections: list[Rejection]


def read(path, *, name=None, options=OPTIONS):
    """Return what the file at `path` gives, read by the format that recognises it, or `name`."""
    held, rejections = Collector(), []
    for inside in source.inside(path):
        found = registry.recognised(inside) if name is None else registry.named(name)
        for item in reading.sessions(inside.name, found.read(inside, options), options):
            if isinstance(item, Rejection):
                rejections.append(item)
            else:
                held.add(item)
    return Tables(held.batch(), rejections)


def exported(batch):
    """Return each session as the line that an export writes, by ascending id."""
    lines = {}
    for row in batch.sessions.select(list(SESSION_COLUMNS)).to_pylist():
        line = {name: _text(value) for name, value in row.items()}
        line["metadata"] = json.loads(row["metadata"])
        lines[row["session_id"]] = line | {"messages": [], "events": []}
    for table, rows in (("messages", batch.messages), ("events", batch.events)):
        for row in rows.to_pylist():
            line = lines[row.pop("session_id")]
            assert line["started_at"] == _text(row.pop("session_started_at"))
            line[table].append({name: _text(value) for name, value in row.items()})
    return [lines[session_id] for session_id in sorted(lines)]


def _text(value):
    """Return a time as RFC 3339, everything else as it is."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value


def ndjson(lines):
    """Return the lines as bytes."""
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
