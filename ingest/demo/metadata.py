"""The metadata of the sessions, as the JSON text that the lake keeps.

Keys are sorted, values are lists of texts, nothing but ASCII without quotes is in them.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.demo import names, slots
from ingest.demo.agents import AGENTS, TOPICS
from ingest.demo.dice import Flags, Ints
from ingest.demo.library import library
from ingest.demo.people import PLANS, regions
from ingest.demo.plan import Plan
from models import SessionType

_WITH_ORDER = [TOPICS.index(topic) for topic in ("order_status", "refund", "payment")]
_INBOUND = 0.86
_RECORDINGS = "https://recordings.example/"
# Scores 1 to 5, by how the session ended: well, with an error, by someone.
_SCORES = np.array(
    [[0.03, 0.05, 0.12, 0.35, 0.45], [0.5, 0.25, 0.13, 0.08, 0.04], [0.2, 0.2, 0.3, 0.2, 0.1]]
)
_SCORED, _PROMOTED, _RELEASED = 0.24, 0.08, 0.6
_TAGS = ("escalated", "vip", "promo")
_MODELS = tuple(dict.fromkeys([agent.model for agent in AGENTS] + ["lumen-3"]))


def metadata(plan: Plan, sessions: int, *, ended: Flags, handed: Flags) -> pa.Array:
    """Return the metadata of each session; `sessions` is how many there are in all."""
    dice, people = plan.dice, plan.people
    codes = tuple(one.code for one in library().languages)
    voice = ~plan.of_type(SessionType.CHAT)
    customer = _joined("C-", pc.cast(pa.array(people.customer + 1000), pa.string()))
    direction = np.where(dice.uniform("direction") < _INBOUND, "inbound", "outbound")
    recording = names.hexadecimal(dice.bits("recording"))
    return _joined(
        "{",
        _pair("csat", _score(plan), ended & (dice.uniform("scored") < _SCORED)),
        _pair("customer_id", customer, people.is_known),
        _pair("direction", pa.array(direction), voice),
        _pair("language", _taken(codes, people.language)),
        _pair("model", _taken(_MODELS, _models(plan, sessions))),
        _pair("order_id", slots.orders(dice), np.isin(plan.topic, _WITH_ORDER)),
        _pair("plan", _taken(PLANS, people.plan)),
        _pair("recording_url", _joined(_RECORDINGS, recording, ".ogg"), voice & ended),
        _pair("region", _taken(regions(codes), people.region)),
        _tags(plan, handed),
        "}",
    )


def _joined(*parts: object) -> pa.Array:
    """Return the parts, texts or columns of them, one after the other."""
    return pc.binary_join_element_wise(*parts, "")


def _taken(words: tuple[str, ...], index: Ints) -> pa.Array:
    """Return the words at `index`."""
    return pa.array(words).take(pa.array(index))


def _pair(key: str, values: pa.Array, where: Flags | None = None) -> pa.Array:
    """Return `"key":["value"],` for each session, or nothing where it has none."""
    pairs = _joined(f'"{key}":["', values, '"],')
    return pairs if where is None else pc.if_else(pa.array(where), pairs, "")


def _score(plan: Plan) -> pa.Array:
    """Return how content the user of each session is, 1 to 5."""
    how = np.select([plan.ends("failed"), plan.ends("cancelled")], [1, 2], 0)
    return _taken(("1", "2", "3", "4", "5"), plan.dice.pick("csat", _SCORES[how]))


def _models(plan: Plan, sessions: int) -> Ints:
    """Return the model of each session; most agents got a new one for the last part."""
    usual = np.array([_MODELS.index(agent.model) for agent in AGENTS], dtype=np.int64)[plan.agent]
    is_new = (plan.numbers >= sessions * _RELEASED) & (usual == _MODELS.index("lumen-2"))
    return np.where(is_new, _MODELS.index("lumen-3"), usual)


def _tags(plan: Plan, handed: Flags) -> pa.Array:
    """Return the pair of the tags, always the last: the topic, then what else is to say."""
    vip = plan.people.plan == PLANS.index("enterprise")
    promo = plan.dice.uniform("promo") < _PROMOTED
    bits = handed + 2 * vip.astype(np.int64) + 4 * promo
    texts = [
        '"tags":["{}"]'.format('","'.join([topic, *_chosen(mask)]))
        for topic in TOPICS
        for mask in range(2 ** len(_TAGS))
    ]
    return _taken(tuple(texts), plan.topic * 2 ** len(_TAGS) + bits)


def _chosen(mask: int) -> list[str]:
    """Return the tags whose bits are set."""
    return [tag for bit, tag in enumerate(_TAGS) if mask >> bit & 1]
