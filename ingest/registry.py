"""The import formats: every file in ingest/formats/ is one, and its listing is the register."""

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

from errors import SourceError
from ingest import formats
from ingest.draft import Record, Rejection, SessionDraft
from ingest.options import Options
from ingest.source import Source


@dataclass(frozen=True)
class Format:
    """One format: how it is called, recognised by its first bytes, and read."""

    name: str
    title: str
    suffixes: tuple[str, ...]
    recognises: Callable[[bytes], bool]
    read: Callable[[Source, Options], Iterator[Record | Rejection]]
    parse_line: Callable[[bytes], SessionDraft] | None  # where each line is a record on its own


def _listed() -> dict[str, Format]:
    """Return the formats by name, from the modules of ingest/formats/."""
    found = {}
    for info in pkgutil.iter_modules(formats.__path__):
        module = import_module(f"{formats.__name__}.{info.name}")
        found[module.NAME] = Format(
            module.NAME,
            module.TITLE,
            module.SUFFIXES,
            module.recognises,
            module.read,
            getattr(module, "parse_line", None),
        )
    return found


FORMATS = _listed()


def named(name: str) -> Format:
    """Return the format of this name; raises SourceError."""
    if name not in FORMATS:
        raise SourceError(f"There is no format {name!r}.")
    return FORMATS[name]


def recognised(source: Source) -> Format | None:
    """Return the format that recognises the source by its content, None where none does."""
    return next((found for found in FORMATS.values() if found.recognises(source.head)), None)
