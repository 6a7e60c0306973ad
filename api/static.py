"""Files that a browser may keep for ever, because their address changes with their content."""

from pathlib import Path

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope


class LastingFiles(StaticFiles):
    """A folder of files whose address holds a digest of their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file with the permission to keep it."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def route(path: str, folder: Path) -> Mount:
    """Return the place of a folder's files."""
    return Mount(path, LastingFiles(directory=folder))
