"""The program: dashboard, API and the data they share, as one ASGI application."""

import asyncio
import gc
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pyarrow as pa
import streamlit as st

import logs
import settings
from alerts import watch
from api import application, front, service, static
from components import assets, building
from components.boundary import page_failed
from components.cleaned import cleaned
from hooks import worker
from lake.serving import Lake
from queries import engine

SOON_SECONDS = (10, 20, 30)  # while what the first pages need is loaded
OFTEN_SECONDS = 300


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Open the data before the first page, and close it after the last."""
    logs.configure()
    found = settings.current()
    pa.set_memory_pool(pa.system_memory_pool())  # the usual one keeps 40 MB after an export
    with (
        Lake(found) as lake, engine.running(lake), worker.running(found),
        watch.running(found), service.running(found, lake.recall),
    ):  # fmt: skip
        building.watch(lake.progress)
        settling = asyncio.create_task(_settle())
        yield {}
        settling.cancel()


async def _settle() -> None:
    """Keep out of the collector's sight what stays: Streamlit collects after every run of a page.

    Each time what has become garbage meanwhile is found first.
    """
    for seconds in itertools.chain(SOON_SECONDS, itertools.repeat(OFTEN_SECONDS)):
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        await asyncio.sleep(seconds)


app = st.App(
    settings.ROOT / "pages" / "main.py",
    lifespan=lifespan,
    routes=[application.route(), application.usual(), static.route(assets.PATH, assets.FOLDER)],
    middleware=front.middleware(
        st.get_option("server.allowedHosts"),
        index=assets.INDEX, clean=cleaned, needs=assets.early,
    ),
    on_script_error=page_failed,
)  # fmt: skip
