"""A file of any filters holds the rows that the documents say, in the order of the list.

And page, menu and file say the same number. Each file is read by another library than wrote it.
"""

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from api import service
from api.application import route
from exports.registry import FORMATS
from lake.schema import SESSION_COLUMNS
from queries import engine, facets, sessions
from tests.api.conftest import Client, api_settings  # noqa: F401  a fixture
from tests.exports.conftest import BASE
from tests.exports.readers import READERS, TIMES, csv_rows
from tests.queries import world
from tests.queries.conftest import Shelf
from tests.queries.strategies import ranged

pytestmark = pytest.mark.soak

FILTERS = st.one_of(world.filters(), world.filters(), ranged())
ALL = 10**6  # more than there are


@pytest.fixture(autouse=True)
def _told(request, counted):
    """Hypothesis is derandomised: the seed follows from the test itself."""
    yield
    own = request.function._hypothesis_internal_use_settings
    counted("random filters", own.max_examples, seed="own")


def rows_of(oracle, filters):
    """Return the rows of the filters in the order of the list."""
    by_id = {row["session_id"]: row for row in oracle.rows}
    return [by_id[name] for name in oracle.page(filters, size=ALL)]


def expected(form, row):
    """Return what a format tells of a session of the world."""
    told = {name: row[name] for name in SESSION_COLUMNS}
    if form == "csv":  # times to the millisecond, and before
        return told | {name: _floored(row[name]) for name in TIMES}
    if form == "parquet":
        return told
    said = [
        {"seq": seq, "sent_at": None, "sender": sender, "content": f"{sender} {row['session_id']}"}
        for seq, sender in ((1, "user"), (3, "agent"))
    ]
    happened = [{"seq": 2, "at": None, "kind": "note", "name": "n", "detail": "d"}]
    return told | {"messages": said, "events": happened}


def _floored(moment):
    return moment and moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@pytest.mark.parametrize("form", FORMATS)
@given(filters=FILTERS)
def test_every_format_holds_the_rows_of_the_filters(write, oracle, form, filters):
    found = READERS[form](write(form, filters))
    rows = rows_of(oracle, filters)

    assert [row["session_id"] for row in rows] == [row["session_id"] for row in found]
    assert [expected(form, row) for row in rows] == found


@settings(max_examples=settings().max_examples // 3)  # the rows themselves are known above
@given(filters=FILTERS)
def test_metadata_columns_and_links_of_a_csv_are_those_of_its_sessions(write, oracle, filters):
    """The texts of the world hold no apostrophe: those of a cell are the ones that guard it."""
    found = csv_rows(write("csv", filters, metadata_columns=True, has_bom=True))
    rows = rows_of(oracle, filters)
    keys = {key for row in rows for key, texts in row["metadata"].items() if texts}
    cells = list(found)

    assert {f"metadata.{key}" for key in keys} == {
        name for name in found.fieldnames if name.startswith("metadata.")
    }
    for row, told in zip(rows, cells, strict=True):
        assert f"{BASE}?id={quote(row['session_id'], safe=':~')}" == told["session_url"]
        for key in keys:
            joined = "; ".join(row["metadata"].get(key, []))
            assert joined == told[f"metadata.{key}"].replace("'", "")


@pytest.fixture
def client(api_settings, world_standing):  # noqa: F811
    """A client of the API over the world, which also answers the page's questions."""
    with service.running(api_settings), engine.running(Shelf(world_standing), api_settings):
        yield Client(Starlette(routes=[route()]))


@given(filters=FILTERS, form=st.sampled_from(sorted(FORMATS)))
def test_page_menu_and_file_count_the_same(client, oracle, filters, form):
    filters = filters.without("scope")  # a key's, and no part of an address
    with engine.snapshot() as snapshot:
        page = sessions.count(filters, snapshot)
        menu = facets.total(filters, snapshot)
    query = urlencode([*filters.to_query(commas=True), ("format", form)])
    answer = client.get(f"/sessions/export?{query}")

    assert 200 == answer.status_code, answer.text
    assert len(oracle.filtered(filters)) == page == menu
    assert str(page) == answer.headers["X-Total-Count"]
    assert page == len(READERS[form](answer.content))
