"""What the description cannot say to schemathesis: a few formats, and what does not go together.

Loaded by its command line (tests/api/test_schemathesis.py).
"""

import re
from urllib.parse import urlencode

import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode

CLAUSES = ["plan=free", "plan!=free", "note contains %", "plan exists", "n>5", "n<-1.5",
           '"a key"=x', 'plan="=y"']  # fmt: skip
BOUNDS = ("started_after", "started_before")

schemathesis.openapi.format("iana-zone", st.sampled_from(["UTC", "Europe/Berlin", "Asia/Tokyo"]))
schemathesis.openapi.format("metadata-clause", st.sampled_from(CLAUSES))

# Webhooks may go to this machine in the program that is asked; at this port nobody listens.
schemathesis.openapi.format("webhook-address", st.just("http://127.0.0.1:9/hook"))

# Of an alert; a range is no part of it.
FILTERS = ["", "channel=web", "status=failed&agent=a%2C1", "metadata=plan%3Dpro&has=handoff"]
schemathesis.openapi.format("filter-query", st.sampled_from(FILTERS))

WRITTEN = {"name", "text", "tag", "description"}  # by people
TIMES = {"timestamp", "started_at", "ended_at", "sent_at", "at"}
TIME = "2026-01-02T03:04:05Z"
LONGEST = 50_000  # bytes of an address; the server reads no head of more than 64 kB


@schemathesis.hook
def filter_case(context, case):
    """Leave out addresses that no server would read: two hundred long texts together."""
    return len(urlencode(case.query or {}, doseq=True)) < LONGEST


@schemathesis.hook
def map_case(context, case):
    """Leave out what excludes something else: OpenAPI has no words for it.

    A cursor is bound to its list, and where a search stopped has a form of its own; a range up to
    now excludes bounds; a chart can be stacked by fewer dimensions than sessions can be grouped by.
    The rest of a file is known by the cursor of its parts, so here it is that of no file. Where an
    alert is resolved lies on the good side of its threshold. A time that is sent lies between 1970
    and tomorrow. All of that is tested by hand.
    """
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return case
    if case.method == "POST" and isinstance(case.body, dict) and "timestamp" in case.body:
        case.body = _in_our_time(case.body)
    if "/alerts" in case.path and isinstance(case.body, dict):
        case.body = _alert(case.body)
    if isinstance(case.body, dict) and not case.operation.path.startswith("/events"):
        case.body = {
            name: _seen(value) if name in WRITTEN else value for name, value in case.body.items()
        }
    query = case.query or {}
    for name in ("agent", "user"):  # a comma in one is written \\,
        if isinstance(query.get(name), list):
            query[name] = [re.sub(r"([\\,])", r"\\\1", text) for text in query[name]]
    query.pop("cursor", None)
    query.pop("after", None)
    if case.operation.path.endswith("/rest"):
        case.path_parameters["export_id"] = "f" * 24
    if any(query.get(name) is not None for name in BOUNDS):
        query.pop("range", None)
    if query.get("group_by") in ("weekday", "hour"):
        query.pop("interval", None)
    return case


def _seen(value):
    """Return a text, if it is one, without the characters that cannot be seen."""
    if not isinstance(value, str):
        return value
    return "".join(each for each in value if each.isprintable()).strip() or (value and "seen")


def _alert(body):
    """Return what an alert may be: a threshold that fits every metric, resolved as usual."""
    told = {name: value for name, value in body.items() if name != "resolve"}
    return {**told, "threshold": 0.5} if "threshold" in told or "metric" in told else told


def _in_our_time(event):
    """Return an event with times that may be sent."""
    told = {name: TIME if name in TIMES and value else value for name, value in event.items()}
    if isinstance(told.get("data"), dict):
        told["data"] = _in_our_time(told["data"])
    return told
