"""What a browser may keep for ever is compressed once, and then answered from memory."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from api import packing, static
from api.application import PREFIX
from tests.api.conftest import Client

SCRIPT = b"export default function draw() {}\n" * 100
NOISE = bytes(range(256))
GZIP = {"Accept-Encoding": "br, gzip"}
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.js").write_bytes(SCRIPT)
    (tmp_path / "noise.woff2").write_bytes(NOISE)
    return tmp_path


@pytest.fixture(params=[[], [Middleware(GZipMiddleware)]], ids=["plain inside", "packed inside"])
def client(request, folder):
    routes = [
        static.route("/assets/1", folder),
        Route("/data", lambda _: PlainTextResponse("x" * 2000)),
        Route("/own", _own),
    ]
    inside = [packing.packing(), *request.param]
    return Client(Starlette(routes=[Mount(PREFIX, routes=routes)], middleware=inside))


def _own(_request):
    lasting = {"Cache-Control": "public, immutable"}
    answer = Response(SCRIPT, headers=lasting, media_type="text/javascript")
    answer.set_cookie("who", "me")
    return answer


def test_a_file_comes_whole_compressed_and_with_its_headers_each_time(client):
    told = [client.get("/assets/1/a.js", headers=GZIP) for _ in range(3)]

    assert [each.content for each in told] == [SCRIPT] * 3
    assert told[1].headers["content-encoding"] == told[2].headers["content-encoding"] == "gzip"
    assert int(told[2].headers["content-length"]) < len(SCRIPT) / 10
    assert told[2].headers["vary"] == "Accept-Encoding"
    for name in ("content-type", "cache-control", "x-content-type-options", "last-modified"):
        assert told[2].headers[name] == told[0].headers[name]


def test_what_is_kept_is_read_no_more(client, folder):
    for _ in range(2):
        client.get("/assets/1/a.js", headers=GZIP)
    (folder / "a.js").unlink()

    assert client.get("/assets/1/a.js", headers=GZIP).content == SCRIPT


def test_who_reads_no_gzip_gets_the_file_as_it_is(client):
    for _ in range(2):
        client.get("/assets/1/a.js", headers=GZIP)
    told = client.get("/assets/1/a.js", headers=PLAIN)

    assert "content-encoding" not in told.headers
    assert told.content == SCRIPT


def test_one_tag_names_both_forms(client):
    first, kept = (client.get("/assets/1/a.js", headers=GZIP) for _ in range(2))

    assert kept.headers["etag"].removeprefix("W/") == first.headers["etag"].removeprefix("W/")
    assert client.get(
        "/assets/1/a.js", headers=GZIP | {"If-None-Match": kept.headers["etag"]}
    ).status_code == 304  # fmt: skip


def test_a_part_is_a_part_of_the_file_as_it_is(client):
    for _ in range(2):
        client.get("/assets/1/a.js", headers=GZIP)
    told = client.get("/assets/1/a.js", headers=PLAIN | {"Range": "bytes=7-13"})

    assert told.status_code == 206
    assert told.content == SCRIPT[7:14]


def test_what_does_not_get_smaller_is_kept_as_it_is(folder):
    app = Starlette(
        routes=[static.route(f"{PREFIX}/assets", folder)], middleware=[packing.packing()]
    )
    client = Client(app)
    client.get("/assets/noise.woff2", headers=GZIP)
    (folder / "noise.woff2").unlink()
    told = client.get("/assets/noise.woff2", headers=PLAIN)

    assert "content-encoding" not in told.headers
    assert told.content == NOISE


@pytest.mark.parametrize("path", ["/data", "/own", "/assets/1/none.js", "/assets/1/a.js?other"])
def test_nothing_is_kept_that_may_change_or_is_for_one_person(client, path, monkeypatch):
    kept = []
    monkeypatch.setattr(packing.Heard, "packed", lambda heard: kept.append(heard))  # noqa: PLW0108  bound
    told = [client.get(path, headers=GZIP) for _ in range(2)]

    assert told[0].content == told[1].content
    assert kept == []


def test_more_than_fits_is_passed_on_and_packed_once(client, monkeypatch):
    packed, pack = [], packing.Heard.packed
    monkeypatch.setattr(packing, "MOST_BYTES", 10)
    monkeypatch.setattr(packing.Heard, "packed", lambda heard: packed.append(1) or pack(heard))

    assert [client.get("/assets/1/a.js", headers=GZIP).content for _ in range(3)] == [SCRIPT] * 3
    assert packed == [1]


@pytest.mark.parametrize(
    "path", ["/assets/1//a.js", "/assets/1/%2e/a.js", "/assets/1/x/%2e%2e/a.js"]
)
def test_a_file_is_packed_under_one_name_alone(client, monkeypatch, path):
    """Else who asks for it by many names would have it compressed as often."""
    packed = []
    monkeypatch.setattr(packing.Heard, "packed", lambda heard: packed.append(heard))  # noqa: PLW0108  bound
    client.get(path, headers=GZIP)

    assert packed == []


def test_no_more_files_are_packed_than_there_may_be(client, monkeypatch):
    packed, pack = [], packing.Heard.packed
    monkeypatch.setattr(packing, "MOST_FILES", 1)
    monkeypatch.setattr(packing.Heard, "packed", lambda heard: packed.append(1) or pack(heard))
    told = [
        client.get(f"/assets/1/{name}", headers=GZIP).content for name in ("a.js", "noise.woff2")
    ]

    assert told == [SCRIPT, NOISE]
    assert packed == [1]
