"""The list and one session: what the page shows, in the shapes that are described."""

import gzip
import json
from datetime import datetime
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.shapes import MessageList, SessionAnswer, SessionList
from lake.schema import SESSION_COLUMNS
from queries import engine
from queries.filters import Scope
from queries.sessions import SORTS
from tests.conftest import IS_SOAK, RANDOM
from tests.queries import world as rows_of

pytestmark = pytest.mark.soak


def asked(filters, **options):
    return urlencode([*filters.to_query(commas=True), *options.items()])


def ids(response):
    return [row["session_id"] for row in response.json()["data"]]


PLACES = st.fixed_dictionaries(
    {
        "sort": st.sampled_from(sorted(SORTS)),
        "page": st.integers(1, 3),
        "limit": st.sampled_from([1, 7, 50, 1000]),
    }
)


@settings(max_examples=RANDOM)
@given(filters=rows_of.filters(), place=PLACES)
def test_any_filters_give_the_page_that_is_right(client, world, oracle, filters, place):
    filters = filters.within(Scope())  # no address sets one
    response = client.get(f"/sessions?{asked(filters, **place)}")
    meta = response.json()["meta"]

    SessionList.model_validate_json(response.content)
    assert oracle.page(filters, place["sort"], place["page"], place["limit"]) == ids(response)
    assert len(oracle.filtered(filters)) == meta["total_items"]
    assert -(-meta["total_items"] // place["limit"]) == meta["total_pages"]
    has_more = place["page"] < meta["total_pages"]
    assert has_more == meta["has_more"] == (meta["next_cursor"] is not None)


@pytest.mark.parametrize("sort", SORTS)
def test_links_lead_through_the_whole_list(client, world, oracle, sort):
    address, seen = f"/sessions?{urlencode({'sort': sort, 'limit': 60, 'has': '!error'})}", []
    while address:
        response = client.get(address)
        seen += ids(response)
        link = response.headers.get("link")
        address = link and f"/sessions{link[1 : link.index('>')]}"
        assert (link is None) or link.endswith('; rel="next"')
        if address:
            assert set(parse_qs(address.split("?")[1])) >= {"cursor", "limit", "has"}

    filters = rows_of.Filters(has=(rows_of.Has.NO_ERROR,))
    assert oracle.page(filters, sort, 1, 1000) == seen


def test_a_row_is_what_is_stored(client, world, world_rows):
    known = {row["session_id"]: row for row in world_rows}
    for row in client.get("/sessions?limit=1000").json()["data"]:
        assert list(SESSION_COLUMNS) == list(row)
        for name, value in row.items():
            stored = known[row["session_id"]].get(name)
            if isinstance(stored, datetime):
                written = stored.replace(microsecond=stored.microsecond // 1000 * 1000)
                assert written == datetime.fromisoformat(value)
                assert value.endswith("Z")
                assert len(value) == len("2026-11-22T14:32:08.000Z")
            else:
                assert value == (stored if stored is not None or name != "external_id" else None)


@pytest.mark.parametrize("fields", ["status", "session_id,metadata", "duration_ms&fields=user_id"])
def test_fields_are_the_chosen_ones(client, world, fields):
    whole = client.get("/sessions?limit=9").json()["data"]
    response = client.get(f"/sessions?limit=9&fields={fields}")
    names = fields.replace("&fields=", ",").split(",")

    assert [{name: row[name] for name in names} for row in whole] == response.json()["data"]


def test_what_was_said_comes_along_where_it_is_asked_for(client, world):
    listed = client.get("/sessions?limit=9&include=messages,events").json()["data"]
    for row in listed[::4]:
        one = client.get(f"/sessions/{row['session_id']}").json()["data"]
        assert one == row


def test_a_session_is_what_its_parts_are(client, world):
    session_id = ids(client.get("/sessions?limit=1"))[0]
    response = client.get(f"/sessions/{session_id}")
    said = client.get(f"/sessions/{session_id}/messages")

    SessionAnswer.model_validate_json(response.content)
    MessageList.model_validate_json(said.content)
    assert said.json()["data"] == response.json()["data"]["messages"]
    assert said.json()["meta"] == response.json()["meta"]


@pytest.mark.parametrize("path", ["/sessions", "/sessions/metrics", "/sessions?sort=-duration"])
def test_an_answer_that_is_known_is_not_sent_again(client, world, path):
    first = client.get(path)
    for known in (first.headers["etag"], f'"x", {first.headers["etag"]}', "*",
                  first.headers["etag"].removeprefix("W/")):  # fmt: skip
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert first.headers["etag"] == again.headers["etag"]
        assert "content-type" not in again.headers
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_every_other_question_has_another_name(client, world):
    paths = ["/sessions", "/sessions?limit=49", "/sessions?page=2", "/sessions?channel=web",
             "/sessions?sort=started_at", "/sessions?fields=status", "/sessions?tz=UTC",
             "/sessions?include=messages", "/sessions/metrics", "/sessions/metrics?interval=day",
             "/sessions/metrics?group_by=agent"]  # fmt: skip
    names = [client.get(path).headers["etag"] for path in paths]

    assert len(set(names)) == len(names)


def test_a_name_changes_with_the_data_and_with_the_clock_where_that_matters(
    client, world, publications, monkeypatch, api_settings
):
    def names():
        paths = ("/sessions", "/sessions?range=7d", "/sessions?sort=duration")
        return [client.get(path).headers["etag"] for path in paths]

    first = names()
    assert first == names()
    later = api_settings.model_copy(update={"now": api_settings.now.replace(second=17)})
    monkeypatch.setattr(engine._running(), "_settings", later)
    in_time = names()
    assert [a == b for a, b in zip(first, in_time, strict=True)] == [True, False, False]
    monkeypatch.setattr(publications["index"], "name", "another")
    assert not set(in_time) & set(names())


def test_a_long_answer_is_compressed_once(client, world):
    plain = client.get("/sessions?limit=100", headers={"Accept-Encoding": "identity"})
    packed = client.get("/sessions?limit=100", headers={"Accept-Encoding": "gzip"})

    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert plain.json() == packed.json()
    assert int(packed.headers["content-length"]) < len(plain.content) / 3
    (body,) = [body for body in world.bodies._held.values() if body.plain == plain.content]
    assert gzip.decompress(body.gzipped) == plain.content
    short = client.get("/sessions?limit=1&fields=status", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in short.headers


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("chanel=web", "did you mean 'channel'"),
        ("limt=5", "did you mean 'limit'"),
        ("interval=day", "no parameter 'interval'"),
        ("scope=a1", "no parameter 'scope'"),
        ("channel=fax", "channel"),
        ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=5.0", "limit"), ("limit=x", "limit"),
        ("limit=1&limit=2", "limit takes one value"),
        ("page=0", "page"), ("page=1000000001", "page"), ("page=99999999999999999999", "page"),
        ("sort=name", "sort"), ("fields=password", "fields"), ("include=everything", "include"),
        ("cursor=x", "cursor"), ("range=7d&started_after=2026-01-01T00:00:00Z", "range"),
        ("q=a%00b", "q"), ("tz=Mars", "tz"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_what_was_meant(client, world, query, words):
    response = client.get(f"/sessions?{query}")

    assert response.status_code == 422
    assert words in response.json()["detail"]
    assert response.json()["advice"]


def test_the_last_page_that_can_be_is_empty(client, world):
    response = client.get("/sessions?page=1000000000&limit=1000")

    assert response.status_code == 200
    assert response.json()["data"] == []
    assert response.json()["meta"]["has_more"] is False


def test_hostile_values_are_values(client, world, oracle, shared):
    """Each string in a text field: refused or answered, never a fault, and no SQL is told."""
    texts = json.loads((shared / "payloads" / "sql_injection.json").read_text())
    fields = ("q", "agent", "channel", "status", "sort", "cursor", "metadata")
    for number, text in enumerate(texts[:: 1 if IS_SOAK else 13]):
        field = fields[number % len(fields)]
        response = client.get("/sessions", params={field: text, "limit": 1})
        assert response.status_code in (200, 422), (field, text)
        assert "from filtered" not in response.text
    assert client.get("/sessions").json()["meta"]["total_items"] == len(oracle.rows)
