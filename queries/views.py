"""Questions about saved views: which there are, and how one is named, kept, made the default.

A view holds what Filters and the place in a list know, and nothing else that an address may say.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from lake.view_refusals import ViewRefusedError, ViewsError
from lake.views import NAME_LENGTH, Views
from queries.filters import Filters
from settings import Settings

UNSEEN = ("Cc", "Cs")  # control characters, halves of characters; the page shows all others

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class SavedView:
    """A name for a page, by its path, with the parameters of its address."""

    name: str
    page: str
    query: tuple[tuple[str, str], ...]
    is_default: bool = False


@dataclass(frozen=True)
class Saved:
    """The views by name, and what a person must know about them; empty where all is well."""

    views: tuple[SavedView, ...]
    trouble: str = ""


@cache
def _views(state: Path) -> Views:
    return Views(state)


def saved(settings: Settings) -> Saved:
    """Return the saved views; what keeps them from being read is told, not raised."""
    file = _views(settings.state)
    try:
        stored = file.all()
    except ViewsError as error:
        return Saved((), f"{error.sentence} {error.advice}")
    views = [
        SavedView(
            each.name, each.page, tuple(parse_qsl(each.query, keep_blank_values=True)),
            each.is_default,
        )
        for each in stored
    ]  # fmt: skip
    lost = file.set_aside
    return Saved(tuple(views), f"The saved views were damaged; they lie in {lost}." if lost else "")


def save(settings: Settings, name: str, page: str, filters: Filters, more: Pairs) -> None:
    """Save the filters and `more` parameters of a page under a name, in place of what it named.

    Raises ViewRefusedError, ViewsError.
    """
    query = urlencode([*filters.to_query(), *more])
    _views(settings.state).save(cleaned(name), page, query)


def delete(settings: Settings, name: str) -> None:
    """Delete a view, if it is there; raises ViewsError."""
    _views(settings.state).delete(name)


def make_default(settings: Settings, name: str | None) -> None:
    """Make one view the default, None: none; raises ViewsError."""
    _views(settings.state).make_default(name)


def cleaned(name: str) -> str:
    """Return a name with single spaces; raises ViewRefusedError for one that cannot be read."""
    words = " ".join(name.split())
    if not words or any(unicodedata.category(each) in UNSEEN for each in words):
        raise ViewRefusedError("A view needs a name of characters that can be seen.")
    if len(words) > NAME_LENGTH:
        raise ViewRefusedError(f"A name has at most {NAME_LENGTH} characters.")
    return words
