"""The turns of a session as the browser draws them: what was said, what happened, what was silent.

A tool call and its result are one turn. A silence is a stretch in which nobody said anything and
nothing happened; it stands before the turn that ends it.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl

from components.assets import Data
from components.times import milliseconds
from models import EventKind, Sender, SessionType

# From when on a pause is shown as silence, in milliseconds: what was spoken takes part of a pause,
# and people who type take longer.
SILENCE_MS = {SessionType.CHAT: 60_000, SessionType.VOICE: 20_000, SessionType.VIDEO: 20_000}

Row = dict[str, Any]


def turns(messages: pl.DataFrame, events: pl.DataFrame) -> list[Row]:
    """Return the answers of `queries.session` in the order of `seq`, which they share.

    Each has seq, at, kind (a sender or a kind of event), name, text; a tool call whose result is
    there also answer and answered_at, and then the result is no turn of its own. Times are
    milliseconds since 1970 or None.
    """
    said = [
        _turn(m["seq"], m["sent_at"], m["sender"], "", m["content"])
        for m in messages.iter_rows(named=True)
    ]
    happened = [
        _turn(e["seq"], e["at"], e["kind"], e["name"], e["detail"])
        for e in events.iter_rows(named=True)
    ]
    return _paired(sorted([*said, *happened], key=lambda turn: int(turn["seq"])))


def columns(rows: Sequence[Row]) -> Data:
    """Return turns by columns, names and answers only where there are some: half the message."""
    found: Data = {name: [row[name] for row in rows] for name in ("seq", "at", "kind", "text")}
    for name in ("name", "answer", "answered_at", "answer_seq"):
        told = {
            place: row[name] for place, row in enumerate(rows) if row.get(name) not in ("", None)
        }
        found[name] = told
    return found


def silences(
    rows: Sequence[Row], kind: SessionType, *, started: int | None = None
) -> list[tuple[int, int]]:
    """Return the place of the turn that ends a silence, and how long that was in milliseconds.

    `started` is the session's start, from which on somebody may be silent.
    """
    found = []
    last = started
    for place, row in enumerate(rows):
        if not _is_heard(row):
            continue
        if last is not None and row["at"] - last >= SILENCE_MS[kind]:
            found.append((place, row["at"] - last))
        last = _until(row, last)
    return found


def quiet_since(rows: Sequence[Row], *, started: int | None = None) -> int | None:
    """Return when the last thing was said or happened, or the session started; None: unknown."""
    last = started
    for row in filter(_is_heard, rows):
        last = _until(row, last)
    return last


def _is_heard(row: Row) -> bool:
    """Return whether a turn breaks a silence: it has a time and is no remark from outside."""
    return row["at"] is not None and row["kind"] not in (EventKind.NOTE, EventKind.SYSTEM)


def _until(row: Row, last: int | None) -> int:
    """Return until when somebody is heard after a turn; times may go back."""
    at = int(row["at"])
    return max(at if last is None else last, at, int(row.get("answered_at") or at))


def _turn(seq: int, at: datetime | None, kind: str, name: str, text: str) -> Row:
    when = None if at is None else milliseconds(at)
    return {"seq": seq, "at": when, "kind": kind, "name": name, "text": text}


def _paired(rows: Sequence[Row]) -> list[Row]:
    """Return the turns with each result put into the first call of its name that waits for one.

    A call waits no longer once something was said or failed and its tool is called again.
    """
    waiting: dict[str, deque[Row]] = defaultdict(deque)
    given_up: set[str] = set()  # names whose waiting calls were followed by words or an error
    kept = []
    for row in rows:
        calls = waiting[row["name"]]
        if row["kind"] == EventKind.TOOL_RESULT and calls:
            answer = {"answer": row["text"], "answered_at": row["at"], "answer_seq": row["seq"]}
            calls.popleft().update(answer)
            continue
        if row["kind"] == EventKind.TOOL_CALL:
            if row["name"] in given_up:
                calls.clear()
                given_up.discard(row["name"])
            calls.append(row)
        elif row["kind"] in (*Sender, EventKind.ERROR):
            given_up.update(waiting)
        kept.append(row)
    return kept
