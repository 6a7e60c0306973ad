"""What each route asks of whoever calls it: a scope, and the class that it counts under.

A route says so itself, by `@requires(...)` or `@anyone(...)` under its decorator. One that does not
is closed to everybody but administrators, and fails a test.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path

from api.limits import Rate
from lake.keys import KeyScope

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


@dataclass(frozen=True)
class Needs:
    """Which scope a key must have (None: no key at all), and what a request counts as."""

    scope: KeyScope | None
    rate: Rate
    is_declared: bool = True
    is_of_all: bool = False  # it tells of the whole program: see `oversees`


UNDECLARED = Needs(KeyScope.ADMIN, Rate.LIST, is_declared=False)
NO_ROUTE = Needs(None, Rate.OPEN)  # answered by 404 or 405, to anybody
NO_NAME = "none"  # of its route

_DECLARED: dict[Callable[..., Any], Needs] = {}


def requires(scope: KeyScope, rate: Rate = Rate.LIST) -> Callable[[Endpoint], Endpoint]:
    """Have a route ask for a key with this scope."""
    return _declaring(Needs(scope, rate))


def anyone(rate: Rate = Rate.OPEN) -> Callable[[Endpoint], Endpoint]:
    """Have a route answer everybody; it must tell nothing of the sessions."""
    return _declaring(Needs(None, rate))


def oversees(scope: KeyScope, rate: Rate) -> Callable[[Endpoint], Endpoint]:
    """Have a route ask for a key with this scope, or that of an administrator.

    It tells of the whole program, so that a key for some agents is not enough.
    """
    return _declaring(Needs(scope, rate, is_of_all=True))


def _declaring(needs: Needs) -> Callable[[Endpoint], Endpoint]:
    def declare(endpoint: Endpoint) -> Endpoint:
        _DECLARED[endpoint] = needs
        return endpoint

    return declare


def declared(endpoint: Callable[..., Any] | None) -> Needs:
    """Return what an endpoint has declared."""
    return UNDECLARED if endpoint is None else _DECLARED.get(endpoint, UNDECLARED)


def routes(api: FastAPI) -> Iterator[tuple[str, str, Needs]]:
    """Yield method, path (as in the description) and needs of every route, in matching order."""
    for context in iter_route_contexts(api.router.routes):
        for method in sorted(context.methods or ()):
            yield method, str(context.path), declared(context.endpoint)


def allowed(api: FastAPI, path: str) -> list[str]:
    """Return the methods of a path: a route knows its own only, and a path may have several.

    One that is written out is not also the one of an id of that name.
    """
    fixed = {method for method, known, _ in routes(api) if known == path}
    return sorted(
        fixed or {method for method, known, _ in routes(api) if compile_path(known)[0].match(path)}
    )


class Table:
    """The needs of an API by path and method; as fast as the routes of one without parameters."""

    def __init__(self, api: FastAPI) -> None:
        """Read the routes, which must all be there."""
        fixed: dict[str, dict[str, Needs]] = {}
        self._open = []
        for method, path, needs in routes(api):
            if "{" in path:
                self._open.append((compile_path(path)[0], method, needs, f"{method} {path}"))
            else:
                fixed.setdefault(path, {}).setdefault(method, needs)
        self._fixed: Mapping[str, Mapping[str, Needs]] = fixed

    def find(self, method: str, path: str) -> tuple[Needs, str]:
        """Return what a request needs, and the name of its route as the description writes it.

        NO_ROUTE where nothing would answer it.
        """
        known = self._fixed.get(path)
        if known is not None and method in known:
            return known[method], f"{method} {path}"
        for pattern, allowed, needs, name in self._open:
            if allowed == method and pattern.match(path):
                return needs, name
        return NO_ROUTE, NO_NAME
