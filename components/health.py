"""How the data is: its newest times, what is missing or odd in it, the files that hold it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from components import changes
from components.assets import Data, element
from components.times import milliseconds
from lake.files import TABLES
from lake.publication import Publication
from queries.health import BEHIND

_health = element("health")

_COUNTS = (
    ("sessions", "Sessions", "All that are stored and can be read."),
    ("active", "Active", "Still going on, as far as their source has said."),
    ("without_start", "Without a start", "Listed last, and in no period of time."),
    ("without_end", "Ended without an end time", "They have no duration."),
    ("skewed", "Ended before they began", "A clock was wrong; they have no duration."),
    ("without_messages", "Without messages", "Nothing was said in them, or it was not handed in."),
)


def show(publication: Publication, summary: Mapping[str, Any], *, now: datetime) -> None:
    """Render the answer of `queries.health.summary` and the state of the files."""
    _health(
        key="health",
        data={
            "now": milliseconds(now),
            "facts": [
                _moment("Data as of", publication.as_of),
                _moment("Newest session started", summary["newest_started_at"]),
                _moment("Newest change of a session", summary["newest_updated_at"]),
                {"label": "Answered from", "text": _source(publication)},
                {"label": "Commit", "text": publication.cold.name, "is_mono": True},
                {"label": "Folder", "text": str(publication.cold.folder), "is_mono": True},
            ],
            "counts": [_count(name, label, text, summary) for name, label, text in _COUNTS],
            "tables": [_table(table, publication) for table in TABLES],
            "set_aside": [
                {"table": item.table, "path": item.path, "reason": item.reason}
                for item in publication.set_aside
            ],
        },
    )


def _source(publication: Publication) -> str:
    return "The index" if publication.kind == "index" else "Parquet, until the index is built"


def _moment(label: str, moment: datetime | None) -> Data:
    return {"label": label, "at": None if moment is None else milliseconds(moment)}


def _count(name: str, label: str, text: str, summary: Mapping[str, Any]) -> Data:
    behind = BEHIND.get(name)
    change = None if behind is None else changes.to(behind)
    return {"label": label, "text": text, "count": summary[name], "change": change}


def _table(table: str, publication: Publication) -> Data:
    files = publication.cold.files[table]
    return {
        "name": table.capitalize(),
        "files": len(files),
        "rows": sum(file.rows for file in files),
        "bytes": sum(file.size for file in files),
        "set_aside": sum(item.table == table for item in publication.set_aside),
    }
