"""One agent: its numbers against the period before and all others, its days and channels."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from components import against, changes, theme
from components.agents_table import NEAR
from components.assets import Data, element
from components.state import View
from queries import links
from queries.agents import RATES, Agent
from queries.catalog import METRICS, Good, Unit
from queries.comparison import Compared
from queries.filters import Filters

LABELS = {"messages_per_session": "Messages"}  # where the catalogue's name is long

_agent = element("agent")


def show(agent: Agent, channels: pl.DataFrame, slices: Sequence[Filters], view: View) -> None:
    """Render the answer of `queries.agents.agent`.

    `channels` is `queries.metrics.by("channel", ...)` of the agent, `slices` are those of its line.
    """
    own, before = view.filters, against.words(view.filters, view.snapshot)
    _agent(
        key=f"agent_{agent.agent_id}",
        data={
            "id": agent.agent_id,
            "name": agent.name,
            "list": changes.to(own),
            "numbers": [_number(name, agent, own) for name in agent.numbers],
            "against": before,
            "note": _note(before, is_near=any(each.is_near for each in agent.numbers.values())),
            "line": agent.line,
            "line_before": agent.line_before,
            "slices": [_slice(each, view) for each in slices] if agent.line else [],
            "channels": _channels(channels, own),
        },
    )


def _note(before: str, *, is_near: bool) -> str:
    """Return what the numbers are compared with, in sentences."""
    change = f"Changes are against {before}. " if before else ""
    others = f"{change}Others are all other agents under the same filters."
    return f"{others} {NEAR}" if is_near else others


def _number(name: str, agent: Agent, own: Filters) -> Data:
    """Return a number with its change and the same of the others."""
    metric, number = METRICS[name], agent.numbers[name]
    behind = links.behind(metric, own) if metric.unit in (Unit.SESSIONS, Unit.RATE) else None
    is_better = metric.good_direction is not Good.NEITHER and _is_better(
        number, metric.good_direction
    )
    return {
        "label": LABELS.get(name, metric.label),
        "title": metric.definition,
        "unit": metric.unit,
        "value": number.value,
        "n": number.n,
        "low": number.low,
        "high": number.high,
        "before": number.before,
        "change": number.change,
        "is_noise": number.is_noise,
        "is_uncertain": number.is_uncertain,
        "is_near": number.is_near,
        "was_near": number.was_near,
        "others_near": name in agent.near,
        "is_better": is_better if metric.good_direction is not Good.NEITHER else None,
        "others": None if metric.unit is Unit.SESSIONS else agent.others[name],
        "differs": agent.differs.get(name) if name in RATES else None,
        "list": None if behind is None else changes.to(behind),
    }


def _is_better(number: Compared, good: Good) -> bool:
    return (number.change or 0) * (1 if good is Good.UP else -1) > 0


def _slice(filters: Filters, view: View) -> Data:
    """Return from when to when a slice lasts, in the report zone, and its sessions."""
    zone = ZoneInfo(view.filters.tz or view.snapshot.zone)
    after, before = filters.started_after, filters.started_before or view.snapshot.tick
    ends = [moment.astimezone(zone) for moment in (after, before) if moment is not None]
    return {
        "label": " to ".join(f"{end.day} {end:%b %H:%M}" for end in ends),
        "change": changes.to(filters),
    }


def _channels(rows: pl.DataFrame, own: Filters) -> list[Data]:
    """Return a bar for each channel in the order of the channels' places."""
    known: Mapping[str, Mapping[str, Any]] = {row["channel"]: row for row in rows.to_dicts()}
    places = [channel for channel in theme.CHANNEL_PLACES if channel in known]
    total = sum(known[channel]["sessions"] for channel in places)
    return [
        {
            **theme.CHANNELS[channel],
            "sessions": known[channel]["sessions"],
            "share": known[channel]["sessions"] / total,
            "failure_rate": known[channel]["failure_rate"],
            "change": _to(links.part("channel", channel, own)),
        }
        for channel in places
    ]


def _to(behind: Filters | None) -> Data | None:
    return None if behind is None else changes.to(behind)
