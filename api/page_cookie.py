"""The cookie by which the API knows the page's own requests: downloads, and its description.

While nobody signs in, a page is given to whoever sits at this machine, and what it downloads may
be no less. The cookie is signed, for this server only, out of reach of scripts, and never sent by
pages of other sites (docs/decisions/0010).
"""

import time
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from lake.secret import Signer

DAYS = 30
DAY_SECONDS = 86_400
MAC_BYTES = 16

_OWN = ("same-origin", "none")  # by a page of ours, or typed by a person


class PageCookie:
    """Writes and reads the cookie of one state folder."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        # Cookies know no ports: two servers of one machine would overwrite each other's.
        self._name = f"parley_{signer.sign(b'name', 4).hex()}"

    def header(self, *, is_secure: bool) -> str:
        """Return the value of a Set-Cookie header for today."""
        day = _today()
        mac = self._signer.sign(f"page {day}".encode(), MAC_BYTES).hex()
        parts = [f"{self._name}={day}.{mac}", "Path=/", f"Max-Age={DAYS * DAY_SECONDS}"]
        parts += ["HttpOnly", "SameSite=Strict", *(["Secure"] if is_secure else [])]
        return "; ".join(parts)

    def is_page(self, headers: Mapping[str, str], method: str) -> bool:
        """Return whether a page of ours sends this request, which must be one that reads."""
        is_own = headers.get("sec-fetch-site", "none") in _OWN
        return method in ("GET", "HEAD") and is_own and self.day(headers) is not None

    def is_old(self, headers: Mapping[str, str]) -> bool:
        """Return whether the cookie of a request is good, and from another day."""
        return self.day(headers) not in (None, _today())

    def day(self, headers: Mapping[str, str]) -> int | None:
        """Return the day of the cookie of a request, None without a good one."""
        text = headers.get("cookie", "")
        if self._name not in text:
            return None
        try:
            value = SimpleCookie(text)[self._name].value
            day, _, mac = value.partition(".")
            signature = bytes.fromhex(mac)
        except (CookieError, KeyError, ValueError):
            return None
        if not day.isascii() or not day.isdigit() or len(signature) != MAC_BYTES:
            return None
        is_good = self._signer.is_signed(f"page {day}".encode(), signature)
        return int(day) if is_good and 0 <= _today() - int(day) < DAYS else None


def _today() -> int:
    return int(time.time() // DAY_SECONDS)
