"""What is told of a firing: the rule, the number and its window, and the way to the sessions."""

from typing import Any
from urllib.parse import urlencode

from alerts import wishes
from errors import ParleyError
from lake.alert_events import HOOKS, Body
from lake.alert_rows import Alert, AlertEvent, Seen
from lake.hook_types import moment, written
from queries import backtest
from queries.filters import Filters
from queries.rules import Reading

PAGE = "alerts"
OPENED = "alert"  # a parameter of the address: the alert that is looked at


def body(page: str) -> Body:
    """Return what writes the body of a webhook; `page` is the address of the dashboard."""

    def write(alert: Alert, event: AlertEvent) -> str:
        return written(HOOKS[event.kind], event.at, _data(alert, event, page)).decode()

    return write


def sessions(alert: Alert, seen: Seen | None) -> Filters | None:
    """Return the sessions behind what was found.

    None where nobody has looked, and where the rule cannot be read any more.
    """
    try:
        rule = wishes.rule(alert.rule, alert.agents)
    except ParleyError:
        return None
    return None if seen is None else backtest.behind(rule, backtest.window(rule, seen.at))


def _data(alert: Alert, event: AlertEvent, page: str) -> dict[str, Any]:
    kept, seen = alert.rule, event.seen
    link = sessions(alert, seen)
    length = None if link is None else wishes.rule(kept, alert.agents).length
    reading = Reading(seen.value, seen.n, seen.was, seen.was_n)
    return {
        "alert_id": alert.alert_id,
        "firing_id": event.firing_id,
        "reason": event.reason,
        "name": kept.name,
        "metric": kept.metric,
        "filter": kept.filter,
        "window": kept.window,
        "condition": kept.condition,
        "threshold": kept.threshold,
        "resolve": kept.resolve,
        "least_n": kept.least,
        "value": seen.value,
        "n": seen.n,
        "previous_value": seen.was,
        "previous_n": seen.was_n,
        "change": reading.change,
        "window_start": None if length is None else moment(seen.at - length),
        "window_end": moment(seen.at),
        "links": {
            "sessions": None if link is None else f"{page}/?{urlencode(link.to_query())}",
            "alert": f"{page}/{PAGE}?{OPENED}={alert.alert_id}",
        },
    }
