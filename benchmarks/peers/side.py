"""What a side has to say for itself to be compared; each is a file of `sides/`."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any, ClassVar, NamedTuple

from benchmarks.peers.sessions import Answer, Question, Sessions

GOOD = range(200, 300)


class Request(NamedTuple):
    """One request; `body` is sent as JSON."""

    method: str
    path: str
    body: object = None


@dataclass(frozen=True)
class Asked:
    """A question as one side takes it: its requests, and how their answers are read."""

    requests: tuple[Request, ...]
    read: Callable[[list[Any]], Answer]


class Talk:
    """A connection that stays open."""

    def __init__(self, address: str) -> None:
        self._http = HTTPConnection(address.removeprefix("http://"), timeout=120)

    def send(self, request: Request, **headers: str) -> bytes:
        """Return the whole answer; raises SystemExit where it is no good one."""
        body = None if request.body is None else json.dumps(request.body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = {} if body is None else {"Content-Type": "application/json"}
        self._http.request(request.method, request.path, body, {**kind, **named})
        answer = self._http.getresponse()
        told = answer.read()
        if answer.status not in GOOD:
            raise SystemExit(f"{request.path} was answered by {answer.status}: {told[:500]!r}")
        return told


class Side(ABC):
    """A program that holds the sessions and answers over HTTP."""

    label: str  # the head of its column
    notes: ClassVar[str]  # what has to be known to read its column
    row: ClassVar[str]  # selector of a row of its list in the browser
    is_ours: ClassVar[bool] = False
    is_tracing: ClassVar[bool] = False  # the bounds are about tracing peers

    @property
    @abstractmethod
    def version(self) -> str:
        """Which one is compared."""

    @abstractmethod
    def prepare(self, sessions: Sessions) -> None:
        """Install it and let it hold the sessions, unless that has been done before."""

    @abstractmethod
    def serving(self) -> AbstractContextManager[str]:
        """Run it; gives its address."""

    @abstractmethod
    def asked(self, question: Question, session_id: str, sessions: Sessions) -> Asked | None:
        """Return how it takes a question, or None where it cannot answer it."""

    @abstractmethod
    def page(self, address: str) -> str:
        """Return where its list of all sessions is seen, newest first."""
