"""How the log is written: a JSON object a line, on standard error.

Nothing that people wrote stands in it, and no secret: requests are told by the name of their route,
errors by their kind and the lines of code that they came through, without their own words, which
may quote a value. What is odd in a text that is told all the same is escaped by JSON.
"""

import logging
import sys
import traceback
from collections.abc import Iterable
from types import TracebackType
from typing import TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from settings import ROOT

OTHERS = ("uvicorn", "streamlit")  # they bring handlers of their own
# They tell of every address that they ask, or that a live connection was opened with.
TALKATIVE = ("httpx", "httpcore", "uvicorn.error")
MOST_ERRORS = 8  # of those that one came from
ADDRESSES = "uvicorn.access"  # whose lines hold what people look for; ours tell of requests


def configure(stream: TextIO = sys.stderr) -> None:
    """Have every logger of the process write so."""
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        told_errors,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # they are made before this is called
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.PositionalArgumentsFormatter(), *before],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=True),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in OTHERS:
            other = logging.getLogger(name)
            other.handlers.clear()
            other.propagate = name != ADDRESSES


def told_errors(_logger: WrappedLogger, _method: str, told: EventDict) -> EventDict:
    """Put in the place of errors what may be told of them."""
    found = told.pop("exc_info", None)
    if isinstance(found, tuple):
        found = found[1]
    if found is True:
        found = sys.exc_info()[1]
    if isinstance(found, BaseException):
        told["exception"] = list(_chain(found))
    for name, value in told.items():
        if isinstance(value, BaseException):
            told[name] = type(value).__name__
    return told


def _chain(error: BaseException) -> Iterable[dict[str, object]]:
    """Yield an error and those that it came from: its kind, and the lines of code, outermost first.

    Not all of them, for errors may come from each other in a circle.
    """
    left: BaseException | None = error
    for _ in range(MOST_ERRORS):
        if left is None:
            return
        yield {"kind": type(left).__name__, "lines": _lines(left.__traceback__)}
        left = left.__cause__ or (None if left.__suppress_context__ else left.__context__)


def _lines(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)
    return [f"{f.filename.removeprefix(f'{ROOT}/')}:{f.lineno} {f.name}" for f in frames]
