"""The same sessions by other means: texts to copy, made of the filters alone.

Each is whole: whoever runs it as it stands gets the sessions that the view shows.
"""

import re
import shlex
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from lake.schema import SESSION_COLUMNS
from queries.filters import Filters
from queries.statement import Statement, compose

KEY = "PARLEY_KEY"  # the variable of the environment that holds a key

_PARAMETER = re.compile(r"\$([a-z][a-z0-9_]*)")
_PYTHON = """\
import json, os
from urllib.request import Request, urlopen

url = {url!r}
query = {query!r}
headers = {{}}
if "{key}" in os.environ:
    headers["Authorization"] = "Bearer " + os.environ["{key}"]

sessions, cursor = [], ""
while True:
    with urlopen(Request(f"{{url}}?{{query}}{{cursor}}", headers=headers)) as answer:
        page = json.load(answer)
    sessions += page["data"]
    if not page["meta"]["has_more"]:
        break
    cursor = "&cursor=" + page["meta"]["next_cursor"]
print(len(sessions), "sessions")
"""


def link(filters: Filters, base: str) -> str:
    """Return the address of the dashboard that shows the filtered sessions; `base` ends in `/`."""
    return f"{base}?{urlencode(filters.to_query())}"


def curl(filters: Filters, base: str, *, has_keys: bool) -> str:
    """Return a command that asks the API for the first of them, and for how many there are."""
    address = f"{base}api/v1/sessions?{urlencode(filters.to_query(commas=True))}"
    key = f'-H "Authorization: Bearer ${KEY}" ' if has_keys else ""
    return f"curl -sS {key}{shlex.quote(address)}"


def python(filters: Filters, base: str) -> str:
    """Return a script, of the standard library alone, that reads all of them."""
    query = urlencode([*filters.to_query(commas=True), ("limit", "1000")])
    return _PYTHON.format(url=f"{base}api/v1/sessions", query=query, key=KEY)


def command(filters: Filters) -> str:
    """Return a command line that writes a file of them, beside a running server or without one."""
    options = [f"--{name}={value}" for name, value in filters.to_query(commas=True)]
    return shlex.join([".venv/bin/python", "-m", "cli", "export", "--format=csv", *options])


def sql(
    filters: Filters,
    selects: Mapping[str, str],
    tick: datetime,
    zone: str,
    *,
    is_live: bool = False,
) -> str:
    """Return statements for DuckDB over the files; `selects` by relation, `tick` counts as now.

    If it `is_live`, there are sessions that are not in the files yet, which is told.
    """
    columns = ",\n    ".join(SESSION_COLUMNS)
    order = "order by started_at desc nulls last, session_id"
    listed = Statement("recipe", f"select\n    {columns}\nfrom filtered\n{order}")
    text, bound = compose(listed, filters, {}, tick, zone)
    text = _PARAMETER.sub(lambda found: literal(bound[found[1]]), text)
    relations = ",\n".join(f"{name} as (\n{select}\n)" for name, select in selects.items())
    head = f"-- Sessions as of {tick:%Y-%m-%d %H:%M:%S} UTC; run it in the folder of the data."
    if is_live:
        head += "\n-- Live sessions come to the files about an hour after their end."
    whole = f"with {relations},\n{text.removeprefix('with ')}"
    return f"{head}\nset TimeZone = 'UTC';\n{whole};\n"


def literal(value: Any) -> str:  # noqa: ANN401  whatever a filter is bound to
    """Return a value as DuckDB reads it in a text."""
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, datetime):
        return f"timestamp '{value.isoformat(sep=' ')}'"
    if isinstance(value, str):
        # A text of SQL holds no NUL, which filters may look for.
        escaped = value.replace("'", "''").replace("\0", "' || chr(0) || '")
        return f"('{escaped}')"
    return "null" if value is None else str(value).lower()
