"""The filter bar: search, range, a menu for each filter, and a chip for each value that is set.

The search field is bound to the address by Streamlit; everything else is a change of the address
that the browser makes. A filter is added here by one line in `_MENUS`.
"""

from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from components import changes, state, theme
from components.assets import Data, element
from queries.badges import Badge
from queries.choices import Range
from queries.filters import Filters

_menus = element("filters")
_chips = element("chips")

_MENUS: Mapping[str, tuple[str, Mapping[str, theme.BadgeLook]]] = {
    "channel": ("Channel", {channel: theme.CHANNELS[channel] for channel in theme.CHANNEL_PLACES}),
    "status": ("Status", theme.STATUSES),
    "type": ("Type", theme.TYPES),
}
_PRESETS = {Range.DAY: "24 h", Range.WEEK: "7 d", Range.MONTH: "30 d", Range.ALL: "All"}
_RANGES = {
    Range.DAY: "Last 24 hours",
    Range.WEEK: "Last 7 days",
    Range.MONTH: "Last 30 days",
    Range.ALL: "All time",
    Range.CUSTOM: "Dates",
}
_AGENTS_SHOWN = 200
SEARCH_LENGTH = 200


def search() -> str:
    """Render the search field and return its text; asked for 300 ms after the last key."""
    return (
        st.text_input(
            "Search",
            key=state.SEARCH,
            type="search",
            live="300ms",
            bind="query-params",
            placeholder="Search id, agent or metadata",
            label_visibility="collapsed",
            max_chars=SEARCH_LENGTH,
            width=280,
        )
        or ""
    )


def menus(filters: Filters, *, agents: pl.DataFrame, zone: str) -> None:
    """Render the range, the menus, and "Clear filters" while a filter is set.

    `agents` is the answer of `queries.sessions.agents`: id, newest name, sessions.
    """
    entries = [_menu(field, label, looks) for field, (label, looks) in _MENUS.items()]
    entries.insert(2, _agents(agents))
    _menus(
        key="menus_element",
        data={
            "range": _range(filters, zone),
            "menus": entries,
            "clear": changes.clear() if filters.is_set else None,
        },
    )


def chips(filters: Filters, *, agents: pl.DataFrame, zone: str) -> None:
    """Render a chip for each value of each filter that is set; agents by their names."""
    badges = filters.badges(zone)
    names = dict(zip(agents["agent_id"], agents["agent_name"], strict=True))
    if badges:
        _chips(
            key="chips_element", data={"chips": [_chip(filters, badge, names) for badge in badges]}
        )


def _menu(field: str, label: str, looks: Mapping[str, theme.BadgeLook]) -> Data:
    options = [
        {"value": str(value), "label": look["label"], "icon": look["icon"], "tone": look["tone"]}
        for value, look in looks.items()
    ]
    return {"field": field, "label": label, "options": options}


def _agents(agents: pl.DataFrame) -> Data:
    shown = agents.head(_AGENTS_SHOWN)
    more = agents.height - shown.height
    options = [
        {"value": row["agent_id"], "label": row["agent_name"], "count": row["total"]}
        for row in shown.iter_rows(named=True)
    ]
    hint = f"{more:,} more agents: find them by search." if more > 0 else None
    return {"field": "agent", "label": "Agent", "options": options, "hint": hint}


def _range(filters: Filters, zone: str) -> Data:
    chosen = filters.range
    after, before = filters.started_after, filters.started_before
    days = ZoneInfo(filters.tz or zone)
    last = None if before is None else before - timedelta(microseconds=1)  # the end is not in it
    return {
        "label": _RANGES[chosen],
        "value": chosen,
        "usual": Range.ALL,
        "presets": [{"value": value, "label": label} for value, label in _PRESETS.items()],
        "after": "" if after is None else f"{after.astimezone(days):%Y-%m-%d}",
        "before": "" if last is None else f"{last.astimezone(days):%Y-%m-%d}",
        "zone": filters.tz or zone,
    }


def _chip(filters: Filters, badge: Badge, names: Mapping[str, str]) -> Data:
    look = _look(badge)
    text = names.get(badge.value, badge.text) if badge.field == "agent" else badge.text
    return {
        "kind": badge.label,
        "value": text,
        "icon": look["icon"],
        "tone": look["tone"],
        "change": changes.without(filters, badge),
    }


def _look(badge: Badge) -> theme.BadgeLook:
    """Return icon and tone of a badge; the colour of its kind, else grey."""
    looks: Mapping[str, theme.BadgeLook] = _MENUS.get(badge.field, ("", {}))[1]
    if badge.field in ("channel", "status") and badge.value in looks:
        look = looks[badge.value]
        return {**look, "icon": "circle" if look["icon"] == "pulse" else look["icon"]}
    icon = theme.FILTER_ICONS.get(badge.field, "filter_alt")
    return {"label": badge.label, "icon": icon, "tone": "grey"}
