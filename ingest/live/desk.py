"""Where acts by hand are handed in: by the page, and by the API."""

from collections.abc import Collection, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from errors import NotReadyError, ParleyError, SessionNotFoundError
from ingest.live.accepting import Accepting
from ingest.live.asked import UNKNOWN, Outcome, Request
from ingest.live.by_hand import Order


class ByHandRefusedError(ParleyError):
    """What somebody wants to do to a session cannot be."""

    status = 409
    advice = "Look at the session as it is now."


class NoteNotFoundError(ParleyError):
    """A session has no note of this time."""

    status = 404
    advice = "The session's events have the time of each note, as `at`."

    def __init__(self) -> None:
        """Say so."""
        super().__init__("This session has no note of this time.")


class _Process:
    """The one way into the journal of this process."""

    accepting: Accepting | None = None


@contextmanager
def opened(accepting: Accepting) -> Iterator[None]:
    """Take acts while the block runs."""
    _Process.accepting = accepting
    try:
        yield
    finally:
        _Process.accepting = None


def submit(
    order: Order, agents: Collection[str] | None, *, is_demo: bool
) -> "Future[list[Outcome]]":
    """Have an act written down; what became of it (see `checked`) is known when it is durable.

    `agents` are those whose sessions may be changed. Raises NotReadyError, ByHandRefusedError for
    sample data, and what `Accepting.submit` raises.
    """
    if _Process.accepting is None:
        raise NotReadyError
    if is_demo:
        raise ByHandRefusedError(
            "Sample data is not changed.", advice="It goes with the first session of your own."
        )
    return _Process.accepting.submit(Request("", agents, [order], len(order.session_id)))


def checked(order: Order, outcome: Outcome) -> Outcome:
    """Return what became of an act that is done; raises why it is not.

    SessionNotFoundError where there is no such session or it may not be seen, NoteNotFoundError,
    ByHandRefusedError.
    """
    if outcome.status == UNKNOWN:
        raise SessionNotFoundError(order.session_id)
    if outcome.status != "accepted":
        raise ByHandRefusedError(outcome.reason or "It was refused.")
    if outcome.told.get("missing"):
        raise NoteNotFoundError
    return outcome
