"""Files that a browser may keep for ever, because their address changes with their content."""

from collections.abc import Mapping
from pathlib import Path

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope


class LastingFiles(StaticFiles):
    """A folder of files whose address holds a digest of their content.

    `made` are JSON files beside them that are made of theirs, by name.
    """

    def __init__(self, folder: Path, made: Mapping[str, str] | None = None) -> None:
        super().__init__(directory=folder)
        self._made = made or {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file with the permission to keep it."""
        response = await self._found(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    async def _found(self, path: str, scope: Scope) -> Response:
        if path in self._made:
            return Response(self._made[path], media_type="application/json")
        return await super().get_response(path, scope)


def route(path: str, folder: Path, made: Mapping[str, str] | None = None) -> Mount:
    """Return the place of a folder's files, and of what is made of them."""
    return Mount(path, LastingFiles(folder, made))
