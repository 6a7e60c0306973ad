"""The files of a page, as the running program sends them: smaller by far, and the same."""

import gzip
import re
import urllib.request

import pytest

from components import assets
from tests.api.serving import wait_until
from tests.pages import small_lake

pytestmark = pytest.mark.browser

SMALL = 1_000  # bytes: so few do not always get smaller

# Scripts of Streamlit's that are asked for after its page has begun to run.
LATE = """() => {
  const files = performance.getEntriesByType("resource");
  const begun = files.find(({ name }) => name.endsWith("/_stcore/host-config")).startTime;
  return files.filter(({ name, startTime }) => name.includes("/static/js/") && startTime > begun)
    .map(({ name }) => name);
}"""


def ask(address, path):
    """Return headers and bytes of an answer, as they come over the line."""
    asked = urllib.request.Request(f"{address}/{path}", headers={"Accept-Encoding": "gzip"})  # noqa: S310  ours
    with urllib.request.urlopen(asked) as answer:  # noqa: S310
        return answer.headers, answer.read()


def packed(address, path):
    """Return the same, once it comes compressed: that is done behind the first answer."""
    headers, body = ask(address, path)
    if headers["Content-Encoding"] == "gzip":
        body = gzip.decompress(body)
    elif len(body) >= SMALL:
        return None
    return headers, body


def test_every_script_of_a_page_is_sent_compressed(address):
    headers, page = ask(address, "")
    named = re.findall(r'"\./(static/js/[^"]+\.js)"', page.decode())
    hinted = re.findall(r"<\./([^>]+\.js)>", headers["Link"])
    assert named
    assert hinted

    for path in (*named, *hinted):
        wait_until(lambda path=path: packed(address, path))
        again, body = packed(address, path)
        folder = assets.FOLDER if path.startswith("assets/") else assets.INDEX.parent / "static/js"
        assert body == (folder / path.rsplit("/", 1)[1]).read_bytes(), path
        assert "immutable" in again["Cache-Control"], path
        assert again["Content-Security-Policy"], path


@pytest.mark.parametrize(
    ("path", "wait"),
    [
        ("/", "tr[data-id]"),
        (f"/?id={small_lake.name(13)}", ".transcript"),
        ("/analytics?range=7d", ".drawn"),
        ("/agents", ".agents tr[data-id]"),
        ("/activity", ".log tr[data-id]"),
        ("/live", ".live"),
        ("/alerts", ".alerts, h2"),
    ],
)
def test_no_script_of_streamlit_is_waited_for_once_its_page_runs(look, path, wait):
    page = look(path, wait=wait)

    assert page.evaluate(LATE) == []
