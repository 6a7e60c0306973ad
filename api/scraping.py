"""The metrics of the program itself, as Prometheus reads them; not those of the sessions."""

import asyncio
import shutil

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

import observed
from api import service
from api.description import described
from api.limits import Rate
from api.needs import oversees
from api.parameters import Options, read
from api.readiness import nearest
from api.service import Service
from lake import journal_health
from lake.keys import KeyScope
from queries import engine

router = APIRouter(tags=["health"])

STATES = ("open", "ended", "moving")


@router.get(
    "/metrics",
    response_class=Response,
    **described(
        None,
        options=Options,
        media_type="text/plain",
        summary="Read what the program counts of itself",
    ),
)
@oversees(KeyScope.READ_METRICS, Rate.METRICS)
async def metrics(request: Request) -> Response:
    """Return counts, times and sizes since the start, in the text format of Prometheus."""
    read(request, Options, filtered=False)
    running = service.current()
    observed.RUNNING.labels("exports").set(running.exports.open)
    observed.RUNNING.labels("searches").set(running.searches.open)
    observed.RUNNING.labels("questions").set(running.asking.held)
    text = await asyncio.to_thread(_measured, running)
    return Response(
        text, media_type=CONTENT_TYPE_PLAIN_0_0_4, headers={"Cache-Control": "no-store"}
    )


def _measured(running: Service) -> bytes:
    """Look at what nobody counts, then write everything down."""
    state = running.settings.state
    journal = journal_health.look(state)
    for name in STATES:
        observed.JOURNAL_SESSIONS.labels(name).set(journal.sessions.get(name, 0))
    observed.JOURNAL_TURNS.set(journal.turns)
    observed.JOURNAL_BYTES.set(journal.size)
    observed.JOURNAL_WRITABLE.set(journal.is_writable)
    compacted_at = journal_health.compacted_at(state)
    observed.COMPACTED_AT.set(0 if compacted_at is None else compacted_at.timestamp())
    observed.DISK_FREE.set(shutil.disk_usage(nearest(state)).free)
    with engine.snapshot() as snapshot:
        observed.SET_ASIDE.set(sum(item.is_data for item in snapshot.publication.set_aside))
        observed.IS_INDEXED.set(snapshot.publication.kind == "index")
    return observed.written()
