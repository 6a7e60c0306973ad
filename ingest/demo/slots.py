"""The values that fill the slots of the texts: names, cities, orders, amounts, times."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.demo import names
from ingest.demo.agents import AGENTS
from ingest.demo.dice import Dice, Ints
from ingest.demo.people import People
from ingest.demo.script import Language

WORDS = ("name", "colleague", "city", "product", "day")
MADE = ("agent", "order", "amount", "time", "email", "ref", "req", "nights", "ms")
NAMES = ("", *WORDS, *MADE)
_OF_CUSTOMER = ("name", "city")
_AGENT_NAMES = pa.array([agent.name for agent in AGENTS])
_TIMES = pa.array([f"{minute // 60:02}:{minute % 60:02}" for minute in range(480, 1260, 15)])
_ORDERS, _FIRST_ORDER = 900_000, 100_000
_AMOUNT, _LEAST = 45, 12
_NIGHTS, _FEWEST_NIGHTS = 5, 2
_TIMEOUTS = pa.array(["8000", "10000", "15000", "20000", "30000"])


def _words(spoken: tuple[Language, ...], slot: str) -> tuple[pa.Array, Ints, Ints]:
    """Return the words of all languages for `slot`: where each language's begin, how many."""
    counts = np.array([len(one.words[slot]) for one in spoken], dtype=np.int64)
    flat = pa.array([word for one in spoken for word in one.words[slot]])
    return flat, np.cumsum(counts) - counts, counts


def orders(dice: Dice) -> pa.Array:
    """Return the number of the order that each session speaks of."""
    return _joined("A-", _number(_FIRST_ORDER + dice.below("order", _ORDERS)))


def _number(values: Ints) -> pa.Array:
    """Return whole numbers as text."""
    return pc.cast(pa.array(values), pa.string())


def _joined(*parts: object) -> pa.Array:
    """Return the parts, texts or columns of them, one after the other."""
    return pc.binary_join_element_wise(*parts, "")


def values(spoken: tuple[Language, ...], dice: Dice, people: People, agent: Ints) -> pa.Array:
    """Return all slots one after the other, in the order of NAMES, each for every session."""
    empty = pa.array([""]).take(pa.array(np.zeros(len(agent), dtype=np.int64)))
    made = {
        "agent": _AGENT_NAMES.take(pa.array(agent)),
        "order": orders(dice),
        "amount": _number(
            (_AMOUNT * np.exp(0.8 * dice.normal("amount")) + _LEAST).astype(np.int64)
        ),
        "time": _TIMES.take(pa.array(dice.below("time", len(_TIMES)))),
        "email": _joined("c", _number(people.customer + 1000), "@mail.example"),
        "ref": names.code(dice.bits("ref")),
        "req": names.hexadecimal(dice.bits("req"), 8),
        "nights": _number(_FEWEST_NIGHTS + dice.below("nights", _NIGHTS)),
        "ms": _TIMEOUTS.take(pa.array(dice.below("ms", len(_TIMEOUTS)))),
    }
    said = [_said(spoken, slot, dice, people) for slot in WORDS]
    return pa.concat_arrays([empty, *said, *(made[slot] for slot in MADE)])


def _said(spoken: tuple[Language, ...], slot: str, dice: Dice, people: People) -> pa.Array:
    """Return a word for `slot` in each session's language; names and cities stay a customer's."""
    flat, first, counts = _words(spoken, slot)
    chooser = people.dice if slot in _OF_CUSTOMER else dice
    chosen = chooser.below(f"slot {slot}", counts[people.language])
    return flat.take(pa.array(first[people.language] + chosen))
