"""All dialogues as blocks of steps, to be chosen by index.

A body (what a session is about) is used in slices, which are blocks of their own: `splits` part it
after a tool call, where an error may fall; `heard` cut it after words of the agent, `unheard` after
words of the user.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from ingest.demo import endings, script
from ingest.demo.agents import CHANNELS, TOPICS
from ingest.demo.dice import Dice, Ints
from ingest.demo.script import Block, Language, Step
from ingest.demo.steps import KINDS, Steps, steps
from models import EventKind, Sender, SessionType

TYPES = tuple(SessionType)
EMPTY = 0  # the block without steps
# What a session is about where a language has no dialogue for it.
_NEAREST = {"login": "outage", "reschedule": "booking", "upgrade": "payment", "advice": "booking"}


@dataclass(frozen=True)
class Choices:
    """For each key (a language, a topic …) the blocks to choose from, in one flat array."""

    first: Ints  # has the keys' shape
    count: Ints
    blocks: Ints

    def draw(self, dice: Dice, purpose: str, *keys: Ints) -> Ints:
        """Return a block for each number of `dice`."""
        return self.turn(dice.below(purpose, self.count[keys]), *keys)

    def turn(self, turn: Ints, *keys: Ints) -> Ints:
        """Return the block whose `turn` it is, going round."""
        block: Ints = self.blocks[self.first[keys] + turn % self.count[keys]]
        return block

    def last(self, *keys: Ints) -> Ints:
        """Return the last block of each."""
        return self.turn(self.count[keys] - 1, *keys)


@dataclass(frozen=True)
class Library:
    """The dialogues, ready to be taken by index."""

    languages: tuple[Language, ...]
    about: Ints  # the topic a language speaks of, by language and topic
    steps: Steps
    start: Ints  # of a block: its first step
    length: Ints
    rest: Ints  # of a split: the block after it
    named: dict[str, Choices]  # script.BLOCKS, by language
    splits: Choices  # by language and topic
    heard: Choices
    unheard: Choices
    connected: Choices  # by channel and type
    errors: Choices  # by place, in the order of endings.ERRORS
    endings: Ints  # in the order of endings.ENDINGS


@dataclass
class _Shelf:
    """Collects steps and blocks."""

    steps: list[Step] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    lengths: list[int] = field(default_factory=lambda: [0])
    rest: list[int] = field(default_factory=lambda: [EMPTY])

    def put(self, block: Block) -> int:
        """Add a block with its steps; returns its number."""
        self.steps += block
        return self.cut(len(self.steps) - len(block), len(block))

    def cut(self, start: int, length: int, rest: int = EMPTY) -> int:
        """Add a block of steps that are there; returns its number."""
        self.starts.append(start)
        self.lengths.append(length)
        self.rest.append(rest)
        return len(self.starts) - 1

    def slices(self, body: Block) -> tuple[list[int], list[int], list[int]]:
        """Add a body and return its splits, heard and unheard slices."""
        start = self.starts[self.put(body)]
        found: dict[Sender | EventKind, list[int]] = {kind: [] for kind in KINDS}
        for length, step in enumerate(body, 1):
            rest = self.cut(start + length, len(body) - length)
            found[step.kind].append(self.cut(start, length, rest))
        return found[EventKind.TOOL_CALL], found[Sender.AGENT], found[Sender.USER]


def _choices(lists: Iterable[list[int]], *shape: int) -> Choices:
    """Return `lists` as choices whose keys have `shape`."""
    groups = list(lists)
    count = np.array([len(blocks) for blocks in groups], dtype=np.int64)
    flat = np.array([block for blocks in groups for block in blocks], dtype=np.int64)
    return Choices((np.cumsum(count) - count).reshape(shape), count.reshape(shape), flat)


def _topic(language: Language, topic: str) -> str:
    """Return `topic`, or what the language has instead."""
    return topic if topic in language.blocks else _NEAREST[topic]


@cache
def library() -> Library:
    """Return all dialogues; read from the disk once."""
    shelf = _Shelf()
    spoken = script.languages()
    about = [[_topic(language, topic) for topic in TOPICS] for language in spoken]
    named = _named(shelf, spoken)
    bodies = _bodies(shelf, spoken, about)
    frames = _connected(shelf), _errors(shelf)
    ends = np.array([shelf.put(endings.ending(*one)) for one in endings.ENDINGS])
    return Library(
        spoken,
        np.array([[TOPICS.index(topic) for topic in topics] for topics in about]),
        steps(shelf.steps),
        np.array(shelf.starts),
        np.array(shelf.lengths),
        np.array(shelf.rest),
        named,
        *bodies,
        *frames,
        ends,
    )


def _named(shelf: _Shelf, spoken: tuple[Language, ...]) -> dict[str, Choices]:
    """Add the blocks that every language has."""
    return {
        name: _choices(([*map(shelf.put, one.blocks[name])] for one in spoken), len(spoken))
        for name in script.BLOCKS
    }


def _bodies(
    shelf: _Shelf, spoken: tuple[Language, ...], about: list[list[str]]
) -> tuple[Choices, Choices, Choices]:
    """Add the dialogues about all topics; returns their splits, heard and unheard slices."""
    slices = [
        shelf.slices(language.blocks[topic][0])
        for language, topics in zip(spoken, about, strict=True)
        for topic in topics
    ]
    shape = len(spoken), len(TOPICS)
    return (
        _choices((split for split, _, _ in slices), *shape),
        _choices((heard for _, heard, _ in slices), *shape),
        _choices((unheard for _, _, unheard in slices), *shape),
    )


def _connected(shelf: _Shelf) -> Choices:
    """Add how sessions open."""
    blocks = (
        [shelf.put(endings.connected(channel, kind))] for channel in CHANNELS for kind in TYPES
    )
    return _choices(blocks, len(CHANNELS), len(TYPES))


def _errors(shelf: _Shelf) -> Choices:
    """Add the errors of each place."""
    blocks = ([shelf.put(endings.error(*one)) for one in some] for some in endings.ERRORS.values())
    return _choices(blocks, len(endings.ERRORS))
