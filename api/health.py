"""Whether the program lives, whether it can answer, and what it answers from."""

import asyncio
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel

from alerts import news
from api import readiness, service
from api.needs import anyone
from api.problems import problem
from api.readiness import Check, Readiness
from api.shapes import Problem
from errors import NotReadyError
from queries import engine

router = APIRouter(tags=["health"])

ANSWER = "The answer."
RETRY_SECONDS = 1


class Unready(Problem):
    """Why no work may be sent here."""

    checks: list[Check]


UNREADY: dict[int | str, dict[str, Any]] = {
    503: {"model": Problem, "description": "The data is still being opened."}
}
UNFIT: dict[int | str, dict[str, Any]] = {
    503: {"model": Unready, "description": "Something is not as it must be; `checks` has all."}
}
KNOWN: dict[int | str, dict[str, Any]] = {304: {"description": "Nothing has changed."}}


class Health(BaseModel):
    """The program runs."""

    status: str = "ok"


class SnapshotName(BaseModel):
    """What is published now; pages ask for it to learn that there is something new."""

    name: str


@router.get("/healthz", summary="See that it runs", response_description=ANSWER)
@anyone()
async def healthz() -> Health:
    """Answer without looking at anything."""
    return Health()


@router.get(
    "/readyz",
    response_model=Readiness,
    responses=UNFIT,
    summary="See that it can take work",
    response_description=ANSWER,
)
@anyone()
async def readyz() -> Response | Readiness:
    """Answer 200 while questions are answered and events can be taken, else 503 with what is not.

    Neither the index nor the last compaction has a say: without them all is slower, not wrong.
    """
    if not service.is_running():
        found = readiness.look(None)
    else:
        # In no thread of the questions, where it would wait while these are slow.
        found = await asyncio.to_thread(readiness.look, service.current().settings)
    wrong = [check for check in found.checks if not check.is_ok]
    if not wrong:
        return found
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE, " ".join(check.text for check in wrong),
        headers={"Retry-After": str(RETRY_SECONDS)}, advice=NotReadyError.advice,
        checks=[check.model_dump() for check in found.checks],
    )  # fmt: skip


@router.get(
    "/snapshot",
    response_model=SnapshotName,
    responses=UNREADY | KNOWN,
    summary="Name the state of the data",
    response_description=ANSWER,
)
@anyone()
async def snapshot(
    response: Response,
    if_none_match: Annotated[str | None, Header(description="The ETag that is known.")] = None,
) -> Response | SnapshotName:
    """Return the name of the newest published state, or 304 to one who knows it."""
    with engine.snapshot() as newest:
        name = news.named(newest.publication.name)
    headers = {"ETag": f'"{name}"', "Cache-Control": "no-cache"}
    if if_none_match is not None and headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return SnapshotName(name=name)
