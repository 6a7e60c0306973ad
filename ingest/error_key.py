"""What makes two errors the same: their text without the parts that change each time."""

import re

MAX_LENGTH = 200

_VARYING = re.compile(
    r"""
      [a-z][a-z0-9+.-]*://\S+                       # links
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+                  # mail addresses
    | \d{1,3}(?:\.\d{1,3}){3}(?::\d+)?              # IPv4, with a port
    | (?<!\w)(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}(?!\w)   # IPv6, times of day
    | (?<!\w)"[^"]*"(?!\w) | (?<!\w)'[^']*'(?!\w) | `[^`]*` | “[^”]*” | „[^“]*“ | «[^»]*»
    | (?<!\w)[\w-]*\d[\w-]*                         # numbers, ids, whatever holds a digit
    """,
    re.VERBOSE,
)
_REST = re.compile(r"[\s\W]+")


def error_key(error: str) -> str:
    """Return the text in lower case without ids, numbers, quotes and addresses.

    Words stay, one space apart. A text of nothing else stays as it is.
    """
    words = _REST.sub(" ", _VARYING.sub(" ", error.lower())).strip()
    return (words or error.strip().lower())[:MAX_LENGTH]
