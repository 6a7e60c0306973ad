"""The parameters that Streamlit's own fields own, brought to values that these can have.

Everything else stays as it is: the page leaves it out by itself, and says so.
"""

from urllib.parse import parse_qsl, urlencode

from components.filter_bar import SEARCH_LENGTH
from components.place import CLEANED
from components.state import AUTO, SEARCH


def cleaned(query: str) -> str | None:
    """Return the query with values that the fields take, None where it has no others.

    What was left out is named in the parameter `cleaned`, so that the page can say so.
    """
    kept: list[tuple[str, str]] = []
    wrong: list[str] = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name == AUTO and value not in ("true", "false"):
            wrong.append(name)
        elif name == SEARCH and not 0 < len(value) <= SEARCH_LENGTH:
            wrong.append(name)
            kept += [(name, value[:SEARCH_LENGTH])] if value else []
        else:
            kept.append((name, value))
    if not wrong:
        return None
    named = [(CLEANED, name) for name in dict.fromkeys(wrong) if (CLEANED, name) not in kept]
    return urlencode([*kept, *named])
