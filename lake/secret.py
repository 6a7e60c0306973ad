"""The secret of a state folder: what cookies and cursors are signed with.

It outlives the process, so that a page that stays open over a restart and a script in the middle of
a walk go on. Whoever may read the folder may sign; nobody else does.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from errors import StateError

BYTES = 32
NAME = "secret"


class Signer:
    """Signs for one purpose; what was signed for another does not pass."""

    def __init__(self, folder: Path, purpose: str) -> None:
        """Read the secret of the state folder, made by the first to ask; raises StateError."""
        self._key = hmac.digest(_secret(folder), purpose.encode(), hashlib.sha256)

    def sign(self, text: bytes, length: int = BYTES) -> bytes:
        """Return the first `length` bytes of the HMAC-SHA256 of a text."""
        return hmac.digest(self._key, text, hashlib.sha256)[:length]

    def is_signed(self, text: bytes, signature: bytes) -> bool:
        """Return whether a signature is this text's, in a time that does not tell where not."""
        return bool(signature) and hmac.compare_digest(self.sign(text, len(signature)), signature)


def _secret(folder: Path) -> bytes:
    path = folder / NAME
    try:
        if not path.exists():
            _make(path)
        found = path.read_bytes()
    except OSError as error:
        raise StateError(f"The secret {path} cannot be read: {error.strerror}.") from error
    if len(found) != BYTES:
        raise StateError(f"The secret {path} is damaged.", advice="Delete it, then start again.")
    return found


def _make(path: Path) -> None:
    """Put the file there whole; of several processes at once the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{NAME}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(secrets.token_bytes(BYTES))
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
