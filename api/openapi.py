"""The description of the whole API (OpenAPI 3.1): what the routes say, and what the gate adds."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api import needs
from api.ingest import LIVE_EVENT
from api.needs import Needs
from api.problems import MEDIA_TYPE
from ingest.live.sent import READ
from lake.keys import KeyScope

Schema = dict[str, Any]

WORDS = """
Sessions of AI agents: lists, metrics, transcripts. The same questions answer the dashboard, so
that its numbers are these numbers.

Filters are the same on every route, and those of the dashboard's address. A list is a repeated
parameter or one with commas. Times are RFC 3339 in UTC with milliseconds. Errors are problem
details (RFC 9457). Keys are sent as `Authorization: Bearer sk_live_...`; while there is none, the
API answers this machine without one.
"""
SCHEME = "key"
_UNREADABLE = "A request that cannot be read, such as one with an address of more than 64 kB."
PROBLEM = {"$ref": "#/components/schemas/Problem"}

_STRING = {"schema": {"type": "string"}}
_RATES = {
    "RateLimit-Policy": {
        **_STRING,
        "description": '`"list";q=600;w=60`: so many requests in so many seconds.',
    },
    "RateLimit": {
        **_STRING,
        "description": '`"list";r=599;t=60`: so many are left; in so many seconds one more is.',
    },
}
_WAIT = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
_NAMED = {
    "ETag": {**_STRING, "description": "Names this answer; changes when it would."},
    "Cache-Control": _STRING,
    "Link": {**_STRING, "description": 'With `rel="next"`, the page after this one.'},
}


class Described(FastAPI):
    """An API that describes itself; the description is made when it is first asked for."""

    def openapi(self) -> Schema:
        """Return the description."""
        if self.openapi_schema is None:
            self.openapi_schema = _whole(self)
        return self.openapi_schema


def _whole(api: FastAPI) -> Schema:
    schema = get_openapi(
        title=api.title, version=api.version, description=WORDS.strip(), routes=api.routes,
        servers=[{"url": "."}],
    )  # fmt: skip
    schema["components"]["securitySchemes"] = {
        SCHEME: {
            "type": "http",
            "scheme": "bearer",
            "description": f"Scopes: {', '.join(KeyScope)}.",
        }
    }
    _name_events(schema["components"]["schemas"])
    for method, path, asked in needs.routes(api):
        operation = schema["paths"].get(path, {}).get(method.lower())
        if operation is not None:
            _complete(operation, asked, is_read=method == "GET")
    return schema


def _name_events(schemas: Schema) -> None:
    """Add what may be sent, which no route's own model names: each event is read alone."""
    told = READ.json_schema(ref_template="#/components/schemas/{model}")
    for name, schema in told.pop("$defs").items():
        schemas.setdefault(name, schema)
    schemas[LIVE_EVENT] = told


def _complete(operation: Schema, asked: Needs, *, is_read: bool) -> None:
    """Add what the gate does: the scope, its errors, the headers of every answer."""
    answers = operation["responses"]
    answers["400"] = {"description": _UNREADABLE, "content": {"text/plain": {}}}
    answers.setdefault("429", _problem("Too many requests in a minute."))
    if asked.scope is not None:
        operation["security"] = [{SCHEME: []}]
        operation["x-scope"] = str(asked.scope)
        answers["401"] = _problem("A key is needed, or the one that was given is not good.")
        answers["403"] = _problem(f"The key has not the scope `{asked.scope}`.")
    for status, answer in answers.items():
        if status != "400":  # which is answered before the API
            _tell(status, answer, is_named=is_read and asked.scope is not None)
    operation["responses"] = dict(sorted(answers.items()))


def _tell(status: str, answer: Schema, *, is_named: bool) -> None:
    """Add the headers of an answer; an error is a problem."""
    headers: Schema = dict(_RATES)
    if status in ("429", "503"):
        headers |= _WAIT
    content = answer.get("content", {}).get("application/json", {})
    if is_named and (status == "304" or (status == "200" and "schema" in content)):
        headers |= _NAMED
    answer["headers"] = headers | answer.get("headers", {})
    if "content" in answer and status >= "400":
        answer["content"] = {MEDIA_TYPE: {"schema": PROBLEM}}


def _problem(words: str) -> Schema:
    return {"description": words, "content": {MEDIA_TYPE: {"schema": PROBLEM}}}
