"""Columns of a session that follow from its rows: the same that an import would find."""

import numpy as np
import pyarrow as pa

from ingest.demo.dice import Flags, Ints
from ingest.demo.steps import KINDS
from ingest.demo.unfold import Rows
from ingest.error_key import error_key
from models import EventKind, Sender

_USER, _AGENT = KINDS.index(Sender.USER), KINDS.index(Sender.AGENT)
_ERROR, _HANDOFF = KINDS.index(EventKind.ERROR), KINDS.index(EventKind.HANDOFF)


def first_response(rows: Rows) -> pa.Array:
    """Return the milliseconds from the first user message to the agent's next, null if none."""
    asked = _first(rows, rows.kind == _USER, rows.begins)
    answered = _first(rows, rows.kind == _AGENT, np.minimum(asked, len(rows.owner) - 1))
    has_both = (asked <= rows.ends) & (answered <= rows.ends)
    at = np.append(rows.at, 0)
    waited = (at[answered] - at[asked]) // 1000
    return pa.array(waited, mask=~has_both)


def _first(rows: Rows, wanted: Flags, start: Ints) -> Ints:
    """Return the first wanted row at or after each of `start`; one past all where there is none."""
    size = len(rows.owner)
    places = np.where(wanted, np.arange(size), size)
    following = np.minimum.accumulate(places[::-1])[::-1]
    return following[start]


def last_message(rows: Rows) -> pa.Array:
    """Return when the last message was sent, microseconds, null if there is none."""
    places = np.where(rows.is_message, np.arange(len(rows.owner)), -1)
    last = np.maximum.reduceat(places, rows.begins)
    return pa.array(rows.at[np.maximum(last, 0)], mask=last < 0)


def errors(rows: Rows, failed: Flags) -> tuple[pa.Array, pa.Array]:
    """Return the last error of each failed session, and its key."""
    places = np.where(rows.kind == _ERROR, np.arange(len(rows.owner)), -1)
    last = np.maximum.reduceat(places, rows.begins)
    told = rows.text.take(pa.array(last, mask=~failed | (last < 0))).dictionary_encode()
    keys = pa.array([error_key(text) for text in told.dictionary.to_pylist()], pa.string())
    return told.cast(pa.string()), keys.take(told.indices)


def event_kinds(rows: Rows) -> tuple[pa.Array, Flags]:
    """Return the kinds of events of each session, sorted, and which sessions were handed over."""
    bits = np.left_shift(1, rows.kind)
    masks, which = np.unique(np.bitwise_or.reduceat(bits, rows.begins), return_inverse=True)
    lists = [_kinds(mask) for mask in masks.tolist()]
    handed = (masks & (1 << _HANDOFF)) > 0
    return pa.array(lists, pa.list_(pa.string())).take(pa.array(which)), handed[which]


def _kinds(mask: int) -> list[str]:
    """Return the event kinds whose bits are set."""
    return sorted(
        str(kind)
        for place, kind in enumerate(KINDS)
        if mask >> place & 1 and isinstance(kind, EventKind)
    )
