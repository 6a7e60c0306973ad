"""The export formats: every file in exports/formats/ is one, and its listing is the register."""

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

from errors import FilterError
from exports import formats
from exports.options import Options
from queries.export import Export


@dataclass(frozen=True)
class Format:
    """One format: how it is called, and how the sessions of an export become its bytes."""

    name: str
    title: str
    hint: str  # what it is good for, in two words
    icon: str
    media_type: str
    suffix: str
    has_messages: bool  # with messages and events, else a row a session
    is_resumable: bool  # its bytes from any session on are the same, whoever wrote those before
    write: Callable[[Export, Options], Iterator[bytes]]


def _listed() -> dict[str, Format]:
    """Return the formats by name, from the modules of exports/formats/."""
    found = {}
    for info in pkgutil.iter_modules(formats.__path__):
        module = import_module(f"{formats.__name__}.{info.name}")
        found[module.NAME] = Format(
            module.NAME, module.TITLE, module.HINT, module.ICON, module.MEDIA_TYPE, module.SUFFIX,
            module.HAS_MESSAGES, module.IS_RESUMABLE, module.write,
        )  # fmt: skip
    return found


FORMATS = _listed()


def named(name: str) -> Format:
    """Return the format of this name; raises FilterError."""
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        raise FilterError(f"There is no format {name[:40]!r}.", advice=f"Use one of {known}.")
    return FORMATS[name]
