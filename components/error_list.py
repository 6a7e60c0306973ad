"""What made sessions fail: errors without their changing parts, each with its sessions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from components import against, boxes, changes
from components.assets import Data, element
from components.session_table import short, shown_id
from components.times import milliseconds
from queries import errors
from queries.engine import Snapshot
from queries.errors import Anatomy
from queries.filters import Filters

_errors = element("errors")


def show(
    found: Anatomy, filters: Filters, snapshot: Snapshot,
    *, names: Mapping[str, str], label: str = "Errors",
) -> None:  # fmt: skip
    """Render the answer of `queries.errors.anatomy`; a click opens the sessions of an error.

    `names` are the agents by id.
    """
    if found.rows.is_empty():
        boxes.nothing("task_alt", "No failed sessions", "None of the filtered sessions has failed.")
        return
    _errors(
        key="errors",
        data={
            "label": label,
            "rows": [_row(row, filters, names) for row in found.rows.to_dicts()],
            "has_agents": len(filters.agent) != 1,
            "now": milliseconds(snapshot.tick),
            "note": " ".join(_notes(found, filters, snapshot)),
        },
    )


def _row(row: Mapping[str, Any], filters: Filters, names: Mapping[str, str]) -> Data:
    key = row["error_key"]
    return {
        "key": key,
        "text": row["error"] or key,
        **{name: row[name] for name in ("sessions", "share", "line", "line_before")},
        **{name: row[name] for name in ("before", "change", "is_noise", "is_new")},
        "first": _moment(row["first_seen_at"]),
        "last": _moment(row["last_seen_at"]),
        "agents": [
            {
                "name": names.get(agent["agent_id"], agent["agent_id"]),
                "sessions": agent["sessions"],
                "change": _to(errors.link(key, filters, agent=(agent["agent_id"],))),
            }
            for agent in row["agents"]
        ],
        "examples": [
            {"id": own, "shown": short(shown_id(own, each["external_id"]))}
            for each in row["examples"]
            for own in [each["session_id"]]
        ],
        "change_to": _to(errors.link(key, filters)),
    }  # fmt: skip


def _to(behind: Filters | None) -> Data | None:
    return None if behind is None else changes.to(behind)


def _moment(moment: datetime | None) -> int | None:
    return None if moment is None else milliseconds(moment)


def _notes(found: Anatomy, filters: Filters, snapshot: Snapshot) -> list[str]:
    """Return what is to be known about the list, in sentences."""
    before = against.words(filters, snapshot)
    shown = found.rows.height
    return [
        f"{found.failed:,} failed session{'' if found.failed == 1 else 's'},",
        f"the first {shown} of {found.clusters:,} errors."
        if shown < found.clusters
        else f"{shown} error{'' if shown == 1 else 's'}.",
        "Texts that differ only in ids, numbers, quotes and addresses are one.",
        "First and last seen tell of all sessions, also outside these filters and dates.",
        f"Change is against {before}; grey ones may be chance." if before else "",
    ]
