"""The dozen agents of the sample data, and where their sessions take place."""

from dataclasses import dataclass, field

import numpy as np

from ingest.demo.dice import Floats
from models import Channel

CHANNELS = tuple(Channel)
_CHANNEL_SHARES = {
    Channel.WEB: 0.38,
    Channel.PHONE: 0.16,
    Channel.TELEGRAM: 0.11,
    Channel.WHATSAPP: 0.19,
    Channel.MOBILE_SDK: 0.11,
    Channel.SIP: 0.05,
}
TOPICS = (
    "order_status",
    "refund",
    "payment",
    "login",
    "booking",
    "reschedule",
    "upgrade",
    "advice",
    "outage",
)


@dataclass(frozen=True)
class Agent:
    """One AI agent and its habits; shares of sessions, `pace` relative to the others."""

    agent_id: str
    name: str
    share: float
    failed: float
    cancelled: float
    handoff: float
    pace: float
    model: str
    topics: dict[str, float]
    channels: dict[Channel, float] = field(default_factory=dict)  # times the usual share


_VOICE = {Channel.PHONE: 4.0, Channel.SIP: 5.0, Channel.WEB: 0.1, Channel.TELEGRAM: 0.0}
_WRITTEN = {Channel.PHONE: 0.1, Channel.SIP: 0.1}

AGENTS = (
    Agent(
        "agt_atlas", "Atlas Support", 0.21, 0.030, 0.07, 0.06, 1.0, "lumen-2",
        {"order_status": 5, "refund": 3, "payment": 1, "login": 1},
    ),
    Agent(
        "agt_nova", "Nova Checkout", 0.15, 0.035, 0.09, 0.03, 0.8, "lumen-2",
        {"payment": 6, "order_status": 2, "refund": 1}, _WRITTEN,
    ),
    Agent(
        "agt_iris", "Iris Bookings", 0.13, 0.020, 0.11, 0.05, 1.2, "lumen-2",
        {"booking": 6, "reschedule": 3},
    ),
    Agent(
        "agt_lyra", "Lyra Voice", 0.10, 0.055, 0.12, 0.12, 1.1, "lumen-voice",
        {"order_status": 3, "reschedule": 2, "outage": 2, "booking": 2}, _VOICE,
    ),
    Agent(
        "agt_orion", "Orion Tech Desk", 0.09, 0.045, 0.08, 0.15, 1.5, "lumen-2",
        {"outage": 6, "login": 4},
    ),
    Agent(
        "agt_sol", "Sol Concierge", 0.08, 0.018, 0.06, 0.03, 1.3, "lumen-3",
        {"booking": 3, "advice": 4, "reschedule": 1}, {Channel.WHATSAPP: 2.0},
    ),
    Agent(
        "agt_vega", "Vega Sales", 0.07, 0.022, 0.16, 0.09, 1.6, "lumen-3",
        {"upgrade": 7, "advice": 3},
    ),
    Agent(
        "agt_mira", "Mira Billing", 0.06, 0.028, 0.06, 0.08, 1.0, "lumen-2",
        {"payment": 4, "refund": 3, "upgrade": 1}, {Channel.MOBILE_SDK: 1.5},
    ),
    Agent(
        "agt_echo", "Echo Night Line", 0.04, 0.040, 0.14, 0.28, 1.4, "lumen-voice",
        {"outage": 4, "login": 2, "order_status": 2}, _VOICE,
    ),
    Agent(
        "agt_juno", "Juno Returns", 0.035, 0.025, 0.05, 0.04, 0.7, "lumen-2-mini",
        {"refund": 8, "order_status": 1}, _WRITTEN | {Channel.TELEGRAM: 2.5},
    ),
    Agent(
        "agt_kepler", "Kepler Beta", 0.02, 0.150, 0.15, 0.10, 0.5, "lumen-4-preview",
        {"order_status": 2, "login": 2, "advice": 2, "payment": 1}, _WRITTEN,
    ),
    Agent(
        "agt_pax", "Pax Identity", 0.015, 0.060, 0.20, 0.18, 1.2, "lumen-2-mini",
        {"login": 1}, {Channel.MOBILE_SDK: 4.0},
    ),
)  # fmt: skip

INCIDENT_AGENT = next(index for index, agent in enumerate(AGENTS) if agent.name == "Nova Checkout")
INCIDENT_TOPIC = TOPICS.index("payment")


def shares() -> Floats:
    """Return each agent's share of the sessions."""
    return np.array([agent.share for agent in AGENTS])


def rates(name: str) -> Floats:
    """Return one habit of all agents, by the name of its field."""
    return np.array([getattr(agent, name) for agent in AGENTS], dtype=np.float64)


def topic_weights() -> Floats:
    """Return how often each agent (row) has each topic (column)."""
    return np.array([[agent.topics.get(topic, 0.0) for topic in TOPICS] for agent in AGENTS])


def channel_weights() -> Floats:
    """Return how often each agent (row) is met on each channel (column)."""
    return np.array(
        [
            [_CHANNEL_SHARES[channel] * agent.channels.get(channel, 1.0) for channel in CHANNELS]
            for agent in AGENTS
        ]
    )
