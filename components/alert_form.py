"""The form of an alert: what stands in it, in the units of people, and what that wishes for.

Rates and changes are typed as per cent, durations as seconds. The filters are those of the address.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Any
from urllib.parse import urlencode

from alerts import wishes
from alerts.desk import wish_of
from alerts.wishes import DATED, LONGEST, Wish
from components import state
from components.assets import Data
from lake.alert_refusals import AlertRefusedError
from lake.alert_rows import Alert
from queries.catalog import METRICS, Unit
from queries.filters import Filters, Scope
from queries.rules import Condition, Rule, Window

NAME = "alerts"
UNNAMED = "An alert"
FIELDS = ("name", "metric", "window", "condition", "threshold", "resolve", "least")
USUAL = {"metric": "failure_rate", "window": Window.HOUR.value, "condition": Condition.ABOVE.value}
# How many of what is typed are one of what is kept, and the word for it.
_TYPED = {
    Unit.RATE: (100.0, "%"), Unit.MILLISECONDS: (0.001, "s"), Unit.SESSIONS: (1.0, "sessions"),
    Unit.NUMBER: (1.0, ""),
}  # fmt: skip
WINDOWS = {
    Window.MINUTES_5: "5 minutes", Window.MINUTES_15: "15 minutes",
    Window.MINUTES_30: "30 minutes", Window.HOUR: "hour", Window.HOURS_3: "3 hours",
    Window.HOURS_6: "6 hours", Window.HOURS_12: "12 hours", Window.DAY: "24 hours",
    Window.WEEK: "7 days",
}  # fmt: skip
CONDITIONS = {
    Condition.ABOVE: "is above", Condition.BELOW: "is below",
    Condition.UP: "has risen by more than", Condition.DOWN: "has fallen by more than",
}  # fmt: skip

SHORT = {
    Condition.ABOVE: "above", Condition.BELOW: "below", Condition.UP: "up by more than",
    Condition.DOWN: "down by more than",
}  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """What stands in the form; `alert_id` is the alert that it changes."""

    alert_id: str | None
    fields: Mapping[str, str]
    saved: int  # another number after each time that something was saved
    agents: frozenset[str] | None = None  # what the maker of that alert may see
    of: str = ""  # the metric that the address names; another one begins another draft

    @classmethod
    def read(cls, opened: Alert | None, metric: str) -> "Draft":
        """Return what was typed last, else the opened alert, else a new one of a metric."""
        told = state.told(NAME) or {}
        alert_id = None if opened is None else opened.alert_id
        agents = None if opened is None else opened.agents
        saved = saves(told)
        if (told.get("id"), told.get("of")) == (alert_id, metric) and "fields" in told:
            return cls(alert_id, _texts(told["fields"]), saved, agents, metric)
        if opened is not None:
            return cls(alert_id, fields_of(wish_of(opened.rule)), saved, agents, metric)
        known = {"metric": metric} if metric in METRICS else {}
        return cls(None, {**dict.fromkeys(FIELDS, ""), **USUAL, **known}, saved, of=metric)

    @property
    def has_threshold(self) -> bool:
        """Whether it can be said when it would fire."""
        return bool(self.fields["threshold"].strip())

    def wish(self, filters: Filters) -> Wish:
        """Return what is wished for; raises AlertRefusedError for what is no number."""
        told = self.fields
        scale, _ = typed(told["metric"], told["condition"])
        least = _number(told["least"], "n")
        return Wish(
            told["name"], told["metric"], told["window"], told["condition"],
            (_number(told["threshold"], "threshold") or 0.0) / scale, asked(filters),
            _scaled(_number(told["resolve"], "resolve"), scale),
            None if least is None else int(least),
        )  # fmt: skip

    def data(self) -> Data:
        """Return the form for the browser, which fills it where its key is another one."""
        key = f"{self.alert_id or 'new'}-{self.of}-{self.saved}"
        return {"key": key, "id": self.alert_id, "of": self.of, "fields": dict(self.fields)}


def tried(draft: Draft, filters: Filters) -> Wish:
    """Return the wish of a draft that may have no name yet."""
    wish = draft.wish(filters)
    wish = replace(wish, name=wish.name.strip()[:LONGEST] or UNNAMED)
    return wish if draft.has_threshold else replace(wish, threshold=0.5, resolve=None)


def narrowed(rule: Rule, draft: Draft) -> Rule:
    """Return a rule over what the maker of the opened alert may see."""
    if draft.agents is None:
        return rule
    return replace(rule, filters=rule.filters.within(Scope(draft.agents)))


def silenced(rule: Rule) -> Rule:
    """Return a rule that never fires, for a chart before there is a threshold."""
    edge = -inf if rule.condition is Condition.BELOW else inf
    return replace(rule, threshold=edge, resolve=edge)


def asked(filters: Filters) -> str:
    """Return filters as an alert has them: without a range."""
    return urlencode(filters.without("range").to_query())


def fields_of(wish: Wish) -> dict[str, str]:
    """Return a wish as it is typed; what is usual is left out."""
    scale, _ = typed(wish.metric, wish.condition)
    usual = wishes.stored(replace(wish, resolve=None, least=None))
    resolve = None if wish.resolve == usual.resolve else wish.resolve
    least = None if wish.least == usual.least else wish.least
    return {
        "name": wish.name, "metric": wish.metric, "window": wish.window,
        "condition": wish.condition, "threshold": _plain(wish.threshold * scale),
        "resolve": "" if resolve is None else _plain(resolve * scale),
        "least": "" if least is None else str(least),
    }  # fmt: skip


def typed(metric: str, condition: str) -> tuple[float, str]:
    """Return how many of what is typed are one of what is kept, and the unit's word."""
    if condition in (Condition.UP, Condition.DOWN):
        return _TYPED[Unit.RATE]
    known = METRICS.get(metric)
    return (1.0, "") if known is None else _TYPED[known.unit]


def unit(rule: Rule) -> str:
    """Return the unit of what is held against the threshold; changes are told like rates."""
    return Unit.RATE if rule.condition.is_change else rule.metric.unit


def lists() -> Data:
    """Return the closed lists of the form."""
    return {
        "metrics": [
            {"value": each.name, "label": each.label, "text": each.definition,
             "unit": _TYPED[each.unit][1], "is_count": each.is_count}
            for each in METRICS.values()
        ],
        "windows": [{"value": each.value, "label": words} for each, words in WINDOWS.items()],
        "conditions": [
            {"value": each.value, "label": words, "is_change": each.is_change}
            for each, words in CONDITIONS.items()
        ],
        "most": LONGEST,
    }  # fmt: skip


def has_range(filters: Filters) -> bool:
    """Return whether the address has a range, which an alert has not."""
    return any(name in DATED for name, _ in filters.to_query())


def saves(told: Mapping[str, object]) -> int:
    """Return how often something was saved."""
    held = told.get("saved")
    return held if isinstance(held, int) else 0


def _texts(given: Any) -> dict[str, str]:  # noqa: ANN401  whatever the browser has sent
    return {name: str(given.get(name) or "") for name in FIELDS}


def _number(text: str, what: str) -> float | None:
    """Return a number that was typed, with a comma or a point; raises AlertRefusedError."""
    plain = text.strip().replace(",", ".")
    if not plain:
        return None
    try:
        return float(plain)
    except ValueError as error:
        raise AlertRefusedError(f"{what}: {text[:40]!r} is no number.") from error


def _scaled(value: float | None, scale: float) -> float | None:
    return None if value is None else value / scale


def _plain(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")
