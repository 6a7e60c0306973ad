"""From blocks to rows: each step of each session with its time and its words."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ingest.demo import agents, slots
from ingest.demo.agents import CHANNELS
from ingest.demo.dialogue import HEAD, TAIL, blocks
from ingest.demo.dice import Dice, Flags, Floats, Ints
from ingest.demo.library import Library, library
from ingest.demo.plan import STUCK, Plan
from ingest.demo.steps import KINDS
from models import Channel, Sender

# How slowly users answer on each channel.
_USER_PACE = {
    Channel.WEB: 1.0,
    Channel.PHONE: 0.45,
    Channel.TELEGRAM: 1.8,
    Channel.WHATSAPP: 2.2,
    Channel.MOBILE_SDK: 1.2,
    Channel.SIP: 0.45,
}
# How often an answer comes much later, for what is between a message and the next.
_PAUSES = {Channel.TELEGRAM: 0.012, Channel.WHATSAPP: 0.016, Channel.MOBILE_SDK: 0.003}
_PAUSE = 70
_WORDINGS = 6  # a step has one, two or three of them
_SESSION_SPREAD, _ROW_SPREAD = 0.75, 0.5
_LIVE_PACE = 3  # those that run at the end take their time, so that most still do


@dataclass(frozen=True)
class Rows:
    """The messages and events of some sessions, in order; `owner` is the session's index."""

    owner: Ints
    seq: Ints
    kind: Ints  # into KINDS
    at: Ints  # microseconds since 1970
    name: pa.Array
    text: pa.Array
    has_ended: Flags  # of the sessions: all that was planned has happened

    @property
    def is_message(self) -> Flags:
        """Tell messages from events."""
        return self.kind < len(Sender)

    @property
    def begins(self) -> Ints:
        """The first row of each session; every session has one."""
        return np.flatnonzero(np.diff(self.owner, prepend=-1))

    @property
    def ends(self) -> Ints:
        """The last row of each session."""
        return np.append(self.begins[1:], len(self.owner)) - 1


def within(lengths: Ints) -> Ints:
    """Return 0, 1, … up to each length, one after the other."""
    return np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def unfold(plan: Plan, end_us: int) -> Rows:
    """Return what has happened in the sessions until `end_us`."""
    shelf = library()
    owner, step, part = _steps(shelf, blocks(plan, shelf))
    position = within(np.bincount(owner, minlength=len(plan.numbers)))
    dice = plan.dice.spread(owner, position)
    at = _times(plan, shelf, owner, step, dice)
    happened = at <= end_us
    cut = np.bincount(owner[~happened], minlength=len(plan.numbers)) > 0
    owner, step, part = owner[happened], step[happened], part[happened]
    # One draw for all of a part, so that question and answer are of the same wording.
    turn = plan.dice.spread(owner, part).below("wording", _WORDINGS)
    wording = shelf.steps.first[step] + turn % shelf.steps.count[step]
    values = slots.values(shelf.languages, plan.dice, plan.people, plan.agent)
    return Rows(
        owner=owner,
        seq=position[happened] + 1,
        kind=shelf.steps.kind[step],
        at=at[happened],
        name=shelf.steps.name.take(pa.array(step)),
        text=shelf.steps.words(wording, owner, values),
        has_ended=~cut & (plan.ending != STUCK),
    )


def _steps(shelf: Library, chosen: Ints) -> tuple[Ints, Ints, Ints]:
    """Return each row's session, step, and part of the session; the body is one part."""
    sessions, columns = chosen.shape
    part = np.arange(columns)
    part[TAIL] = HEAD
    lengths = shelf.length[chosen]
    flat = lengths.ravel()
    step = np.repeat(shelf.start[chosen].ravel(), flat) + within(flat)
    owner = np.repeat(np.arange(sessions), lengths.sum(axis=1))
    return owner, step, np.repeat(np.tile(part, sessions), flat)


def _times(plan: Plan, shelf: Library, owner: Ints, step: Ints, dice: Dice) -> Ints:
    """Return when each row happens: gaps after the start of its session, in whole ms."""
    is_user = shelf.steps.kind[step] == KINDS.index(Sender.USER)
    pauses = np.array([_PAUSES.get(channel, 0.0) for channel in CHANNELS])[plan.channel]
    is_pause = is_user & (dice.uniform("pause") < pauses[owner])
    gaps = shelf.steps.gap[step] * np.where(is_user, *(pace[owner] for pace in _paces(plan)))
    gaps = gaps * np.exp(_ROW_SPREAD * dice.normal("gap")) * np.where(is_pause, _PAUSE, 1)
    passed = np.cumsum(gaps.astype(np.int64))
    begins = np.flatnonzero(np.diff(owner, prepend=-1))
    return plan.started[owner] + (passed - passed[begins][owner]) * 1000


def _paces(plan: Plan) -> tuple[Floats, Floats]:
    """Return how slow the user and the agent of each session are."""
    own = np.exp(_SESSION_SPREAD * plan.dice.normal("pace"))
    own = np.where(plan.is_live, np.maximum(own, 1) * _LIVE_PACE, own)
    user = np.array([_USER_PACE[channel] for channel in CHANNELS])[plan.channel]
    return user * own, agents.rates("pace")[plan.agent]
