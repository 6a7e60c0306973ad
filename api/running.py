"""A search while somebody reads it: its turns, its deadline, and that it ends with its reader.

It holds a publication and an instance of DuckDB. Both are given back at the end, when the reader
has gone, and when its time is over although somebody still reads slowly.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, ExitStack
from typing import Any, TypeVar

from errors import SearchesBusyError, SearchStoppedError
from queries import lane
from queries.search import Search, Step
from settings import Settings

AGAIN_SECONDS = 0.02  # a blow between two statements hits nothing, so that there is another

R = TypeVar("R")


class _Taken:
    """How many searches are open; asked in the one thread of the loop."""

    places = 0


class Running:
    """One search; `begin` it, read its `steps`, and `end` it whatever happens."""

    def __init__(
        self, hold: Callable[[], AbstractContextManager[Search]], settings: Settings
    ) -> None:
        self._hold = hold
        self._settings = settings
        self._stack = ExitStack()
        self._search: Search | None = None
        self._steps: Iterator[Step] = iter(())
        self._turn: Future[Any] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None
        self._has_place = False
        self.is_late = False  # its time was over before it was

    async def begin(self) -> None:
        """Take a place and open the search; raises SearchesBusyError and what opening raises."""
        if _Taken.places >= self._settings.searches:
            raise SearchesBusyError(self._settings.searches)
        _Taken.places += 1
        self._has_place = True
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._settings.search_seconds, self._expire)
        try:
            self._search = await self._in_turn(lambda: self._stack.enter_context(self._hold()))
        finally:
            if self._search is None:
                await self.end()
        self._steps = self._search.steps()

    @property
    def search(self) -> Search:
        """The search, once it has begun."""
        if self._search is None:
            raise SearchStoppedError
        return self._search

    async def steps(self) -> AsyncIterator[Step]:
        """Yield the steps, each in its turn; none after the time is over."""
        try:
            while (step := await self._in_turn(lambda: next(self._steps, None))) is not None:
                yield step
        except SearchStoppedError:
            if not self.is_late:
                raise

    async def end(self) -> None:
        """Stop what runs and give everything back; may be called again."""
        if self._ending is None:
            self._ending = asyncio.create_task(self._end())
        await asyncio.shield(self._ending)

    async def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        while self._turn is not None and not (self._turn.cancel() or self._turn.done()):
            if self._search is not None:
                self._search.stop()
            await asyncio.sleep(AGAIN_SECONDS)
        self._stack.close()
        _Taken.places -= self._has_place
        self._has_place = False

    def _expire(self) -> None:
        self.is_late = True
        self._ending = self._ending or asyncio.create_task(self._end())

    async def _in_turn(self, work: Callable[[], R]) -> R:
        """Do some work in the slow lane; raises SearchStoppedError once this has ended."""
        if self._ending is not None:
            raise SearchStoppedError
        turn = lane.submit(work)
        self._turn = turn
        return await asyncio.wrap_future(turn)
