"""The closed lists of values that filters take, with their clauses and words."""

from datetime import timedelta
from enum import StrEnum

from models import CHANNEL_LABELS, Channel, EventKind


class Range(StrEnum):
    """Which starts count; presets reach back from the tick and have no end.

    A session that starts after the tick, which is up to ten seconds old, belongs to each preset.
    """

    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"
    ALL = "all"
    CUSTOM = "custom"


SPANS = {
    Range.DAY: timedelta(hours=24),
    Range.WEEK: timedelta(days=7),
    Range.MONTH: timedelta(days=30),
}
RANGE_WORDS = {Range.DAY: "24 hours", Range.WEEK: "7 days", Range.MONTH: "30 days"}
RANGE_CLAUSES = dict.fromkeys(SPANS, "started_at >= $since")


class Has(StrEnum):
    """What a session has, or (with `!`) has not."""

    ERROR = "error"
    NO_ERROR = "!error"
    HANDOFF = "handoff"
    NO_HANDOFF = "!handoff"
    START = "start"
    NO_START = "!start"
    END = "end"
    NO_END = "!end"
    MESSAGES = "messages"
    NO_MESSAGES = "!messages"
    RESPONSE = "response"  # an agent's message after one of the user, both with a time
    NO_RESPONSE = "!response"
    ERROR_TEXT = "error_text"  # what errors are grouped by, which a failed session may lack
    NO_ERROR_TEXT = "!error_text"


_HAS = {
    "error": "(error is not null or coalesce(list_contains(event_kinds, 'error'), false))",
    "handoff": "coalesce(list_contains(event_kinds, 'handoff'), false)",
    "start": "started_at is not null",
    "end": "ended_at is not null",
    "messages": "message_count > 0",
    "response": "first_response_ms is not null",
    "error_text": "coalesce(error_key, '') <> ''",
}
HAS_CLAUSES = {
    has: f"not ({_HAS[has[1:]]})" if has.startswith("!") else _HAS[has.value] for has in Has
}

# Ten times as fast as list_has_any over a list of the chosen ones.
EVENT_CLAUSES = {kind: f"list_contains(event_kinds, '{kind}')" for kind in EventKind}


class Returned(StrEnum):
    """How soon the same user came back."""

    DAY = "24h"
    WEEK = "7d"


# Another session of the same user, among all that the viewer may see.
CAME_BACK = """session_no in (
    select session_no from returns where gap_us < epoch_us($returned::interval))"""

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def channel_words(channel: Channel) -> str:
    """Return a channel as it is shown."""
    return CHANNEL_LABELS[channel]


def weekday_words(weekday: int) -> str:
    """Return the name of an ISO weekday, 1 = Monday."""
    return _WEEKDAYS[weekday - 1]


def hour_words(hour: int) -> str:
    """Return an hour of the day."""
    return f"{hour:02}:00"


def word(value: str) -> str:
    """Return a value of a closed list in words: `Not error`, `Tool call`."""
    text = value.replace("_", " ")
    return f"No {text[1:]}" if text.startswith("!") else text.capitalize()
