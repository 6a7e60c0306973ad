"""What is to happen in each session, before its messages are written: one array a property."""

from dataclasses import dataclass

import numpy as np

from ingest.demo import agents
from ingest.demo.agents import CHANNELS, INCIDENT_AGENT, INCIDENT_TOPIC
from ingest.demo.dice import Dice, Flags, Floats, Ints, throw
from ingest.demo.endings import ENDINGS
from ingest.demo.library import TYPES, library
from ingest.demo.parameters import Parameters
from ingest.demo.people import People, people
from ingest.demo.rhythm import Rhythm
from models import Channel, SessionType

_WEB = CHANNELS.index(Channel.WEB)
# chat, voice, video: their shares on each channel, in the order of CHANNELS
_TYPE_SHARES = np.array(
    [[0.95, 0.0, 0.05], [0, 1, 0], [1, 0, 0], [1, 0, 0], [0.85, 0.06, 0.09], [0, 1, 0]], dtype=float
)
_FAILS_MORE = np.array([0.9, 1.2, 0.8, 0.8, 1.1, 1.7])  # by channel
_ENDED_BY = {  # shares within a status
    ("completed", "user"): 0.8,
    ("completed", "agent"): 0.2,
    ("failed", "system"): 1.0,
    ("cancelled", "user"): 0.68,
    ("cancelled", "agent"): 0.07,
    ("cancelled", "system"): 0.25,
}
STUCK = -1  # an ending that never came
_BROKEN = ENDINGS.index(("failed", "system"))
_DRAWN_IN, _BREAKS = 0.40, 0.88  # of the sessions in the incident: come for it, fail by it
_LIVE_SECONDS, _STUCK_SECONDS, _STUCK_SPAN = 1500, 7200, 50_000


@dataclass(frozen=True)
class Plan:
    """Some sessions by number; all arrays have their length."""

    numbers: Ints
    dice: Dice
    people: People
    started: Ints  # microseconds since 1970
    is_live: Flags  # made to run at the end of the data
    is_hit: Flags  # by the incident
    agent: Ints  # into AGENTS
    channel: Ints  # into CHANNELS
    kind: Ints  # into TYPES
    topic: Ints  # into TOPICS
    ending: Ints  # into ENDINGS, or STUCK

    def ends(self, status: str, reason: str | None = None) -> Flags:
        """Tell which sessions are to end with `status`, by `reason`."""
        wanted = [
            index
            for index, (one, by) in enumerate(ENDINGS)
            if one == status and reason in (None, by)
        ]
        found: Flags = np.isin(self.ending, wanted)
        return found

    def of_type(self, kind: SessionType) -> Flags:
        """Tell which sessions are of a type."""
        found: Flags = self.kind == TYPES.index(kind)
        return found


def plan(parameters: Parameters, times: Rhythm, numbers: Ints) -> Plan:
    """Return what is to happen in the sessions with these numbers."""
    dice = throw(parameters.seed, numbers)
    shelf = library()
    who = people(parameters, numbers, dice, tuple(one.code for one in shelf.languages))
    is_live = numbers >= parameters.sessions - parameters.live
    is_stuck = ~is_live & (numbers >= parameters.sessions - parameters.live - parameters.stuck)
    usual = times.starts((numbers + dice.uniform("start")) / parameters.sessions)
    late = _late(parameters, dice, is_stuck)
    started = np.where(is_live | is_stuck, late, usual)
    troubled = times.has_incident(started) & ~is_live & ~is_stuck
    drawn_in = troubled & (dice.uniform("drawn in") < _DRAWN_IN)
    agent = np.where(drawn_in, INCIDENT_AGENT, dice.pick("agent", agents.shares()))
    channel = dice.pick("channel", agents.channel_weights()[agent])
    channel = np.where(drawn_in, _WEB, channel)
    is_hit = troubled & (agent == INCIDENT_AGENT) & (channel == _WEB)
    topic = dice.pick("topic", agents.topic_weights()[agent])
    topic = shelf.about[who.language, np.where(is_hit, INCIDENT_TOPIC, topic)]
    is_hit &= dice.uniform("breaks") < _BREAKS
    ending = np.where(is_hit, _BROKEN, dice.pick("ending", _endings(agent, channel)))
    ending = np.where(is_stuck, STUCK, ending)
    kind = dice.pick("type", _TYPE_SHARES[channel])
    return Plan(numbers, dice, who, started, is_live, is_hit, agent, channel, kind, topic, ending)


def _late(parameters: Parameters, dice: Dice, is_stuck: Flags) -> Ints:
    """Return the start of sessions that are put before the end by hand, minutes or hours."""
    draw = dice.uniform("before end")
    seconds = np.where(is_stuck, _STUCK_SECONDS + draw * _STUCK_SPAN, 3 + draw**2 * _LIVE_SECONDS)
    return parameters.end_us - (seconds * 1000).astype(np.int64) * 1000


def _endings(agent: Ints, channel: Ints) -> Floats:
    """Return how often each ending comes, a row a session."""
    failed = agents.rates("failed")[agent] * _FAILS_MORE[channel]
    cancelled = agents.rates("cancelled")[agent]
    rates = {"failed": failed, "cancelled": cancelled, "completed": 1 - failed - cancelled}
    return np.column_stack([rates[one] * _ENDED_BY[one, by] for one, by in ENDINGS])
