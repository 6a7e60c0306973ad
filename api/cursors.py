"""Cursors: a place in a list, signed together with the list that it belongs to.

What a walk has seen last is in the cursor, so that rows that come or go meanwhile move nothing. It
also holds the moment that counted as now on the first page: durations of what goes on and ranges
such as `7d` stay as they were for the whole walk.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from api.refusals import CursorError
from lake.secret import Signer

MAC_BYTES = 16
MAX_LENGTH = 512
PATTERN = f"^[A-Za-z0-9_-]{{24,{MAX_LENGTH}}}$"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Kept(msgspec.Struct, array_like=True):
    """What stands in a cursor."""

    tick: int  # seconds since 1970
    place: tuple[int | str, ...]


@dataclass(frozen=True)
class Cursor:
    """The tick of a walk (aware UTC), and the place of its last row."""

    tick: datetime
    place: tuple[int | str, ...]


class Cursors:
    """Writes and reads the cursors of one state folder."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def write(self, cursor: Cursor, of: str) -> str:
        """Return a cursor as text; `of` names the list with filters, sort and scope."""
        tick = (cursor.tick - _EPOCH) // timedelta(seconds=1)
        payload = msgspec.json.encode(_Kept(tick, cursor.place))
        mac = self._signer.sign(_bound(payload, of), MAC_BYTES)
        return urlsafe_b64encode(mac + payload).rstrip(b"=").decode()

    def read(self, text: str, of: str) -> Cursor:
        """Return what `write` was given for the same list; raises CursorError."""
        try:
            raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError as error:
            raise CursorError from error
        mac, payload = raw[:MAC_BYTES], raw[MAC_BYTES:]
        if len(mac) < MAC_BYTES or not self._signer.is_signed(_bound(payload, of), mac):
            raise CursorError
        kept = msgspec.json.decode(payload, type=_Kept)
        return Cursor(_EPOCH + timedelta(seconds=kept.tick), kept.place)


def _bound(payload: bytes, of: str) -> bytes:
    return payload + b"\0" + of.encode()
