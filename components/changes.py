"""Changes of the address, which the browser applies to it as it then is.

A change names parameters: a list replaces all values (none removes the parameter), `{"remove": v}`
takes one value out, `{"add": v}` puts one in. First of all `*` removes every parameter but those
that it lists.
"""

from components import lens
from components.assets import Data
from components.place import LOOKED_FOR, SHOWN
from queries.badges import Badge
from queries.filters import Filters

DATED = ("range", "started_after", "started_before")  # one filter in three parameters
# What is no filter and stays.
KEPT = ("tz", "size", "sort", "auto", *SHOWN, *LOOKED_FOR, *sorted(lens.PARAMETERS))
ALL_SESSIONS: Data = {"id": []}


def clear() -> Data:
    """Return the change that takes every filter out, and with them the page; the zone is none."""
    return {"*": list(KEPT)}


def without(filters: Filters, badge: Badge) -> Data:
    """Return the change that takes only this badge's value out.

    `otherwise` is what stays where the address writes the value in another way.
    """
    if badge.field in DATED:
        return {name: [] for name in (*DATED, "page")}
    left = [value for name, value in filters.removing(badge).to_query() if name == badge.field]
    return {badge.field: {"remove": badge.value, "otherwise": left}, "page": []}


def to(filters: Filters) -> Data:
    """Return the change that leaves exactly these filters."""
    change: dict[str, list[str]] = clear()
    for name, value in filters.without("tz").to_query():
        change[name] = [*change.get(name, []), value]
    return change


def towards(filters: Filters, link: Filters) -> Data:
    """Return the change that leads from these filters to those of a link, range and page too."""
    now, then = _values(filters), _values(link)
    names = {name for name in {*now, *then} if now.get(name) != then.get(name)}
    return {name: then.get(name, []) for name in sorted(names)}


def _values(filters: Filters) -> dict[str, list[str]]:
    """Return the parameters of filters, each with all its values."""
    values: dict[str, list[str]] = {}
    for name, value in filters.to_query():
        values.setdefault(name, []).append(value)
    return values
