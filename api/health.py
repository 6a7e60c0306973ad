"""Whether the program lives, whether it can answer, and what it answers from."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel

from api.needs import anyone
from api.shapes import Problem
from queries import engine

router = APIRouter(tags=["health"])

ANSWER = "The answer."
UNREADY: dict[int | str, dict[str, Any]] = {
    503: {"model": Problem, "description": "The data is still being opened."}
}
KNOWN: dict[int | str, dict[str, Any]] = {304: {"description": "Nothing has changed."}}


class Health(BaseModel):
    """The program runs."""

    status: str = "ok"


class Readiness(BaseModel):
    """The program can answer questions."""

    status: str = "ready"
    snapshot: str
    source: str  # index, or parquet while the index is being built
    is_complete: bool  # whether every stored row answers


class SnapshotName(BaseModel):
    """What is published now; pages ask for it to learn that there is something new."""

    name: str


@router.get("/healthz", summary="See that it runs", response_description=ANSWER)
@anyone()
async def healthz() -> Health:
    """Answer without looking at anything."""
    return Health()


@router.get(
    "/readyz", responses=UNREADY, summary="See that it can answer", response_description=ANSWER
)
@anyone()
async def readyz() -> Readiness:
    """Answer 200 once questions can be answered, 503 before."""
    with engine.snapshot() as snapshot:
        publication = snapshot.publication
        return Readiness(
            snapshot=publication.name, source=publication.kind, is_complete=publication.complete
        )


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
        name = newest.publication.name
    headers = {"ETag": f'"{name}"', "Cache-Control": "no-cache"}
    if if_none_match is not None and headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return SnapshotName(name=name)
