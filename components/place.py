"""Where a person is: page, size, sort, open session, text looked for, read from the address.

The page carries the digest of the list that it belongs to (`page=3~a1b2c3`), so that any change of
the filters makes it the first page by meaning; nothing has to reset it. Values that cannot be are
replaced by the usual ones with a note for the person.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from queries.search import LENGTH
from queries.sessions import NEWEST, SORTS

SIZES = (25, 50, 100, 250)
USUAL_SIZE = 50

CLEANED = "cleaned"  # names parameters that were left out before the page was sent
LOOKED_FOR = ("find", "word", "case")  # what a search in conversations is asked with
SHOWN = ("agents_sort", "show", "watch", "rows", "alert")  # what a page shows of itself
# What is no filter.
PARAMETERS = frozenset({"page", "size", "sort", "id", "m", "auto", "before", CLEANED})
PARAMETERS |= {*SHOWN, *LOOKED_FOR}
_CLEANED = {
    "auto": "Left out: auto, which can be true or false.",
    "q": "Cut or left out: q, which has 1 to 200 characters.",
}

Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Place:
    """A page of a list, an open session over it, a search in conversations."""

    page: str = ""  # as in the address: number~digest
    size: int = USUAL_SIZE
    sort: str = NEWEST
    session_id: str | None = None
    find: str = ""  # in conversations
    word: bool = False  # whole words only
    case: bool = False  # upper and lower case differ
    notes: tuple[str, ...] = ()

    @classmethod
    def read(cls, parameters: Parameters) -> "Place":
        """Return the place that an address names, with a note for each value that cannot be."""
        notes = []
        size = _last(parameters, "size") or str(USUAL_SIZE)
        if size not in map(str, SIZES):
            notes.append(
                f"Left out: size {size[:40]!r}, which can be {', '.join(map(str, SIZES))}."
            )
            size = str(USUAL_SIZE)
        sort = _last(parameters, "sort") or NEWEST
        if sort not in SORTS:
            notes.append(f"Left out: sort {sort[:40]!r}, which can be {', '.join(SORTS)}.")
            sort = NEWEST
        page = _last(parameters, "page")
        if page and not _is_number(page.partition("~")[0]):
            notes.append(f"Left out: page {page[:40]!r}, which is no number from 1.")
            page = ""
        found, refused = _looked_for(parameters)
        notes += refused
        notes += [_CLEANED[name] for name in parameters.get(CLEANED, ()) if name in _CLEANED]
        opened = _last(parameters, "id") or None
        return cls(page, int(size), sort, opened, **found, notes=tuple(notes))

    def to_query(self) -> list[tuple[str, str]]:
        """Return what a saved view keeps of a place, as parameters that `read` reads back."""
        said = {
            "size": "" if self.size == USUAL_SIZE else str(self.size),
            "sort": "" if self.sort == NEWEST else self.sort,
            "find": self.find,
            "word": "1" if self.word else "",
            "case": "1" if self.case else "",
        }
        return [(name, value) for name, value in said.items() if value]

    def digest(self, filters: Sequence[tuple[str, str]]) -> str:
        """Return the name of the list that these filters, in this sort and size, give."""
        text = urlencode([*sorted(filters), ("size", str(self.size)), ("sort", self.sort)])
        return hashlib.sha256(text.encode()).hexdigest()[:6]

    def number(self, filters: Sequence[tuple[str, str]], pages: int) -> int:
        """Return the page to show, from 1 to `pages`; 1 if the address means another list."""
        number, _, digest = self.page.partition("~")
        if not number or (digest and digest != self.digest(filters)):
            return 1
        return max(1, min(int(number), pages))


def _looked_for(parameters: Parameters) -> tuple[dict[str, Any], list[str]]:
    """Return what is looked for in conversations, and notes on what cannot be."""
    find = _last(parameters, "find")
    options = {name: _last(parameters, name) for name in ("word", "case")}
    notes = [
        f"Left out: {name} {value[:40]!r}, which can be 1."
        for name, value in options.items()
        if value not in ("", "1")
    ]
    if len(find) > LENGTH or "\0" in find:
        notes.append(f"Left out: find, which has at most {LENGTH} characters and no NUL.")
        find = ""
    return {"find": find, **{name: value == "1" for name, value in options.items()}}, notes


def _last(parameters: Parameters, name: str) -> str:
    values = parameters.get(name)
    return values[-1] if values else ""


def _is_number(text: str) -> bool:
    """Return whether `text` is a whole number from 1 that any list could have."""
    return text.isascii() and text.isdigit() and len(text) <= 12 and int(text) >= 1  # noqa: PLR2004  a trillion pages
