"""The receipt of an export: what a file holds, so that everybody can see that it is that file."""

import json
from typing import Any
from urllib.parse import urlencode

from lake.exported import Exported
from queries.badges import badges_of
from queries.filters import Filters

EVERY = "All sessions"


def filters_of(export: Exported) -> Filters:
    """Return the filters that an export was asked for with, without whose they were."""
    named: dict[str, list[str]] = {}
    for name, value in export.filters:
        named.setdefault(name, []).append(value)
    filters, _ = Filters.from_query(named, strict=True)
    return filters


def words(export: Exported) -> list[str]:
    """Return the filters in words, one sentence each; of an export for some agents these too."""
    filters = filters_of(export)
    told = [f"{badge.label}: {badge.text}" for badge in badges_of(filters, export.zone)]
    if export.agents is not None:
        told.append(f"Only agents: {', '.join(export.agents)}")
    return told or [EVERY]


def link(export: Exported) -> str:
    """Return the address of the dashboard that shows the same sessions."""
    return f"{export.base_url}?{urlencode(zoned(export))}"


def zoned(export: Exported) -> list[tuple[str, str]]:
    """Return the parameters of the filters with the zone in which they were meant."""
    pairs = list(export.filters)
    return pairs if any(name == "tz" for name, _ in pairs) else [*pairs, ("tz", export.zone)]


def receipt(export: Exported) -> dict[str, Any]:
    """Return the receipt of a finished export; times are aware UTC."""
    return {
        "export_id": export.export_id,
        "file": export.file,
        "format": export.format,
        "sessions": export.sessions,
        "bytes": export.bytes,
        "sha256": export.sha256,
        "columns": list(export.columns),
        "filters": {"words": words(export), "query": urlencode(zoned(export)), "url": link(export)},
        "as_of": export.as_of,
        "snapshot": export.snapshot,
        "who": export.who,
        "started_at": export.started_at,
        "ended_at": export.ended_at,
    }


def as_json(told: dict[str, Any]) -> bytes:
    """Return a receipt as the file of a ZIP; times as RFC 3339 in UTC."""
    text = json.dumps(told, indent=2, ensure_ascii=False, default=lambda moment: moment.isoformat())
    return f"{text.replace('+00:00', 'Z')}\n".encode()
