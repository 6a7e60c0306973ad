"""The one handler of errors for pages: a part that fails says so and leaves the others alone."""

import logging
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Generic, TypeVar
from weakref import finalize

from components import boxes
from errors import ParleyError

T = TypeVar("T")

_BESIDE = ThreadPoolExecutor(4, thread_name_prefix="beside")  # for all pages of all viewers

log = logging.getLogger("parley.pages")


class Part(AbstractContextManager[None]):
    """Run the lines that show one part; name it as the start of a sentence: "The sessions"."""

    def __init__(self, what: str, instead: Callable[[], None] | None = None) -> None:
        """Name the part; `instead` shows what can be shown without it, in place of a box."""
        self.what = what
        self.instead = instead

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Show what went wrong in the part's place; Streamlit's own signals pass."""
        if isinstance(error, Exception):
            tell(self.what, error, self.instead)
        return isinstance(error, Exception)


class Soon(Generic[T]):
    """A question that is asked beside the page, which goes on and waits where it shows the answer.

    For what takes long: two cores then have something to do. Several parts may show one answer; an
    error is kept as an answer is. Where nobody holds the question any more, for the run of the page
    was stopped, it is not begun.
    """

    def __init__(self, ask: Callable[[], T]) -> None:
        """Have it asked, when a thread is free."""
        self._answer = _BESIDE.submit(ask)
        finalize(self, self._answer.cancel)

    def __call__(self) -> T:
        """Return the answer, or raise what asking has raised."""
        return self._answer.result()


def tell(what: str, error: Exception, instead: Callable[[], None] | None = None) -> None:
    """Log an error and show it: a sentence and an advice, or a reference to the log."""
    if instead is not None:
        log.error("%s could not be shown", what, exc_info=error)
        instead()
        return
    if isinstance(error, ParleyError):
        log.warning("%s: %s", what, error.sentence)
        boxes.failed(what, error)
        return
    reference = secrets.token_hex(4)
    log.error("%s could not be shown, reference %s", what, reference, exc_info=error)
    boxes.broken(what, reference)


def page_failed(error: Exception) -> bool:
    """Show what no part has caught; True keeps Streamlit from showing it once more."""
    tell("The page", error)
    return True
