"""Metadata is flat: each key with one or more strings."""

import json

import pytest

from errors import RecordError
from ingest import metadata


@pytest.mark.parametrize(
    ("nested", "flat"),
    [
        ({}, {}),
        ({"a": "x"}, {"a": ["x"]}),
        ({"a": ["x", "y"]}, {"a": ["x", "y"]}),
        ({"a": []}, {}),
        ({"a": {}}, {}),
        ({"a": None, "b": [None, "x"]}, {"b": ["x"]}),
        (
            {"a": 1, "b": 1.5, "c": True, "d": False, "e": 10**30},
            {"a": ["1"], "b": ["1.5"], "c": ["true"], "d": ["false"], "e": ["1" + "0" * 30]},
        ),
        ({"a": {"b": {"c": 1}}, "a.b": {"c": "2"}}, {"a.b.c": ["1", "2"]}),
        ({"a.b": "1", "a": {"b": "2"}}, {"a.b": ["1", "2"]}),
        ({"a": {"b": "1"}, "a.b": "2"}, {"a.b": ["1", "2"]}),
        ({"a": {"b": "1"}, "a.b": ["2", "3"]}, {"a.b": ["1", "2", "3"]}),
        ({"a": [{"b": 1}, {"b": [2, [3]]}, "x"]}, {"a.b": ["1", "2", "3"], "a": ["x"]}),
        ({"": {"": "x"}}, {".": ["x"]}),
    ],
)
def test_nested_metadata_becomes_pairs(nested, flat):
    assert flat == metadata.flat(nested)
    assert flat == metadata.flat(metadata.flat(nested))


def test_text_is_compact_json_with_sorted_keys():
    pairs = {"b": ["ü\n"], "a": ["1", "2"]}

    assert metadata.text(pairs) == '{"a":["1","2"],"b":["ü\\n"]}'
    assert metadata.text(pairs) == json.dumps(
        pairs, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )


def test_too_deep_metadata_is_refused():
    nested = "x"
    for _ in range(metadata.MAX_DEPTH + 1):
        nested = {"a": nested}

    with pytest.raises(RecordError, match="nested deeper than 32 levels"):
        metadata.flat(nested)
