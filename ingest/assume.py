"""Times for sessions whose source has none: spread over a period, the same at each import."""

from datetime import timedelta
from random import Random

from ingest.draft import EventDraft, MessageDraft, SessionDraft
from ingest.options import Period
from models import Status

PAUSE_SECONDS = (2, 20)  # between two turns


def has_times(draft: SessionDraft) -> bool:
    """Say whether the source states any time of the session or of its turns."""
    return bool(
        draft.started_at
        or draft.ended_at
        or any(message.sent_at for message in draft.messages or ())
        or any(event.at for event in draft.events or ())
    )


def spread(draft: SessionDraft, period: Period) -> None:
    """Give session and turns times within `period`, drawn from the session id alone.

    The start lies in the period; the turns follow each other by some seconds, in order of seq.
    """
    dice = Random(draft.session_id)  # noqa: S311  reproducible, not secret
    seconds = int((period.end - period.start).total_seconds())
    moment = period.start + timedelta(seconds=dice.randrange(max(seconds, 1)))
    draft.started_at = moment
    turns: list[MessageDraft | EventDraft] = [*(draft.messages or ()), *(draft.events or ())]
    for turn in sorted(turns, key=lambda turn: turn.seq):
        moment += timedelta(seconds=dice.randint(*PAUSE_SECONDS))
        if isinstance(turn, MessageDraft):
            turn.sent_at = moment
        else:
            turn.at = moment
    draft.ended_at = None if draft.status is Status.ACTIVE else moment
    draft.metadata = {**(draft.metadata or {}), "times_assumed": "true"}
