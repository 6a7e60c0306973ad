"""Alerts, what has happened to them and back-tests as they are answered."""

from datetime import datetime
from urllib.parse import urlencode

from alerts import telling
from api.rows import Row, moment
from lake.alert_rows import Alert, AlertEvent, Seen
from queries import backtest
from queries.backtest import Backtest
from queries.filters import Filters
from queries.rules import STEPS, Reading


def alert(found: Alert, page: str) -> Row:
    """Return an alert with what was found last; `page` is the address of the dashboard."""
    rule = found.rule
    return {
        "alert_id": found.alert_id,
        "name": rule.name,
        "metric": rule.metric,
        "filter": rule.filter,
        "window": rule.window,
        "condition": rule.condition,
        "threshold": rule.threshold,
        "resolve": rule.resolve,
        "least_n": rule.least,
        "agents": None if found.agents is None else sorted(found.agents),
        "made_by": found.made_by,
        "created_at": moment(found.created_at),
        "changed_at": moment(found.changed_at),
        "state": found.state,
        "since": _known(found.since),
        "firing_id": found.firing_id,
        "error": found.error or None,
        "last": None if found.seen is None else _found(found.seen),
        "links": _links(telling.sessions(found, found.seen), page, found.alert_id),
    }


def event(found: Alert, happened: AlertEvent, page: str) -> Row:
    """Return what has happened to an alert."""
    return {
        **_found(happened.seen),
        "kind": happened.kind,
        "reason": happened.reason,
        "firing_id": happened.firing_id,
        "at": moment(happened.at),
        "links": _links(telling.sessions(found, happened.seen), page, found.alert_id),
    }


def tried(found: Backtest, page: str) -> Row:
    """Return a back-test."""
    return {
        "after": moment(found.ends[0]) if found.ends else None,
        "before": moment(found.until),
        "step_seconds": round(STEPS[found.rule.window].total_seconds()),
        "threshold": found.rule.threshold,
        "resolve": found.rule.resolve,
        "least_n": found.rule.least,
        "firings": [
            {
                "fired_at": moment(found.ends[each.first]),
                "resolved_at": None if each.last is None else moment(found.ends[each.last]),
                "value": found.readings[each.first].value,
                "n": found.readings[each.first].n,
                "links": _links(backtest.behind(found.rule, found.period(each.first)), page, None),
            }
            for each in found.firings
        ],
        "points": [
            {
                "window_end": moment(each.at),
                "value": found.readings[each.place].value,
                "n": found.readings[each.place].n,
                "compared": each.compared,
            }
            for each in found.points()
        ],
    }


def _found(seen: Seen) -> Row:
    reading = Reading(seen.value, seen.n, seen.was, seen.was_n)
    return {
        "value": seen.value,
        "n": seen.n,
        "previous_value": seen.was,
        "previous_n": seen.was_n,
        "change": reading.change,
        "window_end": moment(seen.at),
    }


def _links(sessions: Filters | None, page: str, alert_id: str | None) -> Row:
    query = "" if alert_id is None else f"?{telling.OPENED}={alert_id}"
    return {
        "sessions": None if sessions is None else f"{page}/?{urlencode(sessions.to_query())}",
        "alert": f"{page}/{telling.PAGE}{query}",
    }


def _known(value: datetime | None) -> str | None:
    return None if value is None else moment(value)
