"""Who may ask what: keys, the page's own requests, and this machine while there is no key.

Keys are read from the state folder at most a second old, so that one that was revoked by a command
is refused a second later. Why a page needs no key: docs/decisions/0010.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import NoReturn

from starlette.requests import HTTPConnection

from api.page_cookie import PageCookie
from api.peers import Peer
from api.refusals import ForbiddenError, KeyRejectedError, UnauthorizedError
from errors import StateError
from lake.keys import PREFIX, Key, Keys, KeyScope, Secret, digest
from queries.filters import Scope
from settings import Auth, Settings

log = logging.getLogger("parley.api")

FRESH_SECONDS = 1.0
MISSED_SECONDS = 0.2  # a key that is not known may have been made just now
USE_SECONDS = 60.0  # how often the last use of keys is written down

# What needs no key where none is asked for. Of writes only sending events and acts by hand, which
# a page of another site cannot have a browser do: what it may send unasked is not read.
READING = frozenset(KeyScope) - {KeyScope.INGEST, KeyScope.ADMIN}
KEYLESS = READING | {KeyScope.INGEST}


EVERYTHING = Scope()
OF_KEY = "key:"  # begins the names of viewers with a key


@dataclass(frozen=True)
class Viewer:
    """Who asks: the name that limits count by, what is allowed, which agents may be seen."""

    name: str
    scopes: frozenset[KeyScope]
    scope: Scope = EVERYTHING
    source: str = "api"
    title: str = "this machine"  # who that is, in words

    @property
    def oversees(self) -> bool:
        """Whether what others have done may be seen: by administrators, and on the page."""
        return KeyScope.ADMIN in self.scopes or not self.name.startswith(OF_KEY)

    def lacking(self, scope: KeyScope) -> ForbiddenError | None:
        """Return the error of a viewer who has not this scope."""
        if scope in self.scopes:
            return None
        return ForbiddenError(f"This key has not the scope {scope}.")

    def require(self, scope: KeyScope) -> None:
        """Raise ForbiddenError unless the scope is among those of the viewer."""
        error = self.lacking(scope)
        if error is not None:
            raise error


VIEWER = "parley.viewer"  # where a request's scope holds who asks


def viewer(request: HTTPConnection) -> Viewer:
    """Return who asks; the gate has looked."""
    found: Viewer = request.scope[VIEWER]
    return found


class Access:
    """The keys of one state folder, as they were a second ago; used from the event loop only."""

    def __init__(self, settings: Settings, cookie: PageCookie) -> None:
        self._settings = settings
        self._cookie = cookie
        self._keys = Keys(settings.state)
        self._known: dict[str, Key] = {}
        self._read_at = float("-inf")
        self._used: dict[str, datetime] = {}
        self._noted_at = time.monotonic()

    def viewer(self, headers: Mapping[str, str], method: str, peer: Peer) -> Viewer:
        """Return who asks.

        Raises UnauthorizedError without a key, KeyRejectedError with one that is not good,
        StateError where the keys cannot be read.
        """
        self._refresh(FRESH_SECONDS)
        given = headers.get("authorization")
        if given is not None:
            key = self._good(given)
            own = Scope(key.agents)
            return Viewer(f"{OF_KEY}{key.key_id}", key.scopes, own, key.source, f"key {key.name}")
        is_open = self._settings.auth is Auth.NONE and peer.is_local
        is_page = is_open and self._cookie.is_page(headers, method)
        if is_page:
            return Viewer(peer.address, READING, title="the page")
        if is_open and not self.is_closed:
            return Viewer(peer.address, KEYLESS)
        raise UnauthorizedError

    def due_uses(self) -> dict[str, datetime]:
        """Return the last uses that are due to be written down, and forget them; mostly none."""
        if not self._used or time.monotonic() - self._noted_at < USE_SECONDS:
            return {}
        used, self._used = self._used, {}
        self._noted_at = time.monotonic()
        return used

    def note(self, used: Mapping[str, datetime]) -> None:
        """Write last uses down; where that fails it is told to the log alone."""
        try:
            self._keys.note_use(used)
        except StateError as error:
            log.warning("the last use of keys could not be kept: %s", error.sentence)

    def close(self) -> None:
        """Write down the last uses."""
        if self._used:
            self.note(self._used)

    @property
    def is_closed(self) -> bool:
        """Whether a key is asked for: also where the only one has expired."""
        return any(key.revoked_at is None for key in self._known.values())

    def _refresh(self, age: float) -> None:
        if time.monotonic() - self._read_at > age:
            self._known = {key.key_id: key for key in self._keys.listed()}
            self._read_at = time.monotonic()

    def _good(self, given: str) -> Key:
        """Return the live key of an Authorization header; raises KeyRejectedError."""
        kind, _, text = given.partition(" ")
        key_id, _, secret = text.strip().removeprefix(PREFIX).partition("_")
        if kind.lower() != "bearer" or not text.strip().startswith(PREFIX):
            _reject("The Authorization header holds no key of Parley.")
        if key_id not in self._known:
            self._refresh(MISSED_SECONDS)
        key = self._known.get(key_id)
        found = _of(secret, key.secrets if key is not None else ())
        if key is None or found is None:
            _reject("There is no such key.")
        now = self._settings.clock()
        if key.revoked_at is not None:
            _reject("This key was revoked.")
        if now >= found.ends_at:
            _reject("This key has expired.")
        self._used[key.key_id] = now
        return key


def _of(secret: str, held: tuple[Secret, ...]) -> Secret | None:
    """Return which of a key's secrets this is; each is compared to its end."""
    given = digest(secret)
    equal = [one for one in held if compare_digest(one.hash, given)]
    return equal[0] if equal else None


def _reject(sentence: str) -> NoReturn:
    raise KeyRejectedError(sentence)
