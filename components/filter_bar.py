"""The filter bar: search, range, a menu for each filter, and a chip for each value that is set.

The search field is bound to the address by Streamlit; everything else is a change of the address
that the browser makes. A filter is added here by one line in `_MENUS`.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components import changes, loading, state, theme, views_menu
from components.assets import Data, element
from queries.badges import Badge
from queries.choices import Range
from queries.facets import Counts
from queries.filters import Filters
from queries.views import Saved

Names = Mapping[str, str]  # agents by id
Suggestions = Mapping[str, list[str]]  # metadata values by key

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
_AGENTS = 500  # handed to the browser, the largest
SEARCH_LENGTH = 200


class Bar:
    """The bar on one run: its field at once, its menus when their answers are there."""

    def __init__(self) -> None:
        """Take the places and render the search field, asked for 300 ms after the last key.

        `exports` is the place of the menus of taking out.
        """
        with st.container(key="bar", horizontal=True):
            self.search = (
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
            self._menus = st.container(key="menus")
            with st.container(key="ends", horizontal=True, width="content"):
                self._views = st.container(key="views", width=106)  # an element has no own width
                self.exports = st.container(key="exports", width=154)
        self._chips = st.container(key="chips")
        self._known: dict[str, Any] = {}

    def show(self, filters: Filters, *, names: Names, zone: str, today: date) -> None:
        """Render the chips, and the first time the menus without counts; agents by their names.

        `today` is the day of the tick in the report zone.
        """
        self._known = {"filters": filters, "names": names, "zone": zone, "today": today}
        badges = filters.badges(zone)
        with self._chips:
            if badges:
                chips = [_chip(filters, badge, names) for badge in badges]
                _chips(key="chips_element", data={"chips": chips, "clear": changes.clear()})
        with self._menus:
            self._menus = loading.slot("menus_slot", self._uncounted)

    def offer(self, saved: Saved, page: StreamlitPage, *, zone: str) -> None:
        """Render the menu of saved views of a page at the end of the bar."""
        with self._views:
            views_menu.show(saved, page, zone=zone)

    def count(self, counts: Counts, pairs: Suggestions) -> None:
        """Render the menus with the answers of `queries.facets`."""
        with self._menus:
            _menus(key="menus_element", data=_data(**self._known, counts=counts, pairs=pairs))

    def _uncounted(self) -> None:
        _menus(key="menus_loading", data=_data(**self._known))


def _data(
    filters: Filters, *, names: Names, zone: str, today: date,
    counts: Counts | None = None, pairs: Suggestions | None = None,
) -> Data:  # fmt: skip
    entries = [_menu(field, label, looks, counts) for field, (label, looks) in _MENUS.items()]
    entries.insert(2, _agents(names, counts))
    return {
        "range": _range(filters, zone, today),
        "menus": entries,
        "pairs": list((pairs or {}).items()),
        "set": len(filters.badges(zone)),
        "total": None if counts is None else _total(filters, counts),
    }


def _total(filters: Filters, counts: Counts) -> int:
    """Return the sessions of the filters: those of the chosen channels, of all where none is."""
    of = counts["channel"]
    return sum(of.get(channel, 0) for channel in filters.channel or of)


def _menu(
    field: str, label: str, looks: Mapping[str, theme.BadgeLook], counts: Counts | None
) -> Data:
    options: list[Data] = [
        {"value": str(value), "label": look["label"], "icon": look["icon"]}
        for value, look in looks.items()
    ]
    for option in options:
        option["icon"] = "circle" if option["icon"] == "pulse" else option["icon"]
    return {"field": field, "label": label, "options": _counted(options, field, counts)}


def _agents(names: Names, counts: Counts | None) -> Data:
    """Return the menu of agents: the largest first, those without sessions last."""
    of = {} if counts is None else counts["agent"]
    ordered = sorted(
        names.items(), key=lambda item: (-of.get(item[0], 0), item[1].lower(), item[0])
    )
    options: list[Data] = [{"value": value, "label": name} for value, name in ordered[:_AGENTS]]
    more = len(names) - len(options)
    hint = f"{more:,} more agents: find them by the search field." if more > 0 else None
    shown = _counted(options, "agent", counts)
    return {"field": "agent", "label": "Agent", "options": shown, "hint": hint}


def _counted(options: list[Data], field: str, counts: Counts | None) -> list[Data]:
    """Return the options with their sessions under the other filters, where they are known."""
    if counts is None:
        return options
    return [{**option, "count": counts[field].get(option["value"], 0)} for option in options]


def _range(filters: Filters, zone: str, today: date) -> Data:
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
        "today": today.isoformat(),
    }


def _chip(filters: Filters, badge: Badge, names: Names) -> Data:
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
