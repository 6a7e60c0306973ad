"""The log: JSON a line whatever happens, and nothing of people or keys in it."""

import io
import json
import logging

import pytest
import structlog

import logs
from errors import FilterError
from settings import ROOT

HOSTILE = ("x\nINFO forged", '{"event": "forged"}', "\x1b[31mred", "\r\n\r\n", "\u2028", "\u202e",
           "\x00", '"', "\\", "%s %d", "{}", "🙂" * 500)  # fmt: skip
SECRET = "sk_live_0123456789ab_x"  # noqa: S105  of nobody


@pytest.fixture
def stream():
    return io.StringIO()


@pytest.fixture
def lines(stream):
    """Configure logging as the program does, and give what was written, a line an entry."""
    root = logging.getLogger()
    handlers, level, known = list(root.handlers), root.level, structlog.get_config()
    logs.configure(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().split("\n") if line]
    root.handlers[:], root.level = handlers, level
    structlog.configure(**known)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_line_is_one_object_whatever_stands_in_it(lines, text):
    structlog.get_logger("parley.test").warning(text, said=text, name=text)
    logging.getLogger("parley.test").warning("told: %s", text)

    first, second = lines()
    assert first["said"] == first["name"] == first["event"] == text
    assert second["event"] == f"told: {text}"
    assert {"at", "level", "logger"} <= first.keys() & second.keys()


def _failed():
    """Return an error that came from another, both with words that nobody may read."""
    try:
        int(SECRET)
    except ValueError as error:
        failed = FilterError(SECRET)
        failed.__cause__ = error
        return failed


@pytest.mark.parametrize("make", [structlog.get_logger, logging.getLogger])
def test_an_error_is_told_by_its_kind_and_lines_never_by_its_words(lines, make):
    make("parley.test").error("a request failed", exc_info=_failed())

    (line,) = lines()
    assert [each["kind"] for each in line["exception"]] == ["FilterError", "ValueError"]
    assert any("_failed" in each for each in line["exception"][1]["lines"])
    assert SECRET not in json.dumps(line)
    assert str(ROOT) not in json.dumps(line)


def test_an_error_that_is_a_value_is_told_by_its_kind(lines):
    structlog.get_logger("parley.test").warning("no refresh", error=ValueError(SECRET))

    assert lines()[0]["error"] == "ValueError"


def test_errors_in_a_circle_end(lines):
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    logging.getLogger("other").error("no", exc_info=first)

    assert len(lines()[0]["exception"]) == logs.MOST_ERRORS


def test_lines_of_servers_come_the_same_way_but_for_addresses(lines, stream):
    for name in ("uvicorn.error", "uvicorn.access", "streamlit.runtime"):
        logging.getLogger(name).addHandler(logging.StreamHandler(stream))
    logs.configure(stream)
    logging.getLogger("uvicorn.error").warning("started")
    for name in logs.TALKATIVE:
        logging.getLogger(name).info('"WebSocket /stream?q=%s" [accepted]', SECRET)
    logging.getLogger("uvicorn.access").info('"GET /sessions?q=%s"', SECRET)
    logging.getLogger("streamlit.runtime").info("running")

    assert ["started", "running"] == [line["event"] for line in lines()]
