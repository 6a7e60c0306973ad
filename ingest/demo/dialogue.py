"""Which blocks make up each session: a row a session, a column a part of the conversation."""

import numpy as np

from ingest.demo import agents
from ingest.demo.agents import CHANNELS
from ingest.demo.dice import Flags, Ints
from ingest.demo.endings import ERRORS
from ingest.demo.library import EMPTY, Library
from ingest.demo.plan import STUCK, Plan
from models import Channel, SessionType

HEAD, TAIL = 2, 5  # the columns of the body's two parts
_MESSENGERS = [CHANNELS.index(channel) for channel in (Channel.TELEGRAM, Channel.WHATSAPP)]
_GREETED = 0.3  # of the written sessions; spoken ones always are
_RECOVERED = 0.015  # of the completed ones had an error in between
_CLOSED, _SAID_WHY, _SORRY = 0.7, 0.75, 0.7
_FURTHER = np.array([0.72, 0.20, 0.06, 0.02])  # how many further questions


def blocks(plan: Plan, shelf: Library) -> Ints:
    """Return the blocks of each session in their order, `EMPTY` where a part is missing."""
    completed = plan.ends("completed")
    errors, recovered, sorry = _trouble(plan, shelf, completed)
    is_handed = completed & (plan.dice.uniform("handoff") < agents.rates("handoff")[plan.agent])
    head, tail = _body(plan, shelf, completed)
    return np.column_stack(
        [
            shelf.connected.draw(plan.dice, "connected", plan.channel, plan.kind),
            _greeting(plan, shelf),
            head,
            errors,
            recovered,
            tail,
            _named(plan, shelf, "handoff", is_handed),
            *_further(plan, shelf, completed & ~is_handed),
            _closing(plan, shelf, completed),
            sorry,
            np.where(plan.ending == STUCK, EMPTY, shelf.endings[plan.ending]),
        ]
    )


def _named(plan: Plan, shelf: Library, name: str, where: Flags) -> Ints:
    """Return a block of this name where wanted."""
    chosen = shelf.named[name].draw(plan.dice, name, plan.people.language)
    return np.where(where, chosen, EMPTY)


def _greeting(plan: Plan, shelf: Library) -> Ints:
    """Return the agent's first words."""
    is_spoken = ~plan.of_type(SessionType.CHAT)
    return _named(plan, shelf, "greet", is_spoken | (plan.dice.uniform("greeted") < _GREETED))


def _body(plan: Plan, shelf: Library, completed: Flags) -> tuple[Ints, Ints]:
    """Return what the session is about, in two parts: cut short where it ends early."""
    keys = plan.people.language, plan.topic
    split = shelf.splits.draw(plan.dice, "split", *keys)
    split = np.where(plan.is_hit, shelf.splits.last(*keys), split)
    heard = shelf.heard.draw(plan.dice, "cut", *keys)
    unheard = shelf.unheard.draw(plan.dice, "cut", *keys)
    head = np.select(
        [plan.ends("cancelled", "agent") | (plan.ending == STUCK), plan.ends("cancelled")],
        [unheard, heard],
        split,
    )
    return head, np.where(completed, shelf.rest[split], EMPTY)


def _trouble(plan: Plan, shelf: Library, completed: Flags) -> tuple[Ints, Ints, Ints]:
    """Return the errors, and the agent's words after one: another try, or an apology."""
    places = list(ERRORS)
    where = np.select(
        [
            plan.is_hit,
            plan.of_type(SessionType.VOICE),
            plan.of_type(SessionType.VIDEO),
            np.isin(plan.channel, _MESSENGERS),
        ],
        [places.index(place) for place in ("incident", "voice", "video", "messaging")],
        places.index("tools"),
    )
    failed = plan.ends("failed")
    recovered = completed & (plan.dice.uniform("recovered") < _RECOVERED)
    errors = shelf.errors.draw(plan.dice, "error", where)
    return (
        np.where(failed | recovered, errors, EMPTY),
        _named(plan, shelf, "recover", recovered),
        _named(plan, shelf, "sorry", failed & (plan.dice.uniform("sorry") < _SORRY)),
    )


def _further(plan: Plan, shelf: Library, where: Flags) -> list[Ints]:
    """Return further questions, none of them twice in a session."""
    choices = shelf.named["more"]
    language = plan.people.language
    most = np.minimum(plan.dice.pick("further", _FURTHER), choices.count[language])
    first = plan.dice.below("first further", choices.count[language])
    return [
        np.where(where & (turn < most), choices.turn(first + turn, language), EMPTY)
        for turn in range(len(_FURTHER) - 1)
    ]


def _closing(plan: Plan, shelf: Library, completed: Flags) -> Ints:
    """Return the last words, by how the session ends."""
    draw = plan.dice.uniform("closed")
    said_why = draw < _SAID_WHY
    parts = [
        _named(plan, shelf, "close", completed & (draw < _CLOSED)),
        _named(plan, shelf, "giveup", plan.ends("cancelled", "user") & said_why),
        _named(plan, shelf, "decline", plan.ends("cancelled", "agent")),
        _named(plan, shelf, "idle", plan.ends("cancelled", "system") & said_why),
    ]
    chosen: Ints = np.maximum.reduce(parts)  # at most one is not EMPTY, which is 0
    return chosen
