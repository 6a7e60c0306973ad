"""One view by other means: its link, curl, Python, DuckDB, the command line."""

from functools import partial
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, Field

from api import access, answers, service
from api.answers import Asked
from api.bodies import Body
from api.description import described
from api.needs import requires
from api.parameters import Options, read
from api.rows import encoded, moment
from api.shapes import Shape
from exports import recipes
from lake.keys import KeyScope
from lake.portable import selects
from queries.engine import Snapshot
from queries.filters import Filters

router = APIRouter(tags=["sessions"])


class Recipes(Shape):
    """Texts to copy, each of which stands for the filtered sessions."""

    link: str = Field(description="The page that shows them.")
    curl: str = Field(description="The first of them, and how many there are.")
    python: str = Field(description="All of them, by the standard library alone.")
    sql: str | None = Field(
        description="DuckDB over the stored files, in the folder of the data; null for a key of "
        "some agents, which has no business there."
    )
    command: str = Field(description="A file of them.")


class RecipesMeta(Shape):
    """What the texts are about."""

    as_of: AwareDatetime


class RecipesAnswer(Shape):
    """One view by other means."""

    data: Recipes
    meta: RecipesMeta


@router.get(
    "/sessions/recipes",
    **described(RecipesAnswer, options=Options, filtered=True, summary="Copy a view as text"),
)
@requires(KeyScope.READ_SESSIONS)
async def read_recipes(request: Request) -> Response:
    """Return the filters as a link, as curl, as Python, as SQL, as a command line."""
    viewer = access.viewer(request)
    filters = read(request, Options).filters.within(viewer.scope)
    base = str(request.base_url).removesuffix("api/v1/")
    has_keys = service.current().access.is_closed
    what = f"recipes {filters.to_query()} {quote(base)} {has_keys}"
    asked = Asked(what, viewer.scope, is_clocked=True)
    build = partial(_recipes, filters, base, has_keys=has_keys)
    return await answers.answer(request, asked, build)


def _recipes(filters: Filters, base: str, snapshot: Snapshot, *, has_keys: bool) -> Body:
    zoned = filters.model_copy(update={"tz": filters.tz or snapshot.zone})
    sql = None
    if filters.scope.agents is None:
        own, is_live = selects(snapshot.publication), snapshot.publication.live is not None
        sql = recipes.sql(zoned, own, snapshot.tick, snapshot.zone, is_live=is_live)
    told = {
        "link": recipes.link(zoned, base),
        "curl": recipes.curl(zoned, base, has_keys=has_keys),
        "python": recipes.python(zoned, base),
        "sql": sql,
        "command": recipes.command(zoned),
    }
    return Body(encoded({"data": told, "meta": {"as_of": moment(snapshot.tick)}}))
