"""The keys of the API: all of them, a form for a new one, and a new one's text, shown once."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from components import state
from components.assets import Data, element
from components.times import milliseconds
from errors import ParleyError
from lake.keys import LONGEST, MAX_TEXT, OVERLAP, Key, Keys, KeyScope

_element = element("api_keys")

NAME = "api_keys"
DAYS = (7, 30, 90, LONGEST.days)
USUAL_DAYS = 90
# What each scope allows, in words.
WORDS: dict[KeyScope, str] = {
    KeyScope.READ_METRICS: "Numbers: cards, metrics, agents",
    KeyScope.READ_SESSIONS: "Lists of sessions, and what is known of one",
    KeyScope.READ_TRANSCRIPTS: "What was said, and events",
    KeyScope.EXPORT: "Exports of all filtered sessions",
    KeyScope.INGEST: "Sending sessions in",
    KeyScope.ADMIN: "Administration",
}


def show(keys: Keys, names: Mapping[str, str], *, now: datetime) -> None:
    """Render all keys; `names` are the agents by id. A press changes keys before the next run."""
    fresh = state.taken(NAME) or {}
    _element(
        key=NAME,
        data={
            "run": state.run_number() if fresh else 0,
            "fresh": fresh.get("text"),
            "problem": fresh.get("problem"),
            "now": milliseconds(now),
            "keys": [_row(key, names, now) for key in keys.listed()],
            "scopes": [{"name": scope, "text": words} for scope, words in WORDS.items()],
            "agents": [{"id": agent_id, "name": name} for agent_id, name in names.items()],
            "days": DAYS,
            "usual_days": USUAL_DAYS,
            "most": MAX_TEXT,
            "overlap_hours": OVERLAP // timedelta(hours=1),
        },
        on_create_change=partial(_changed, "create", partial(_create, keys, now)),
        on_rotate_change=partial(_changed, "rotate", partial(_rotate, keys, now)),
        on_revoke_change=partial(_changed, "revoke", partial(_revoke, keys, now)),
    )


def _row(key: Key, names: Mapping[str, str], now: datetime) -> Data:
    used = key.last_used_at
    return {
        "id": key.key_id,
        "name": key.name,
        "state": key.state(now),
        "scopes": sorted(key.scopes),
        "agents": None
        if key.agents is None
        else [names.get(each, each) for each in sorted(key.agents)],
        "source": key.source,
        "expires": milliseconds(key.expires_at),
        "used": None if used is None else milliseconds(used),
    }


def _changed(press: str, work: Callable[[Any], str | None]) -> None:
    """Do what was pressed, and keep what comes of it for the run that follows."""
    try:
        text = work(state.pressed(NAME, press))
    except ParleyError as error:
        state.keep(NAME, {"problem": f"{error.sentence} {error.advice}"})
    else:
        state.keep(NAME, {"text": text})


def _create(keys: Keys, now: datetime, asked: Mapping[str, Any]) -> str:
    known = [scope for scope in KeyScope if scope in asked["scopes"]]
    lasting = timedelta(days=int(asked["days"]))
    _, text = keys.create(
        str(asked["name"]), known, now=now, agents=asked["agents"] or None,
        source=str(asked["source"]), lasting=lasting,
    )  # fmt: skip
    return text


def _rotate(keys: Keys, now: datetime, key_id: str) -> str:
    _, text = keys.rotate(key_id, now=now)
    return text


def _revoke(keys: Keys, now: datetime, key_id: str) -> None:
    keys.revoke(key_id, now=now)
