"""Reading records: what a parser or the checks cannot take becomes a rejection."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from errors import RecordError
from ingest import derive
from ingest.derive import Derived
from ingest.draft import RAW_KEPT, Record, Rejection, SessionDraft
from ingest.options import Options
from ingest.splitting import Piece

# What a record that is not as it should be makes the decoder and our own checks raise.
UNFIT = (RecordError, msgspec.MsgspecError, UnicodeError, RecursionError, OverflowError)


def records(
    name: str, pieces: Iterator[Piece], parse: Callable[[bytes], SessionDraft]
) -> Iterator[Record | Rejection]:
    """Yield what `parse` makes of each piece of the source `name`, or its rejection."""
    for piece in pieces:
        if isinstance(piece, Rejection):
            yield piece
            continue
        line, raw = piece
        try:
            yield Record(line, raw, parse(raw))
        except UNFIT as error:
            yield Rejection(name, line, reason(error), raw[:RAW_KEPT])


def sessions(
    name: str, items: Iterable[Record | Rejection], options: Options
) -> Iterator[Derived | Rejection]:
    """Yield what follows from each draft of the source `name`, and a rejection where it cannot."""
    for item in items:
        if isinstance(item, Rejection):
            yield item
            continue
        try:
            yield derive.session(item.draft, options)
        except UNFIT as error:
            yield Rejection(name, item.line, reason(error), item.raw[:RAW_KEPT])


def reason(error: Exception) -> str:
    """Return why a record is not imported, in words for a person."""
    if isinstance(error, UnicodeError):
        return f"not UTF-8: {error}"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, OverflowError):
        return f"a value is out of range: {error}"
    return str(error)
