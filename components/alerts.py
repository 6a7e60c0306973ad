"""Alerts: all of them, what has fired, and a form whose rule is tried while it is typed."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from alerts import telling, wishes
from alerts.desk import Change, Desk
from components import alert_chart, alert_form, changes, state
from components.alert_form import NAME, SHORT, WINDOWS, Draft
from components.assets import Data, element
from components.state import View
from components.times import milliseconds
from errors import ParleyError
from lake.alert_rows import Alert, AlertEvent, Seen
from queries import backtest
from queries.filters import Filters
from queries.rules import Reading, Rule, compared

_element = element("alerts")

LISTED = 20  # of what has fired
OPENED, METRIC = telling.OPENED, "metric"  # parameters of the address


def show(desk: Desk, view: View, *, zone: str) -> None:
    """Render all alerts and the form; a press does its work before the next run."""
    parameters = state.parameters()
    alerts = desk.listed()
    asked = [each for each in alerts if each.alert_id in parameters.get(OPENED, ())[-1:]]
    draft = Draft.read(asked[0] if asked else None, (parameters.get(METRIC) or [""])[-1])
    fresh = state.taken(NAME) or {}
    _element(
        key=NAME,
        data={
            "problem": fresh.get("problem"),
            "note": fresh.get("note"),
            "now": milliseconds(view.snapshot.tick),
            "alerts": [_row(each, view.filters, zone) for each in alerts],
            "history": _history(desk, {each.alert_id: each for each in alerts}),
            "form": draft.data(),
            "filter": [f"{each.label}: {each.text}"
                       for each in view.filters.without("range").badges(zone)],
            "has_range": alert_form.has_range(view.filters),
            "tried": alert_chart.tried(desk, draft, view),
            **alert_form.lists(),
        },
        **_listening(desk, view.filters),
    )  # fmt: skip


def _listening(desk: Desk, filters: Filters) -> Mapping[str, Any]:
    """Return what is called for each press."""
    return {
        f"on_{press}_change": partial(_changed, press, partial(work, desk, filters))
        for press, work in PRESSES.items()
    }


def _row(found: Alert, filters: Filters, zone: str) -> Data:
    """Return an alert in words and numbers; one that cannot be read any more only in words."""
    kept = found.rule
    row: Data = {
        "id": found.alert_id, "name": kept.name, "state": found.state, "by": found.made_by,
        "made": milliseconds(found.created_at), "error": found.error or None,
        "since": None if found.since is None else milliseconds(found.since),
        "checked": None if found.seen is None else milliseconds(found.seen.at),
        "edit": {**changes.clear(), METRIC: [], OPENED: [found.alert_id]},
    }  # fmt: skip
    try:
        rule = wishes.rule(kept, found.agents)
    except ParleyError as error:
        return {**row, "error": error.sentence, "metric": kept.metric, "filter": [kept.filter]}
    return {
        **row,
        **_told(rule, found.seen),
        "filter": [f"{each.label}: {each.text}" for each in rule.filters.badges(zone)],
        "edit": {**changes.towards(filters, rule.filters), METRIC: [], OPENED: [found.alert_id]},
    }


def _told(rule: Rule, seen: Seen | None) -> Data:
    """Return what an alert watches, and what was found last, with the way to the sessions."""
    return {
        "metric": rule.metric.label,
        "window": WINDOWS[rule.window],
        "condition": SHORT[rule.condition],
        "unit": alert_form.unit(rule),
        "threshold": rule.threshold,
        "resolve": rule.resolve,
        "least": rule.least,
        **(_found(rule, seen) if seen is not None else {}),
    }


def _found(rule: Rule, seen: Seen) -> Data:
    reading = Reading(seen.value, seen.n, seen.was, seen.was_n)
    period = backtest.window(rule, seen.at)
    return {
        "value": compared(rule, reading),
        "n": seen.n,
        "is_count": rule.metric.is_count,
        "show": changes.to(backtest.behind(rule, period)) if seen.n else None,
    }


def _history(desk: Desk, alerts: Mapping[str, Alert]) -> Data:
    found, total = desk.history(limit=LISTED)
    return {"total": total, "events": [_event(each, alerts[each.alert_id]) for each in found]}


def _event(event: AlertEvent, alert: Alert) -> Data:
    made: Data = {
        "name": alert.rule.name, "kind": event.kind, "reason": event.reason,
        "at": milliseconds(event.at), "key": f"{event.firing_id}-{event.kind}",
    }  # fmt: skip
    try:
        rule = wishes.rule(alert.rule, alert.agents)
    except ParleyError:
        return made
    return {**made, "unit": alert_form.unit(rule), **_found(rule, event.seen)}


def _changed(press: str, work: Callable[[Any], Data]) -> None:
    """Do what was pressed, and keep what comes of it for the run that follows."""
    try:
        kept = work(state.pressed(NAME, press))
    except ParleyError as error:
        kept = {"problem": f"{error.sentence} {error.advice}"}
    state.keep(NAME, kept)


def _try(_desk: Desk, _filters: Filters, asked: Mapping[str, Any]) -> Data:
    """Keep what stands in the form; the run that follows tries it."""
    told = state.told(NAME) or {}
    state.tell(NAME, {**told, "id": asked.get("id"), "of": asked.get("of"), "fields": asked})
    return {}


def _save(desk: Desk, filters: Filters, asked: Mapping[str, Any]) -> Data:
    _try(desk, filters, asked)
    told = state.told(NAME) or {}
    alert_id = asked.get("id")
    draft = Draft(alert_id, {name: str(asked.get(name) or "") for name in alert_form.FIELDS}, 0)
    if not draft.has_threshold:
        return {"problem": "A threshold is needed: the number beyond which it fires."}
    wish = draft.wish(filters)
    usual = wishes.stored(wish)
    if alert_id is None:
        desk.add(wish)
    else:
        values = {**vars(wish), "resolve": usual.resolve, "least": usual.least}
        desk.change(str(alert_id), Change(**values))
    state.tell(NAME, {"saved": alert_form.saves(told) + 1})
    return {"note": f"“{usual.name}” is saved; it is looked at within a minute."}


def _remove(desk: Desk, _filters: Filters, alert_id: str) -> Data:
    desk.remove(alert_id)
    return {}


def _turn(desk: Desk, _filters: Filters, asked: Mapping[str, Any]) -> Data:
    desk.change(str(asked["id"]), Change(is_enabled=bool(asked["is_enabled"])))
    return {}


PRESSES: dict[str, Callable[[Desk, Filters, Any], Data]] = {
    "try": _try, "save": _save, "remove": _remove, "turn": _turn,
}  # fmt: skip
