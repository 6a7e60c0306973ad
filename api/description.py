"""How a route is described in OpenAPI: parameters from the models that read them, its answers."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from api.parameters import Options
from api.shapes import Problem
from queries.choices import Range
from queries.clauses import MAX_TEXT
from queries.filters import Filters

Schema = dict[str, Any]

# What each filter leaves, in words.
FILTER_WORDS = {
    "q": "Any part of session id, external id, agent name, user id or a metadata value; literal, "
    "case folded.",
    "range": "Started in the last so long; `custom` is implied by the two bounds, and goes with "
    "them only.",
    "started_after": "Started at or after this moment.",
    "started_before": "Started before this moment.",
    "tz": "The zone in which days and hours are counted, such as `Europe/Berlin`.",
    "channel": "One of these channels.",
    "type": "One of these types.",
    "status": "One of these statuses.",
    "agent": "One of these agents, by `agent_id`; a comma in one is written `\\,`.",
    "user": "One of these users, by `user_id`; a comma in one is written `\\,`.",
    "metadata": "All of these conditions: `key=value`, `key!=value`, `key contains value`, "
    "`key exists`, `key>value`, `key<value`; not separated by commas.",
    "duration_min": "At least so many milliseconds; what goes on is counted until now.",
    "duration_max": "At most so many milliseconds.",
    "has": "All of these; `!` is without.",
    "error": "One of these errors, by `error_key`; not separated by commas.",
    "event": "An event of one of these kinds.",
    "weekday": "Started on one of these weekdays, 1 is Monday.",
    "hour": "Started in one of these hours of the day.",
    "silent_min": "Active, and without a message for at least so many milliseconds.",
    "returned": "The same user came back so soon after it was completed or had failed.",
}

# What a model's own schema cannot say of a parameter's text.
_TEXTS: Mapping[str, Schema] = {
    "find": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[^\\x00]*$"},
    "q": {"type": "string", "maxLength": 200, "pattern": "^[^\\x00]*$"},
    "range": {"type": "string", "enum": [str(each) for each in Range if each is not Range.CUSTOM]},
    "tz": {"type": "string", "format": "iana-zone"},
    "metadata": {
        "type": "array",
        "maxItems": 200,
        "items": {"type": "string", "format": "metadata-clause", "maxLength": 4 * MAX_TEXT},
    },
}
_CLOSED = "A parameter has a value that it cannot have, or is unknown; the detail says which."


def described(
    model: type[BaseModel] | None, *, options: type[Options], summary: str, filtered: bool = False,
    missing: bool = False, media_type: str = "application/json",
) -> dict[str, Any]:  # fmt: skip
    """Return what a route's decorator is told: its answer, its parameters, its errors.

    Without a model the answer is a stream of `media_type`, which has no ETag. What the gate adds
    (401, 403, 429 and its headers) is put in by `api/openapi.py`.
    """
    parameters = [*(_filters() if filtered else ()), *_of(options)]
    responses = {**_ERRORS}
    if model is None:
        responses[200] = {"description": "The answer.", "content": {media_type: {}}}
    else:
        responses[200] = {"model": model, "description": "The answer."}
        responses[304] = {"description": "Nothing has changed since the answer of this ETag."}
        parameters.append(_KNOWN)
    if missing:
        responses[404] = {"model": Problem, "description": "There is no such session."}
    return {
        "summary": summary,
        "response_model": None,
        "responses": responses,
        "openapi_extra": {"parameters": parameters},
    }


_ERRORS: dict[int | str, dict[str, Any]] = {
    422: {"model": Problem, "description": _CLOSED},
    500: {"model": Problem, "description": "Stored data that cannot be trusted, or a fault."},
    503: {"model": Problem, "description": "Starting, or busy; try again."},
    504: {"model": Problem, "description": "The question took longer than it may."},
}
_KNOWN: Schema = {
    "name": "If-None-Match",
    "in": "header",
    "schema": {"type": "string"},
    "description": "The ETag of an answer that is known; 304 where it still holds.",
}


def _filters() -> list[Schema]:
    schema = Filters.model_json_schema()
    return [
        _parameter(name, _TEXTS.get(name, schema["properties"][name]), schema, words)
        for name, words in FILTER_WORDS.items()
    ]


def _of(options: type[Options]) -> list[Schema]:
    schema = options.model_json_schema()
    return [
        _parameter(
            name,
            field,
            schema,
            field.get("description", ""),
            is_required=name in schema.get("required", ()),
        )
        for name, field in (schema["properties"] | _special(schema["properties"])).items()
    ]


def _special(fields: Schema) -> Schema:
    """Return those fields whose own schema does not say enough."""
    return {name: fields[name] | text for name, text in _TEXTS.items() if name in fields}


def _parameter(
    name: str, field: Schema, schema: Schema, words: str, *, is_required: bool = False
) -> Schema:
    """Return a parameter; a list is a repeated one."""
    told = _plain(field, schema.get("$defs", {}))
    several = {"style": "form", "explode": True} if told.get("type") == "array" else {}
    return {
        "name": name, "in": "query", "required": is_required, "description": words, "schema": told,
        **several,
    }  # fmt: skip


def _plain(field: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """Return a schema without references, titles and null, which is a parameter that is absent."""
    if "$ref" in field:
        field = definitions[field["$ref"].rsplit("/", 1)[1]] | {"default": field.get("default")}
    if "anyOf" in field:
        (only,) = (each for each in field["anyOf"] if each.get("type") != "null")
        return _plain(only, definitions)
    kept = {
        key: value
        for key, value in field.items()
        if key not in ("title", "description") and (key, value) != ("default", None)
    }
    if "items" in kept:
        kept["items"] = _plain(kept["items"], definitions)
        kept.pop("default", None)
    return kept
