"""The description of the API, as OpenAPI and as a page of our own that needs nothing from outside.

The usual page would load its parts from another host, and run what our policy forbids.
"""

import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from api.needs import anyone
from api.rows import encoded
from api.static import LastingFiles

FOLDER = Path(__file__).parent / "docs"
NAMES = ("docs.css", "docs.js")
_DIGEST = hashlib.sha256(b"\0".join((FOLDER / name).read_bytes() for name in NAMES))
VERSION = _DIGEST.hexdigest()[:12]

_NEEDED = (
    f"<./docs/{VERSION}/docs.js>; rel=modulepreload",
    f"<./docs/{VERSION}/docs.css>; rel=preload; as=style",
)

router = APIRouter(include_in_schema=False)
_files = LastingFiles(FOLDER)


@router.get("/docs")
@anyone()
async def docs() -> Response:
    """Return the page."""
    headers = {"Cache-Control": "no-cache", "Link": ", ".join(_NEEDED)}
    return Response(_page(), headers=headers, media_type="text/html; charset=utf-8")


@router.get("/docs/{version}/{name}")
@anyone()
async def file(request: Request, version: str, name: str) -> Response:
    """Return a file of the page; its address changes with its content."""
    if version != VERSION or name not in NAMES:
        raise HTTPException(404)
    return await _files.get_response(name, request.scope)


@router.get("/openapi.json")
@anyone()
async def openapi(request: Request) -> Response:
    """Return the description."""
    return Response(encoded(request.app.openapi()), media_type="application/json")


@cache
def _page() -> bytes:
    return (FOLDER / "index.html").read_bytes().replace(b"VERSION", VERSION.encode())
