"""What the API refuses, beside the errors that all of Parley knows.

ParleyError
|-- UnauthorizedError            401  a key is asked for
|   `-- KeyRejectedError         401  the key that was given is not good
|-- ForbiddenError               403  a key may not do this
|-- RateError                    429  too many requests in a minute
|-- ContentTypeError             415  a body is neither JSON nor NDJSON
|-- TooLargeError                413  more is sent at once than may be
|-- UnreadableError              422  a body cannot be read
|-- CrowdedError                 503  no place for another page or request is left
|-- UnansweredError              504  nobody knows yet whether events were accepted
`-- CursorError                  422  a cursor is of another list, or was changed
"""

from errors import ParleyError


class UnauthorizedError(ParleyError):
    """A key is asked for and none was given."""

    status = 401
    advice = "Send the header `Authorization: Bearer sk_live_...`; `python -m cli key` makes keys."

    def __init__(self, sentence: str = "A key is needed here.") -> None:
        """Say so."""
        super().__init__(sentence)


class KeyRejectedError(UnauthorizedError):
    """The key that was given is not good."""

    advice = "Look at the key that is sent; `python -m cli key list` shows all keys."


class ForbiddenError(ParleyError):
    """A key may not do this."""

    status = 403
    advice = "Use a key with this scope; `python -m cli key list` shows what each may do."


class RateError(ParleyError):
    """Too many requests in a minute."""

    status = 429

    def __init__(self, seconds: int) -> None:
        """Remember how long to wait."""
        super().__init__(
            "That were too many requests in a minute.",
            advice=f"Wait {seconds} s, as Retry-After says, then go on more slowly.",
        )
        self.retry_seconds = seconds


class ExportNotFoundError(ParleyError):
    """No export has this id, or none that the viewer may see."""

    status = 404
    advice = "`GET /api/v1/exports` lists those that are remembered."

    def __init__(self) -> None:
        """Say so."""
        super().__init__("There is no such export.")


class ExportUnfinishedError(ParleyError):
    """An export has no receipt, or no rest, as it is now."""

    status = 409
    advice = "Wait until it has ended, or start it again."


class ExportGoneError(ParleyError):
    """What an export has read is not kept any more, so that it cannot go on."""

    status = 410
    advice = "Start the export again; it will be of the data as it is now."


class CursorError(ParleyError):
    """A cursor is of another list, or was changed on its way."""

    status = 422
    advice = "Begin again without a cursor, and keep filters and sort as they are while walking."

    def __init__(self) -> None:
        """Say so; what is wrong with it is nobody's business."""
        super().__init__("The cursor does not belong to this list.")


class ContentTypeError(ParleyError):
    """A body is neither JSON nor NDJSON."""

    status = 415
    advice = "Send `Content-Type: application/json` or `application/x-ndjson`."

    def __init__(self, sentence: str = "Events are read as JSON or NDJSON.") -> None:
        """Say so."""
        super().__init__(sentence)


class TooLargeError(ParleyError):
    """More is sent at once than may be."""

    status = 413
    advice = "Send it in several requests."

    def __init__(self) -> None:
        """Say what may be; nothing of the request is kept."""
        super().__init__("A request holds at most 2 MB and 1,000 events.")


class UnreadableError(ParleyError):
    """A body cannot be read."""

    status = 422
    advice = "Send an event, an array of events, or a line each; docs/ingest.md shows how."


class UnansweredError(ParleyError):
    """Nobody knows yet whether events were accepted."""

    status = 504
    advice = "Send the same again: what was accepted is told to be a duplicate."
    retry_seconds = 5

    def __init__(self) -> None:
        """Say so."""
        super().__init__("The events were not written down in time.")


class CrowdedError(ParleyError):
    """No place is left for another open page, or for another request."""

    status = 503
    advice = "Try again in a moment; PARLEY_VIEWERS and PARLEY_REQUESTS say how many may be here."
    retry_seconds = 5

    def __init__(self) -> None:
        """Say it."""
        super().__init__("As many are here as there are places.")
