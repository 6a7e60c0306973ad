"""The program: dashboard, API and the data they share, as one ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st

import logs
import memory
import settings
from alerts import watch
from api import application, front, service, static
from components import assets, boundary, building, cleaned
from hooks import worker
from lake.serving import Lake
from queries import engine


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Open the data before the first page, and close it after the last."""
    logs.configure()
    found = settings.current()
    with (
        memory.kept(), Lake(found) as lake, engine.running(lake), worker.running(found),
        watch.running(found), service.running(found, lake.recall),
    ):  # fmt: skip
        building.watch(lake.progress)
        yield {}


app = st.App(
    settings.ROOT / "pages" / "main.py",
    lifespan=lifespan,
    routes=[application.route(), application.usual(),
            static.route(assets.PATH, assets.FOLDER, assets.MADE)],
    middleware=front.middleware(st.get_option("server.allowedHosts"), index=assets.INDEX,
                                clean=cleaned.cleaned, needs=assets.early,
                                found=settings.current),
    on_script_error=boundary.page_failed,
)  # fmt: skip
