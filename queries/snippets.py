"""Snippets: the surroundings of a match, and how often a message matches.

Places are found in the folded text, which has as many characters as the text itself: DuckDB's
`lower` puts one character in the place of one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from queries.words import is_whole

BEFORE = 60  # characters that are shown
AFTER = 160
_NEAR = 15  # a cut moves so far to where a word ends, and takes more than this away


@dataclass(frozen=True)
class Snippet:
    """Text before a match, the match as it was written, text after it; whether more was cut off."""

    before: str
    match: str
    after: str
    is_cut_before: bool
    is_cut_after: bool
    count: int  # matches in the text that was looked at


def places(folded: str, text: str, *, whole_word: bool) -> Iterator[int]:
    """Yield where a text begins in another, without overlaps."""
    at = folded.find(text)
    while at >= 0:
        end = at + len(text)
        if whole_word and not is_whole(folded, at, end):
            end = at + 1
        else:
            yield at
        at = folded.find(text, end)


def snippet(content: str, folded: str, text: str, *, whole_word: bool) -> Snippet:
    """Return the first match of a text that has one; `folded` is what is compared with `text`."""
    found = list(places(folded, text, whole_word=whole_word))
    at = found[0] if found else max(folded.find(text), 0)
    end = at + len(text)
    first, last = _first(content, at), _last(content, end)
    return Snippet(
        content[first:at], content[at:end], content[end:last], first > 0, last < len(content),
        max(len(found), 1),
    )  # fmt: skip


def _first(content: str, at: int) -> int:
    """Return where the text before a match begins, after a space where one is near."""
    first = at - BEFORE if at - BEFORE > _NEAR else 0
    space = content.find(" ", first, min(first + _NEAR, at)) if first else -1
    return first if space < 0 else space + 1


def _last(content: str, end: int) -> int:
    """Return where the text after a match ends, before a space where one is near."""
    last = end + AFTER if end + AFTER + _NEAR < len(content) else len(content)
    space = content.rfind(" ", max(last - _NEAR, end), last) if last < len(content) else -1
    return last if space < 0 else space
