"""When an attempt is followed by another: the schedule of the Standard Webhooks specification.

At once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h: ten attempts in some 75
hours, each wait up to a tenth shorter or longer, so that a receiver which comes back is not met by
everything at once.
"""

import random
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from lake.deliveries import Attempt, MessageState

WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
JITTER = 0.1
LONGEST_WAIT = timedelta(hours=24)  # that a receiver may ask for by Retry-After
FAILING = timedelta(days=5)  # after so long without any success a subscription is turned off
GONE = "The receiver answered 410: it is gone for good."
FAILED = f"Nothing has arrived for {FAILING.days} days."

_jitter = random.SystemRandom()


def following(
    tries: int, attempt: Attempt, now: datetime, retry_after: str | None
) -> tuple[MessageState, datetime]:
    """Return what becomes of a message after its attempt number `tries`, and when it is due."""
    if not attempt.error:
        return MessageState.DELIVERED, now
    if attempt.status == HTTPStatus.GONE or tries > len(WAITS):
        return MessageState.GIVEN_UP, now
    wait = WAITS[tries - 1] * _jitter.uniform(1 - JITTER, 1 + JITTER)
    return MessageState.WAITING, now + max(wait, asked(retry_after, now))


def asked(retry_after: str | None, now: datetime) -> timedelta:
    """Return how long a receiver asks to wait: seconds or a date (RFC 9110), nothing otherwise."""
    if retry_after is None:
        return timedelta(0)
    if retry_after.isascii() and retry_after.isdigit():
        wait = timedelta(seconds=min(int(retry_after[:9]), LONGEST_WAIT.total_seconds()))
    else:
        wait = _date(retry_after, now) - now
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def ending(attempt: Attempt, failing_since: datetime | None, now: datetime) -> str | None:
    """Return why a subscription is turned off after an attempt; None where it goes on."""
    if attempt.status == HTTPStatus.GONE:
        return GONE
    is_over = attempt.error and failing_since is not None and now - failing_since >= FAILING
    return FAILED if is_over else None


def _date(text: str, now: datetime) -> datetime:
    """Return the moment of an HTTP date; `now` for what is none."""
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return now
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
