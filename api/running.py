"""What streams while somebody reads it: its turns, its deadline, and that it ends with its reader.

A search or an export holds a publication and an instance of DuckDB. Both are given back at the end,
when the reader has gone, and when its time is over although somebody still reads slowly.
"""

import asyncio
import contextvars
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from errors import ParleyError

AGAIN_SECONDS = 0.02  # a blow between two statements hits nothing, so that there is another

R = TypeVar("R")
P_co = TypeVar("P_co", covariant=True)


class Stepping(Protocol[P_co]):
    """What is read step by step, each step short, and can be stopped from any thread."""

    def steps(self) -> Iterator[P_co]:
        """Yield what is read."""

    def stop(self) -> None:
        """Interrupt what runs now."""


S = TypeVar("S", bound=Stepping[Any])


@dataclass
class Kind:
    """How many of a kind run at once, for how long, and in whose threads."""

    most: int
    seconds: float | None  # None: as long as somebody reads
    submit: Callable[[Callable[[], Any]], "Future[Any]"]
    busy: Callable[[int], ParleyError]  # told how many may
    stopped: type[ParleyError]
    open: int = field(default=0, init=False)  # asked in the one thread of the loop


class Running(Generic[S]):
    """One of them; `begin` it, read its `steps`, and `end` it whatever happens."""

    def __init__(self, hold: Callable[[], AbstractContextManager[S]], kind: Kind) -> None:
        self._hold = hold
        self._kind = kind
        self._stack = ExitStack()
        self._held: S | None = None
        self._steps: Iterator[Any] = iter(())
        self._turn: Future[Any] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None
        self._has_place = False
        self.is_late = False  # its time was over before it was

    async def begin(self) -> None:
        """Take a place and open it; raises the kind's busy error and what opening raises."""
        if self._kind.open >= self._kind.most:
            raise self._kind.busy(self._kind.most)
        self._kind.open += 1
        self._has_place = True
        if self._kind.seconds is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._kind.seconds, self._expire)
        try:
            self._held = await self._in_turn(lambda: self._stack.enter_context(self._hold()))
        finally:
            if self._held is None:
                await self.end()
        self._steps = self._held.steps()

    @property
    def held(self) -> S:
        """What runs, once it has begun."""
        if self._held is None:
            raise self._kind.stopped
        return self._held

    async def steps(self) -> AsyncIterator[Any]:
        """Yield the steps, each in its turn; none after the time is over."""
        try:
            while (step := await self._in_turn(lambda: next(self._steps, None))) is not None:
                yield step
        except self._kind.stopped:
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
            if self._held is not None:
                self._held.stop()
            await asyncio.sleep(AGAIN_SECONDS)
        self._stack.close()
        self._kind.open -= self._has_place
        self._has_place = False

    def _expire(self) -> None:
        self.is_late = True
        self._ending = self._ending or asyncio.create_task(self._end())

    async def _in_turn(self, work: Callable[[], R]) -> R:
        """Do some work in a thread of the kind; raises its stopped error once this has ended."""
        if self._ending is not None:
            raise self._kind.stopped
        turn: Future[R] = self._kind.submit(partial(contextvars.copy_context().run, work))
        self._turn = turn
        return await asyncio.wrap_future(turn)
