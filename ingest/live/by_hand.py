"""What people do to a session by hand: end it, write notes, give it tags (docs/decisions/0015).

It goes the way of everything live, as events of the session's own source, so that exports, filters,
webhooks and the cold files see it without more. Only taking a note away is no event.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import uuid4

from errors import RecordError
from ingest.live.sent import (
    AnyEvent,
    EndedData,
    EventCreated,
    EventData,
    SessionEnded,
    SessionUpdated,
    UpdatedData,
)
from lake.live import Held, Turn, micros, moment
from models import EventKind, Status

TAGS = "tags"  # the key of the metadata
LONGEST_TAG, MOST_TAGS, LONGEST_NOTE, LONGEST_WHO = 64, 50, 4_000, 100
END_REASON = "ended by hand"
LOCAL = "local"  # who, where nobody signs in
UNSEEN = ("Cc", "Cs")  # control characters, halves of characters
_MILLISECOND = timedelta(milliseconds=1)

Ending = Literal[Status.COMPLETED, Status.FAILED, Status.CANCELLED]


@dataclass(frozen=True)
class Done:
    """What follows from an act: events to be taken in, and turns to be taken away."""

    events: Sequence[AnyEvent] = ()
    gone: frozenset[int] = frozenset()  # their arrivals
    told: dict[str, Any] = field(default_factory=dict)  # what is answered


@dataclass(frozen=True)
class End:
    """End a session that goes on; its end is when anything was heard of it last."""

    status: Ending = Status.CANCELLED

    def of(self, held: Held, who: str, now: datetime) -> Done:
        """Return what follows; raises RecordError for a session that is over."""
        if held.is_over:
            raise RecordError("This session is over already.")
        ended_at = _heard_last(held) or now
        about, at = held.session_id, _newest(held, now)
        ended = SessionEnded(
            id=_id(), timestamp=at, type="session.ended",
            data=EndedData(
                session_id=about, status=self.status, end_reason=END_REASON, ended_at=ended_at
            ),
        )  # fmt: skip
        detail = f"Ended by hand by {who}."
        changed = _happened(held, now, EventKind.STATUS_CHANGED, self.status, detail)
        return Done((ended, changed), told={"status": self.status, "ended_at": ended_at})


@dataclass(frozen=True)
class Note:
    """Write a note."""

    text: str

    def of(self, held: Held, who: str, now: datetime) -> Done:
        """Return what follows; the time of a note is its name, so that each has its own."""
        text = written(self.text, "A note", LONGEST_NOTE, lines=True)
        taken = {turn.at for turn in _notes(held)}
        while micros(now) in taken:
            now += _MILLISECOND
        note = _happened(held, now, EventKind.NOTE, who, text)
        return Done((note,), told={"at": now, "name": who, "detail": text})


@dataclass(frozen=True)
class Unnote:
    """Take a note away, whoever has written it."""

    at: datetime

    def of(self, held: Held, _who: str, _now: datetime) -> Done:
        """Return what follows; `missing` is told where no note has this time."""
        at = micros(self.at.astimezone(UTC))
        gone = frozenset(turn.arrival for turn in _notes(held) if _told(turn) == at)
        return Done(gone=gone, told={} if gone else {"missing": True})


@dataclass(frozen=True)
class Tag:
    """Give a session a tag; one that it has stays where it is."""

    tag: str

    def of(self, held: Held, _who: str, now: datetime) -> Done:
        """Return what follows; raises RecordError for one tag too many."""
        tag, tags = written(self.tag, "A tag", LONGEST_TAG), tags_of(held)
        if tag in tags:
            return Done(told={TAGS: tags})
        if len(tags) >= MOST_TAGS:
            raise RecordError(f"A session has at most {MOST_TAGS} tags.")
        return _tagged(held, now, [*tags, tag])


@dataclass(frozen=True)
class Untag:
    """Take a tag from a session; one that it has not is not there afterwards either."""

    tag: str

    def of(self, held: Held, _who: str, now: datetime) -> Done:
        """Return what follows."""
        tags = tags_of(held)
        left = [tag for tag in tags if tag != self.tag]
        return Done(told={TAGS: tags}) if left == tags else _tagged(held, now, left)


Act = End | Note | Unnote | Tag | Untag


@dataclass(frozen=True)
class Order:
    """An act on a session, and who has ordered it."""

    session_id: str
    who: str
    act: Act
    source: str | None = None  # whose sessions may be changed; None: of every source

    def done(self, held: Held, now: datetime) -> Done:
        """Return what follows; raises RecordError with why nothing does."""
        if self.source not in (None, held.source):
            raise RecordError("This session comes from another source than this key.")
        whole = now.astimezone(UTC).replace(microsecond=now.microsecond // 1000 * 1000)
        return self.act.of(held, self.who[:LONGEST_WHO], whole)


def tags_of(held: Held) -> list[str]:
    """Return the tags of a session."""
    fact = held.facts.get(f"metadata:{TAGS}")
    return [] if fact is None else list(fact.value)


def written(text: str, what: str, most: int, *, lines: bool = False) -> str:
    """Return a text without what cannot be seen around it; raises RecordError for none, or more."""
    found = text.strip() if lines else " ".join(text.split())
    allowed = "\n\r\t" if lines else ""
    if not found or any(c not in allowed and unicodedata.category(c) in UNSEEN for c in found):
        raise RecordError(f"{what} needs characters that can be seen.")
    if len(found) > most:
        raise RecordError(f"{what} has at most {most:,} characters.")
    return found


def _tagged(held: Held, now: datetime, tags: list[str]) -> Done:
    data = UpdatedData(session_id=held.session_id, metadata={TAGS: tags})
    at = _newest(held, now)
    event = SessionUpdated(id=_id(), timestamp=at, type="session.updated", data=data)
    return Done((event,), told={TAGS: tags})


def _happened(
    held: Held, at: datetime, kind: EventKind, name: str, detail: str
) -> EventCreated:  # fmt: skip
    data = EventData(session_id=held.session_id, kind=kind, name=name, detail=detail, at=at)
    return EventCreated(id=_id(), timestamp=_newest(held, at), type="event.created", data=data)


def _newest(held: Held, now: datetime) -> datetime:
    """Return now, or later where a sender's clock is ahead: who acts has seen what was sent."""
    return max(now, moment(held.last_at + 1))


def _heard_last(held: Held) -> datetime | None:
    """Return the time of the last turn, or else the start; None where neither is known."""
    began = held.facts.get("started_at")
    known = [turn.at for turn in held.turns] + [None if began is None else began.value]
    times = [at for at in known if at is not None]
    return moment(max(times)) if times else None


def _notes(held: Held) -> Iterator[Turn]:
    for turn in held.turns:
        if not turn.is_message and turn.word == EventKind.NOTE:
            yield turn


def _told(turn: Turn) -> int | None:
    """Return the time of a turn as answers have it: in whole milliseconds."""
    return None if turn.at is None else turn.at // 1000 * 1000


def _id() -> str:
    return f"by-hand-{uuid4().hex}"
