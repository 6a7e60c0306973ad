"""The steps of all dialogues as arrays, and their wordings with the slots filled."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.demo.dice import Ints
from ingest.demo.script import Step
from ingest.demo.slots import NAMES
from models import EventKind, Sender

KINDS = (*Sender, *EventKind)
_MOST = 3  # slots in one wording
_SLOT = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True)
class Steps:
    """Steps by number, each with one or more wordings."""

    kind: Ints  # into KINDS
    name: pa.Array
    gap: Ints  # milliseconds
    first: Ints  # of its wordings
    count: Ints  # of its wordings
    texts: tuple[pa.Array, ...]  # of each wording: before, between and after its slots
    slots: tuple[Ints, ...]  # of each wording, into slots.NAMES

    def words(self, wording: Ints, owner: Ints, values: pa.Array) -> pa.Array:
        """Return the text of each `wording` with the `values` (slots.values) of its `owner`."""
        sessions = len(values) // len(NAMES)
        pieces = [self.texts[0].take(pa.array(wording))]
        for slot, text in zip(self.slots, self.texts[1:], strict=True):
            pieces.append(values.take(pa.array(slot[wording] * sessions + owner)))
            pieces.append(text.take(pa.array(wording)))
        return pc.binary_join_element_wise(*pieces, "")


def steps(some: list[Step]) -> Steps:
    """Return `some` as arrays; raises ValueError for more slots than a wording may have."""
    counts = np.array([len(step.wordings) for step in some], dtype=np.int64)
    texts, slots = _parted(wording for step in some for wording in step.wordings)
    return Steps(
        kind=np.array([KINDS.index(step.kind) for step in some], dtype=np.int64),
        name=pa.array([step.name for step in some]),
        gap=np.array([step.gap for step in some], dtype=np.int64),
        first=np.cumsum(counts) - counts,
        count=counts,
        texts=texts,
        slots=slots,
    )


def _parted(wordings: Iterable[str]) -> tuple[tuple[pa.Array, ...], tuple[Ints, ...]]:
    """Return the texts around the slots, and the slots, column by column."""
    texts, slots = [], []
    for wording in wordings:
        pieces = _SLOT.split(wording)
        missing = 2 * _MOST + 1 - len(pieces)
        if missing < 0:
            raise ValueError(f"More than {_MOST} slots: {wording}")
        pieces += [""] * missing
        texts.append(pieces[::2])
        slots.append([NAMES.index(slot) for slot in pieces[1::2]])
    columns = tuple(pa.array(column) for column in zip(*texts, strict=True))
    return columns, tuple(np.array(slots, dtype=np.int64).T)
