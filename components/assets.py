"""The files that components run in the browser, and the elements made of them.

`components/assets/` holds one ES module for each element, one prelude that all of them import, and
the one style sheet with the tokens of the look. They are served under PATH, whose last part is
the digest of all of them, so that a browser may keep them for ever. The style sheets go together in
one file, SHEETS: each file more is some milliseconds of a first page. An element's own message
stays small: it holds a stub that imports the module, not the module.
"""

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

FOLDER = Path(__file__).parent / "assets"

_FILES = sorted(path for path in FOLDER.iterdir() if path.suffix in {".js", ".css"})
VERSION = hashlib.sha256(b"\0".join(path.read_bytes() for path in _FILES)).hexdigest()[:12]
PATH = f"/assets/{VERSION}"
SHEETS = "sheets.json"  # an object of all style sheets by the names of their files
_READ = {path.stem: path.read_text("utf-8") for path in _FILES if path.suffix == ".css"}
MADE = {SHEETS: json.dumps(_READ)}

# The address is resolved against the page, which may lie under a proxy's prefix. Short, for each
# element sends it in every run; with a line break, for else it would be taken for a file's name.
_STUB = """export default async c=>
(await import(new URL(".{path}/{name}.js",document.baseURI))).default(c)"""


# Parts of Streamlit's own page that ours always has, fetched by it only after the first message.
_CHUNKS = ("BidiComponent", "TextInput", "Checkbox", "Button", "Html")
INDEX = Path(st.__file__).parent / "static" / "index.html"  # the page that Streamlit serves
_STATIC = INDEX.parent / "static" / "js"


# The modules that a page of ours loads: the list, an open session, the charts.
_PAGES = {
    "list": (
        "prelude", "scroll", "times", "table", "cards", "filters", "calendar", "metadata",
        "popover", "download", "pager", "clock", "nav", "views", "words",
    ),
    "session": (
        "prelude", "scroll", "times", "session", "transcript", "finding", "turns", "words",
        "minimap", "facts", "head", "manage", "metadata", "popover", "download", "filters",
        "calendar", "clock", "nav", "views",
    ),
    "analytics": (
        "prelude", "scroll", "times", "numbers", "spans", "panel", "explained", "csv", "axes",
        "bars", "curves", "reach", "trend", "shares", "heatmap", "bones", "filters", "calendar",
        "metadata", "popover", "download", "clock", "nav", "export", "copy", "views", "words",
    ),
}  # fmt: skip


def early(path: str, query: str) -> tuple[str, ...]:
    """Return what the page of an address needs, as values of the Link header; relative to it."""
    if path.rstrip("/").endswith("/analytics"):
        return _links("analytics")
    return _links("session" if parse_qs(query).get("id") else "list")


@cache
def _chunks() -> list[str]:
    """Return the files of Streamlit's parts with what they import and its page does not name."""
    page = set(re.findall(r'"\./static/js/([^"/]+\.js)"', INDEX.read_text("utf-8")))
    found = set[str]()
    waiting = [path.name for name in _CHUNKS for path in _STATIC.glob(f"{name}.*.js")]
    while waiting:
        name = waiting.pop()
        if name not in found | page:
            found.add(name)
            text = (_STATIC / name).read_text("utf-8")
            waiting += re.findall(r'(?:from|import)\s*"\./([^"/]+\.js)"', text)
    return sorted(found)


@cache
def _links(page: str) -> tuple[str, ...]:
    return (
        *(f"<./static/js/{name}>; rel=modulepreload" for name in _chunks()),
        *(f"<.{PATH}/{name}.js>; rel=modulepreload" for name in _PAGES[page]),
        f"<.{PATH}/{SHEETS}>; rel=preload; as=fetch; crossorigin",
    )


def element(name: str) -> ComponentRenderer:
    """Register `assets/<name>.js` as an element and return the function that draws it.

    Call it once, at import. Data must be JSON; text in it reaches the page as text only.
    """
    return st.components.v2.component(
        f"parley_{name}", js=_STUB.format(path=PATH, name=name), isolate_styles=True
    )


Data = dict[str, Any]
