"""Whole words: what stands between two places where no word goes on.

A character of a word is a letter, a mark, a number or a connecting mark such as `_` (Unicode's
categories L, M, N and Pc). A match is a whole word where neither of its ends is such a character
with another one beside it; an end that is none, as in `c++`, may stand beside anything. Scripts
that are written without spaces have no such places inside a sentence.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache

_UNASSIGNED = range(0x40000, 0xE0000)  # planes without characters
_LAST = 0x10FFFF


def is_of_word(character: str) -> bool:
    """Return whether a word may hold this character."""
    category = unicodedata.category(character)
    return category[0] in "LMN" or category == "Pc"


def edges(text: str) -> tuple[str, str]:
    """Return what stands before and after a text that is a whole word, as regular expressions.

    They are of RE2. The characters of words are listed in them, so that DuckDB and Python cannot
    disagree on one.
    """
    before = f"(?:^|[^{_characters()}])" if is_of_word(text[0]) else ""
    after = f"(?:$|[^{_characters()}])" if is_of_word(text[-1]) else ""
    return before, after


def is_whole(text: str, start: int, end: int) -> bool:
    """Return whether no word of `text` goes on over either end of `text[start:end]`."""
    return not (_joins(text, start) or _joins(text, end))


def _joins(text: str, place: int) -> bool:
    """Return whether the characters on both sides of a place belong to one word."""
    inside = 0 < place < len(text)
    return inside and is_of_word(text[place - 1]) and is_of_word(text[place])


@cache
def _characters() -> str:
    """Return the characters of words as the inside of a character class."""
    return "".join(
        rf"\x{{{first:x}}}-\x{{{last:x}}}" if first < last else rf"\x{{{first:x}}}"
        for first, last in _runs()
    )


def _runs() -> Iterator[tuple[int, int]]:
    """Yield first and last of each run of characters of words."""
    first: int | None = None
    for code in (*range(_UNASSIGNED.start), *range(_UNASSIGNED.stop, _LAST + 1)):
        if is_of_word(chr(code)):
            first = code if first is None else first
        elif first is not None:
            yield first, code - 1
            first = None
