"""Errors as problem details (RFC 9457): a type, a title, a status, a detail, and our advice."""

import logging
import secrets
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from api import needs
from errors import ParleyError

log = logging.getLogger("parley.api")
MEDIA_TYPE = "application/problem+json"


def install(api: FastAPI) -> None:
    """Have `api` answer every error as a problem."""
    api.add_exception_handler(ParleyError, _ours)
    api.add_exception_handler(HTTPException, _of_http)
    api.add_exception_handler(RequestValidationError, _of_validation)
    api.add_exception_handler(Exception, _unexpected)


def problem(
    status: int, detail: str, *, headers: dict[str, str] | None = None, **more: object
) -> JSONResponse:
    """Return a problem; `type` is about:blank, so the title is the status's own phrase."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }
    return JSONResponse(content, status, headers, media_type=MEDIA_TYPE)


def of(error: ParleyError) -> JSONResponse:
    """Return an error of ours as a problem; with how long to wait, or how to sign in."""
    headers = {}
    if error.retry_seconds is not None:
        headers["Retry-After"] = str(error.retry_seconds)
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="Parley"'
    return problem(error.status, error.sentence, headers=headers, advice=error.advice)


async def _ours(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, ParleyError):
        raise error
    return of(error)


async def _of_http(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        headers["Allow"] = ", ".join(needs.allowed(request.app, path))
    return problem(error.status_code, str(error.detail), headers=headers)


async def _of_validation(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    wrong = [{"where": list(item["loc"]), "what": item["msg"]} for item in error.errors()]
    return problem(422, "A parameter has a value that it cannot have.", errors=wrong)


async def _unexpected(_request: Request, error: Exception) -> JSONResponse:
    reference = secrets.token_hex(4)
    log.error("a request failed, reference %s", reference, exc_info=error)
    detail = "The log of the server has the reason under this reference."
    return problem(500, detail, reference=reference)
