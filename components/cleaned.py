"""The parameters that Streamlit's own fields own, brought to values that these leave alone.

Everything else stays as it is: the page leaves it out by itself, and says so.
"""

from urllib.parse import parse_qsl, urlencode

from components.filter_bar import SEARCH_LENGTH
from components.place import CLEANED
from components.state import AUTO, SEARCH

Pairs = list[tuple[str, str]]

_SWITCH = ("true", "false")  # `true` is what the field is without the parameter


def cleaned(query: str) -> str | None:
    """Return the query with values that the fields leave alone, None where it has no others.

    What was left out is named in the parameter `cleaned`, so that the page can say so. A value that
    the field has anyway leaves without a word: nothing that it meant is lost.
    """
    given = parse_qsl(query, keep_blank_values=True)
    kept: Pairs = []
    wrong: list[str] = []
    for name, value in given:
        if name == AUTO and value.lower() not in _SWITCH:
            wrong.append(name)
        elif name == AUTO:
            kept += [(AUTO, "false")] if _is_off(given) and (AUTO, "false") not in kept else []
        elif name == SEARCH and not 0 < len(value) <= SEARCH_LENGTH:
            wrong.append(name)
            kept += [(name, value[:SEARCH_LENGTH])] if value else []
        else:
            kept.append((name, value))
    named = [(CLEANED, name) for name in dict.fromkeys(wrong) if (CLEANED, name) not in kept]
    clean = [*kept, *named]
    return None if clean == given else urlencode(clean)


def _is_off(given: Pairs) -> bool:
    """Return whether the last value that the switch can read turns it off."""
    read = [value.lower() for name, value in given if name == AUTO and value.lower() in _SWITCH]
    return read[-1:] == ["false"]
