"""Colours, icons and words of the look that Python needs; the only place of colours in Python.

The colours repeat `.streamlit/config.toml` and are tested equal to it. What the browser draws takes
them from Streamlit's theme variables (components/assets/look.css).
"""

from typing import TypedDict

from models import CHANNEL_LABELS, Channel, EventKind, SessionType, Status

# The place of a channel in every chart, legend and list of colours.
CHANNEL_PLACES = (
    Channel.WEB,
    Channel.PHONE,
    Channel.WHATSAPP,
    Channel.MOBILE_SDK,
    Channel.TELEGRAM,
    Channel.SIP,
)

CATEGORICAL = {
    "light": ("#1238C9", "#845AE9", "#17A076", "#99188F", "#2B93CC", "#C47403"),
    "dark": ("#3075FD", "#B395E9", "#28A670", "#A44FAC", "#8ADCFE", "#FFB221"),
}


class BadgeLook(TypedDict):
    """What a badge shows: `tone` is a class of look.css."""

    label: str
    icon: str
    tone: str


_CHANNEL_ICONS = {
    Channel.WEB: "videocam",
    Channel.PHONE: "call",
    Channel.WHATSAPP: "chat",
    Channel.MOBILE_SDK: "video_call",
    Channel.TELEGRAM: "chat_bubble",
    Channel.SIP: "phone_in_talk",
}
_STATUS_ICONS = {
    Status.ACTIVE: "pulse",
    Status.COMPLETED: "check",
    Status.FAILED: "error",
    Status.CANCELLED: "block",
}
_TYPE_ICONS = {
    SessionType.CHAT: "chat",
    SessionType.VOICE: "mic",
    SessionType.VIDEO: "videocam",
}
_EVENT_ICONS = {
    EventKind.CONNECTED: "link",
    EventKind.DISCONNECTED: "link_off",
    EventKind.ERROR: "error",
    EventKind.HANDOFF: "swap_horiz",
    EventKind.STATUS_CHANGED: "check",
    EventKind.TOOL_CALL: "build",
    EventKind.TOOL_RESULT: "output",
    EventKind.SYSTEM: "settings",
    EventKind.NOTE: "sticky_note_2",
    EventKind.CUSTOM: "label",
}

CHANNELS: dict[str, BadgeLook] = {
    channel.value: {
        "label": CHANNEL_LABELS[channel],
        "icon": icon,
        "tone": f"channel {channel.value}",
    }
    for channel, icon in _CHANNEL_ICONS.items()
}
STATUSES: dict[str, BadgeLook] = {
    status.value: {"label": status.value.capitalize(), "icon": icon, "tone": status.value}
    for status, icon in _STATUS_ICONS.items()
}
TYPES: dict[str, BadgeLook] = {
    kind.value: {"label": kind.value.capitalize(), "icon": icon, "tone": "grey"}
    for kind, icon in _TYPE_ICONS.items()
}
EVENTS: dict[str, BadgeLook] = {
    kind.value: {"label": kind.value.replace("_", " ").capitalize(), "icon": icon, "tone": "grey"}
    for kind, icon in _EVENT_ICONS.items()
}

# What a series of a chart is drawn in: the end of a class `ink-…` of panel.css. Channels and
# statuses have their colour everywhere, other values a place in the list of colours.
PLACES = tuple(f"place-{place}" for place in range(1, 9))
OTHER_INK = "other"
_TYPE_INKS = {
    SessionType.CHAT.value: PLACES[0],
    SessionType.VOICE.value: PLACES[1],
    SessionType.VIDEO.value: PLACES[4],
}


def ink(by: str, value: str, place: int) -> str:
    """Return what a value of a dimension is drawn in; `place` is its place among the values."""
    if by in ("channel", "status"):
        return value
    if by == "type":
        return _TYPE_INKS[value]
    return PLACES[place] if place < len(PLACES) else OTHER_INK


# What a chip shows before its value, where the value has no look of its own.
FILTER_ICONS = {
    "q": "search",
    "range": "calendar_today",
    "agent": "support_agent",
    "user": "person",
    "metadata": "sell",
    "error": "error",
    "event": "bolt",
    "weekday": "calendar_month",
    "hour": "schedule",
    "tz": "public",
}
