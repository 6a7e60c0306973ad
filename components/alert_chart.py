"""The chart of an alert: what the rule in the form would have done in the last 30 days."""

from zoneinfo import ZoneInfo

from alerts.desk import Desk
from components import alert_form, changes
from components.alert_form import WINDOWS, Draft
from components.assets import Data
from components.state import View
from components.times import milliseconds
from errors import ParleyError
from queries import backtest
from queries.backtest import Backtest
from queries.rules import Condition, Firing, Rule, compared

FIRINGS = 12  # that are told one by one, the newest


def tried(desk: Desk, draft: Draft, view: View) -> Data:
    """Return what the rule in the form would have done, or why that cannot be said."""
    try:
        wish = alert_form.tried(draft, view.filters)
        rule = alert_form.narrowed(desk.rule(wish), draft)
        asked = rule if draft.has_threshold else alert_form.silenced(rule)
        return _chart(backtest.backtest(asked, view.snapshot), rule, draft, view.snapshot.zone)
    except ParleyError as error:
        return {"problem": f"{error.sentence} {error.advice}"}


def _chart(found: Backtest, rule: Rule, draft: Draft, zone: str) -> Data:
    points = found.points()
    each = -(-len(found.ends) // max(len(points), 1)) or 1
    spans = [
        [firing.first // each, None if firing.last is None else firing.last // each]
        for firing in found.firings
    ]
    report = ZoneInfo(zone)
    return {
        "unit": alert_form.unit(rule),
        "metric": rule.metric.label,
        "window": WINDOWS[rule.window],
        "starts": [
            milliseconds(point.at.astimezone(report).replace(tzinfo=None)) for point in points
        ],
        "values": [_drawn(point.compared) for point in points],
        "threshold": rule.threshold if draft.has_threshold else None,
        "resolve": rule.resolve,
        "least": rule.least,
        "is_below": rule.condition is Condition.BELOW,
        "spans": spans,
        "days": round(found.days),
        "count": len(found.firings),
        "firings": [_firing(found, each) for each in found.firings[: -FIRINGS - 1 : -1]],
    }  # fmt: skip


def _firing(found: Backtest, firing: Firing) -> Data:
    """Return when an alert would have fired, by how much, and the sessions of that window."""
    reading = found.readings[firing.first]
    return {
        "at": milliseconds(found.ends[firing.first]),
        "until": None if firing.last is None else milliseconds(found.ends[firing.last]),
        "value": compared(found.rule, reading),
        "n": reading.n,
        "show": changes.to(backtest.behind(found.rule, found.period(firing.first))),
    }


def _drawn(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
