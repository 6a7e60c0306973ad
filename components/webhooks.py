"""Webhooks: all of them, a form for a new one, a new secret, shown once, and what was sent."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from components import state
from components.assets import Data, element
from components.times import milliseconds
from errors import ParleyError
from hooks import wishes
from hooks.desk import Change, Desk
from hooks.wishes import MOST_WORDS
from lake.deliveries import Attempt, Message, MessageState, Standing
from lake.hook_types import HookType
from lake.subscriptions import OVERLAP, Subscription
from models import CHANNEL_LABELS, SessionType, Status

_element = element("webhooks")

NAME = "webhooks"
LISTED = 20  # messages of a log
# What each type tells of, in words.
WORDS: dict[HookType, str] = {
    HookType.STARTED: "A session has begun",
    HookType.COMPLETED: "It has ended well",
    HookType.FAILED: "It has ended by an error",
    HookType.CANCELLED: "Somebody has ended it",
    HookType.UPDATED: "Something else about it has changed",
    HookType.HANDOFF: "It was handed to a person",
    HookType.ALERT_FIRED: "An alert has fired; no filter narrows it",
    HookType.ALERT_RESOLVED: "An alert was resolved",
}


def show(desk: Desk, names: Mapping[str, str]) -> None:
    """Render all webhooks; `names` are the agents by id. A press does its work before the next run.

    Times are true ones, whatever counts as now elsewhere: they are compared with receivers' logs.
    """
    fresh = state.taken(NAME) or {}
    now = datetime.now(UTC)
    _element(
        key=NAME,
        data={
            "run": state.run_number() if fresh else 0,
            "fresh": fresh.get("secret"),
            "problem": fresh.get("problem"),
            "note": fresh.get("note"),
            "now": milliseconds(now),
            "hooks": [
                _row(each, desk.standing(each.subscription_id), now) for each in desk.listed()
            ],
            "log": _log(desk),
            "types": [{"value": kind, "label": kind, "text": text} for kind, text in WORDS.items()],
            "filters": _filters(names),
            "most": MOST_WORDS,
            "overlap_hours": OVERLAP // timedelta(hours=1),
        },
        **_listening(desk),
    )


def _listening(desk: Desk) -> Mapping[str, Any]:
    """Return what is called for each press."""
    return {
        f"on_{press}_change": partial(_changed, press, partial(work, desk))
        for press, work in PRESSES.items()
    }


def _row(found: Subscription, standing: Standing, now: datetime) -> Data:
    texts = wishes.texts(found.wanted.conditions)
    return {
        "id": found.subscription_id,
        "url": found.wanted.url,
        "description": found.wanted.description,
        "state": found.state,
        "reason": found.reason,
        "types": sorted(found.wanted.types),
        "filter": [f"{name}: {value}" for name, values in texts.items() for value in values],
        "waiting": standing.waiting,
        "oldest": _known(standing.oldest_at),
        "given_up": standing.given_up,
        "last": _known(standing.last_at),
        "last_status": standing.last_status,
        "secrets": len(found.signing(now)),
    }


def _filters(names: Mapping[str, str]) -> list[Data]:
    """Return the closed lists that a webhook can be narrowed by."""
    lists = {
        "channel": {str(each): label for each, label in CHANNEL_LABELS.items()},
        "type": {str(each): each.capitalize() for each in SessionType},
        "status": {str(each): each.capitalize() for each in Status},
        "agent": dict(names),
    }
    return [
        {"name": name, "options": [{"value": value, "label": label}
                                   for value, label in options.items()]}
        for name, options in lists.items()
    ]  # fmt: skip


def _log(desk: Desk) -> Data | None:
    """Return the log that somebody has opened, with the message that is open in it."""
    asked = state.told(NAME) or {}
    subscription_id = asked.get("log")
    found = [each for each in desk.listed() if each.subscription_id == subscription_id]
    if not found:
        return None
    messages, total = desk.sent(found[0].subscription_id, limit=LISTED)
    opened = [each for each in messages if each.message_id == asked.get("message")]
    return {
        "id": subscription_id,
        "url": found[0].wanted.url,
        "total": total,
        "messages": [_message(each) for each in messages],
        "opened": _whole(*desk.message(found[0].subscription_id, opened[0].message_id))
        if opened else None,
    }  # fmt: skip


def _message(message: Message) -> Data:
    is_waiting = message.state is MessageState.WAITING
    return {
        "id": message.message_id,
        "type": message.type,
        "session": message.session_id,
        "state": message.state,
        "tries": message.tries,
        "at": milliseconds(message.created_at),
        "due": milliseconds(message.due_at) if is_waiting else None,
    }


def _whole(message: Message, attempts: list[Attempt]) -> Data:
    tried = [
        {"at": milliseconds(each.started_at), "ms": each.duration_ms, "status": each.status,
         "error": each.error, "answer": each.answer,
         "headers": [f"{name}: {value}" for name, value in each.headers.items()]}
        for each in attempts
    ]  # fmt: skip
    return {"id": message.message_id, "body": message.body, "attempts": tried}


def _changed(press: str, work: Callable[[Any], Data]) -> None:
    """Do what was pressed, and keep what comes of it for the run that follows."""
    try:
        kept = work(state.pressed(NAME, press))
    except ParleyError as error:
        kept = {"problem": f"{error.sentence} {error.advice}"}
    state.keep(NAME, kept)


def _create(desk: Desk, asked: Mapping[str, Any]) -> Data:
    lines = str(asked["metadata"]).splitlines()
    given = {name: [str(each) for each in asked[name]] for name in ("channel", "type", "status",
                                                                    "agent")}  # fmt: skip
    given["metadata"] = [line.strip() for line in lines if line.strip()]
    given["source"] = [each.strip() for each in str(asked["source"]).split(",") if each.strip()]
    _, secret = desk.add(
        str(asked["url"]).strip(), [str(each) for each in asked["types"]], filter=given,
        description=str(asked["description"]),
    )  # fmt: skip
    return {"secret": secret}


def _rotate(desk: Desk, subscription_id: str) -> Data:
    return {"secret": desk.rotate(subscription_id)[1]}


def _remove(desk: Desk, subscription_id: str) -> Data:
    desk.remove(subscription_id)
    return {}


def _enable(desk: Desk, subscription_id: str) -> Data:
    desk.change(subscription_id, Change(is_enabled=True))
    return {}


def _disable(desk: Desk, subscription_id: str) -> Data:
    desk.change(subscription_id, Change(is_enabled=False))
    return {}


def _test(desk: Desk, subscription_id: str) -> Data:
    """Send a test, which takes as long as the receiver, and open the log at it."""
    message, attempt = asyncio.run(desk.tried(subscription_id))
    state.tell(NAME, {"log": subscription_id, "message": message.message_id})
    told = attempt.error or f"The test has arrived: the receiver answered {attempt.status}."
    return {"problem" if attempt.error else "note": told}


def _open(_desk: Desk, asked: Mapping[str, Any]) -> Data:
    """Open a log, or a message in it; None closes."""
    state.tell(NAME, {"log": asked.get("log"), "message": asked.get("message")})
    return {}


def _replay(desk: Desk, asked: Mapping[str, Any]) -> Data:
    desk.replay(str(asked["log"]), str(asked["message"]))
    return {"note": "It is sent again, under the same id."}


PRESSES: dict[str, Callable[[Desk, Any], Data]] = {
    "create": _create, "rotate": _rotate, "remove": _remove, "enable": _enable,
    "disable": _disable, "test": _test, "open": _open, "replay": _replay,
}  # fmt: skip


def _known(moment: datetime | None) -> int | None:
    return None if moment is None else milliseconds(moment)
