"""The oracle: what Filters, order and cards mean, in plain Python over plain rows.

Written from the documents and not from queries/: loops, `zoneinfo` and nothing clever. A row is a
dict with the columns of `sessions`, times as aware UTC datetimes, `metadata` as key -> list of
texts, `event_kinds` as a list. `lower` is DuckDB's own, handed in.
"""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

CHANNELS = ["web", "phone", "telegram", "whatsapp", "mobile_sdk", "sip"]
SPANS = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}
DAY = timedelta(hours=24)
MS = timedelta(milliseconds=1)
NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")


class Oracle:
    """The right answers about some rows at a tick."""

    def __init__(self, rows, tick, zone, lower):
        self.rows = rows
        self.tick = tick
        self.zone = zone
        self.lower = lower

    def filtered(self, filters, *leaving_out):
        """Return the rows that match every filter but those left out."""
        scoped = self.scoped(filters)
        checks = [
            (getattr(self, f"is_in_{name}"), value)
            for name, value in filters
            if name not in (*leaving_out, "tz", "scope") and value not in ("", None, ())
        ]
        return [
            row
            for row in scoped
            if all(check(row, value, filters, scoped) for check, value in checks)
        ]

    def scoped(self, filters):
        agents = filters.scope.agents
        return [row for row in self.rows if agents is None or row["agent_id"] in agents]

    def page(self, filters, sort="-started_at", number=1, size=50):
        """Return the ids of a page."""
        key = {"started_at": lambda row: row["started_at"], "duration": self.lasted_ms}
        value = key[sort.removeprefix("-")]
        known = [row for row in self.filtered(filters) if value(row) is not None]
        unknown = [row for row in self.filtered(filters) if value(row) is None]
        known.sort(key=lambda row: row["session_id"])
        known.sort(key=value, reverse=sort.startswith("-"))  # stable: the id stays the tie
        unknown.sort(key=lambda row: row["session_id"])
        return [row["session_id"] for row in (known + unknown)[(number - 1) * size :][:size]]

    def lasted_ms(self, row):
        if row["duration_ms"] is not None:
            return row["duration_ms"]
        if row["status"] != "active" or row["started_at"] is None:
            return None
        return max((self.tick - row["started_at"]) // MS, 0)

    def local(self, row, filters):
        return row["started_at"].astimezone(ZoneInfo(filters.tz or self.zone))

    # One method a field: does the row match this value?

    def is_in_q(self, row, value, *_):
        names = ("session_id", "external_id", "agent_name", "user_id")
        texts = [row[name] for name in names if row[name] is not None]
        texts += [text for texts in row["metadata"].values() for text in texts]
        return any(self.lower(value) in self.lower(text) for text in texts)

    def is_in_range(self, row, value, *_):
        if value not in SPANS:
            return True
        return row["started_at"] is not None and row["started_at"] >= self.tick - SPANS[value]

    def is_in_started_after(self, row, value, *_):
        return value is None or (row["started_at"] is not None and row["started_at"] >= value)

    def is_in_started_before(self, row, value, *_):
        return value is None or (row["started_at"] is not None and row["started_at"] < value)

    def is_in_channel(self, row, value, *_):
        return not value or row["channel"] in value

    def is_in_type(self, row, value, *_):
        return not value or row["type"] in value

    def is_in_status(self, row, value, *_):
        return not value or row["status"] in value

    def is_in_agent(self, row, value, *_):
        return not value or row["agent_id"] in value

    def is_in_user(self, row, value, *_):
        return not value or row["user_id"] in value

    def is_in_error(self, row, value, *_):
        return not value or row["error_key"] in value

    def is_in_event(self, row, value, *_):
        return not value or bool(set(row["event_kinds"]) & {str(kind) for kind in value})

    def is_in_duration_min(self, row, value, *_):
        lasted = self.lasted_ms(row)
        return value is None or (lasted is not None and lasted >= value)

    def is_in_duration_max(self, row, value, *_):
        lasted = self.lasted_ms(row)
        return value is None or (lasted is not None and lasted <= value)

    def is_in_silent_min(self, row, value, *_):
        if value is None:
            return True
        last = row["last_message_at"] or row["started_at"]
        is_active = row["status"] == "active" and last is not None
        return is_active and self.tick - last >= value * MS

    def is_in_has(self, row, value, *_):
        has = {
            "error": row["error"] is not None or "error" in row["event_kinds"],
            "handoff": "handoff" in row["event_kinds"],
            "start": row["started_at"] is not None,
            "end": row["ended_at"] is not None,
            "messages": row["message_count"] > 0,
            "response": row["first_response_ms"] is not None,
            "error_text": bool(row["error_key"]),
        }
        return all(has[item.lstrip("!")] != item.startswith("!") for item in value)

    def is_in_weekday(self, row, value, filters, _):
        if not value or row["started_at"] is None:
            return not value
        return self.local(row, filters).isoweekday() in value

    def is_in_hour(self, row, value, filters, _):
        if not value or row["started_at"] is None:
            return not value
        return self.local(row, filters).hour in value

    def is_in_returned(self, row, value, _, scoped):
        if value is None:
            return True
        if row["status"] not in ("completed", "failed") or None in (
            row["user_id"],
            row["ended_at"],
        ):
            return False
        return any(
            other["user_id"] == row["user_id"]
            and other["session_id"] != row["session_id"]
            and other["started_at"] is not None
            and row["ended_at"] <= other["started_at"] < row["ended_at"] + SPANS[value]
            for other in scoped
        )

    def is_in_metadata(self, row, value, *_):
        return all(self.holds(clause, row["metadata"]) for clause in value)

    def holds(self, clause, metadata):
        texts = metadata.get(clause.key, [])
        if clause.operator == "exists":
            return bool(texts)
        if clause.operator == "missing":
            return not texts
        if clause.operator == "=":
            return clause.value in texts
        if clause.operator == "!=":
            return clause.value not in texts
        if clause.operator == "contains":
            return any(self.lower(clause.value) in self.lower(text) for text in texts)
        return any(is_ordered(text, clause.operator, clause.value) for text in texts)


def is_ordered(left, operator, right):
    """Compare as numbers where both are plain decimals, else by code point."""
    if NUMBER.fullmatch(left) and NUMBER.fullmatch(right):
        left, right = float(left), float(right)
    return left > right if operator == ">" else left < right
