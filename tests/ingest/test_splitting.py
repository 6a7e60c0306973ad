"""Sources are split into records wherever their chunks end, and each bad piece alone is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import splitting
from ingest.draft import Rejection

LIMIT = 1000


class Given:
    """A source whose content comes in chunks of `size` bytes."""

    name = "given"

    def __init__(self, content, size):
        self.content, self.size = content, size

    def chunks(self):
        for start in range(0, len(self.content), self.size):
            yield self.content[start : start + self.size]


def split(splitter, content, size=7, limit=LIMIT):
    """Return the pieces, and of the rejections line and reason."""
    return [
        (piece.line, piece.reason) if isinstance(piece, Rejection) else piece
        for piece in splitter(Given(content, size), limit)
    ]


sizes = st.integers(1, 40)


@given(lines=st.lists(st.binary(max_size=30).map(lambda b: b.replace(b"\n", b""))), size=sizes)
def test_lines_are_numbered_as_an_editor_does(lines, size):
    expected = [(n, line) for n, line in enumerate(lines, 1) if line.strip(b" \t\r\v\f")]

    assert expected == split(splitting.lines, b"\n".join(lines), size)


@given(before=st.integers(0, 3), length=st.integers(21, 200), after=st.integers(0, 3), size=sizes)
def test_long_line_is_refused_alone(before, length, after, size):
    content = b"a\n" * before + b"x" * length + b"\n" + b"b\n" * after
    found = split(splitting.lines, content, size, limit=20)

    assert before + 1 + after == len(found)
    assert list(range(1, before + after + 2)) == [line for line, _ in found]
    assert "longer than" in found[before][1]
    assert [b"b"] * after == [raw for _, raw in found[before + 1 :]]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
objects = st.dictionaries(st.text('"\\{}[],\n a', max_size=5), values, max_size=3)


@given(
    given_objects=st.lists(objects, max_size=4), size=sizes, indent=st.none() | st.integers(0, 2)
)
def test_elements_of_an_array_are_found_whatever_they_hold(given_objects, size, indent):
    content = json.dumps(given_objects, indent=indent, ensure_ascii=size % 2 == 0).encode()
    found = split(splitting.elements, content, size, limit=10**6)

    assert given_objects == [json.loads(raw) for _, raw in found]
    lines = content.split(b"\n")
    for line, raw in found:
        assert raw.split(b"\n")[0] in lines[line - 1]


@given(given_objects=st.lists(objects, max_size=4), size=sizes)
def test_objects_without_an_array_are_elements_too(given_objects, size):
    content = b"\n".join(json.dumps(one, indent=1).encode() for one in given_objects)

    assert given_objects == [json.loads(raw) for _, raw in split(splitting.elements, content, size)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"[]", []),
        (b"\xef\xbb\xbf[{}]", [(1, b"{}")]),
        (b"[1, {}]", [(1, "not an object"), (1, b"{}")]),
        (b'[{}, "]",\n{}]', [(1, b"{}"), (1, "not an object"), (2, b"{}")]),
        (b"[{}, null]", [(1, b"{}"), (1, "not an object")]),
        (b"[{},\n{", [(1, b"{}"), (2, "the file ends in its midst")]),
        (b'[{},\n{"a": "', [(1, b"{}"), (2, "the file ends in its midst")]),
        (b"[{}", [(1, b"{}"), (1, "the file ends in its midst")]),
        (b"[{}] tail", [(1, b"{}"), (1, "the file ends in its midst")]),
        (b"[{}]]\n[{}]", [(1, b"{}"), (2, b"{}")]),
        (b"nonsense", [(1, "the file ends in its midst")]),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_what_is_no_element_is_refused(content, expected, size):
    assert expected == split(splitting.elements, content, size)


@pytest.mark.parametrize("inner", [b'"' + b"x" * 2000, b"1," * 1000, b'"' + b"\\\\" * 1000])
def test_nothing_is_read_after_an_element_that_is_too_long(inner):
    content = b'[{},\n{"a": [' + inner + b"]}, {}]"
    found = split(splitting.elements, content, 100)

    assert [(1, b"{}")] == found[:1]
    assert [2] == [line for line, _ in found[1:]]
    assert "longer than" in found[1][1]


def test_whole_is_one_piece():
    assert [(1, b"a\nb")] == split(splitting.whole, b"\xef\xbb\xbfa\nb", 3)


def test_whole_that_is_too_long_is_refused():
    assert [(1, "longer than 0.000953674 MiB (PARLEY_IMPORT_LINE_MB)")] == split(
        splitting.whole, b"x" * 1001
    )
