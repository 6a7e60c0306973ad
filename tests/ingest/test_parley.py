"""Parley NDJSON: what is taken, what is rejected and why, and that a round trip changes nothing."""

import base64
import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.options import Options
from models import Channel, EventKind, Sender, SessionType, Status
from tests.ingest import imports

GOOD = b'{"session_id": "good"}\n'
TWICE = (
    b'{"session_id": "a", "events": [{"seq": 3, "kind": "note"}],'
    b' "messages": [{"seq": 3, "sender": "user", "content": ""}]}'
)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "truncated"),
        (b"nonsense", "invalid character"),
        (b"[1]", "Expected `object`, got `array`"),
        (b"null", "Expected `object`, got `null`"),
        (b"{}", "missing required field `session_id`"),
        (b'{"session_id": 7}', "Expected `str`, got `int`"),
        (b'{"session_id": ""}', "cannot be a session id"),
        (b'{"session_id": "a b"}', "cannot be a session id"),
        (b'{"session_id": "a\\n"}', "cannot be a session id"),
        (b'{"session_id": "' + b"a" * 129 + b'"}', "cannot be a session id"),
        (b'{"session_id": "export"}', "cannot be a session id"),
        (b'{"session_id": "metrics"}', "cannot be a session id"),
        (b'{"session_id": "a", "channel": "fax"}', "Invalid enum value 'fax' - at `$.channel`"),
        (b'{"session_id": "a", "type": "mail"}', "Invalid enum value 'mail' - at `$.type`"),
        (b'{"session_id": "a", "status": "done"}', "Invalid enum value 'done' - at `$.status`"),
        (b'{"session_id": "a", "started_at": "yesterday"}', "Invalid RFC3339"),
        (b'{"session_id": "a", "started_at": 1700000000}', "Expected `datetime | null`"),
        (b'{"session_id": "a", "ended_at": "0001-01-01T00:00:00+05:00"}', "out of range"),
        (b'{"session_id": "a", "metadata": [1]}', "at `$.metadata`"),
        (b'{"session_id": "a", "metadata": {"n": NaN}}', "malformed"),
        (b'{"session_id": "a", "metadata": {"n": 1e999}}', "out of range"),
        (
            b'{"session_id": "a", "metadata": {"n": ' + b"[" * 40 + b"1" + b"]" * 40 + b"}}",
            "deeper",
        ),
        (b'{"session_id": "a", "metadata": ' + b'{"a":' * 9999 + b"1" + b"}" * 10_000, "deep"),
        (b'{"session_id": "a", "user_id": "\\ud800 is half"}', "surrogate"),
        (b'{"session_id": "a", "user_id": "\xff"}', "not UTF-8"),
        (b'{"session_id": "a", "user_id": "\xed\xa0\x80"}', "not UTF-8"),
        (b'{"session_id": "a", "own": "\xff"}', "not UTF-8"),
        (b'{"session_id": "a"} {"session_id": "b"}', "trailing"),
        (b'{"session_id": "a", "messages": {}}', "at `$.messages`"),
        (
            b'{"session_id": "a", "messages": [{"sender": "user"}]}',
            "`content` - at `$.messages[0]`",
        ),
        (b'{"session_id": "a", "messages": [{"sender": "bot", "content": ""}]}', "'bot'"),
        (b'{"session_id": "a", "messages": [{"sender": "user", "content": "", "x": 1}]}', "`x`"),
        (
            b'{"session_id": "a", "own": 1, "messages": [{"sender": "user", "content": 1}]}',
            "Expected `str`, got `int` - at `$.messages[0].content`",
        ),
        (b'{"session_id": "a", "events": [{"kind": "party"}]}', "'party'"),
        (b'{"session_id": "a", "events": [{"kind": "note", "seq": -1}]}', ">= 0"),
        (b'{"session_id": "a", "events": [{"kind": "note", "seq": 2147483648}]}', "2147483647"),
        (b'{"session_id": "a", "events": [{"kind": "note", "seq": 1.5}]}', "got `float`"),
        (TWICE, "seq 3 is used twice"),
        (
            b'{"session_id": "a", "events": [{"seq": 3, "kind": "note"}, {"kind": "note"}]}',
            "some turns have a seq and others have none",
        ),
    ],
)
def test_bad_line_is_rejected_alone_with_its_number_and_reason(parley, line, reason):
    read = parley(GOOD + b"\n" + line + b"\n" + GOOD.replace(b"good", b"also-good"))

    assert ["good", "also-good"] == read.batch.sessions["session_id"].to_pylist()
    assert [3] == [rejection.line for rejection in read.rejections]
    assert reason in read.rejections[0].reason
    assert line.startswith(read.rejections[0].raw)


def test_line_longer_than_the_limit_is_rejected_alone(parley):
    long = b'{"session_id": "long", "user_id": "' + b"x" * 3_000_000 + b'"}\n'
    read = parley(GOOD + long + GOOD.replace(b"good", b"b"), options=Options(imports.NOW, 2**20))

    assert ["good", "b"] == read.batch.sessions["session_id"].to_pylist()
    assert [(2, "longer than 1 MiB (PARLEY_IMPORT_LINE_MB)")] == [
        (rejection.line, rejection.reason) for rejection in read.rejections
    ]
    assert 64 * 1024 == len(read.rejections[0].raw)


@pytest.mark.parametrize(
    "content",
    [b"\xef\xbb\xbf" + GOOD, GOOD.strip(), GOOD.replace(b"\n", b"\r\n"), b"\n \t\r\n\n" + GOOD],
    ids=["byte order mark", "no last newline", "carriage returns", "blank lines"],
)
def test_harmless_oddities_of_files_are_read_over(parley, content):
    read = parley(content)

    assert (1, []) == (read.batch.sessions.num_rows, read.rejections)


def json_strings(shared, expect):
    told = json.loads((shared / "payloads" / "json_parsing.json").read_bytes())
    return [
        (case["name"], base64.b64decode(case["b64"]))
        for case in map(json.loads, told)
        if case["expect"] in expect
    ]


def test_what_json_must_refuse_is_rejected_on_each_of_its_lines(parley, shared):
    for name, payload in json_strings(shared, "n"):
        lines = [n for n, part in enumerate(payload.split(b"\n"), 2) if part.strip(b"\t\v\f\r ")]
        read = parley(GOOD + payload + b"\n" + GOOD)

        assert {"good"} == set(read.batch.sessions["session_id"].to_pylist()), name
        assert lines == [rejection.line for rejection in read.rejections], name


def test_what_json_must_accept_is_accepted_as_metadata(parley, shared):
    for name, payload in json_strings(shared, "y"):
        value = payload.strip()
        if b"\n" not in value:
            read = parley(b'{"session_id": "a", "metadata": {"v": ' + value + b"}}\n")
            assert (name, []) == (name, read.rejections)


def test_what_json_must_refuse_is_refused_as_metadata(parley, shared):
    for name, payload in json_strings(shared, "n"):
        read = parley(b'{"session_id": "a", "metadata": {"v": ' + payload + b"}}\n" + GOOD)

        assert ["good"] == read.batch.sessions["session_id"].to_pylist(), name


def test_what_json_may_refuse_never_stops_the_others(parley, shared):
    for name, payload in json_strings(shared, "yni"):
        for line in (payload, b'{"session_id": "a", "own": ' + payload + b"}"):
            read = parley(GOOD + line + b"\n" + GOOD.replace(b"good", b"b"))

            assert {"good", "b"} <= set(read.batch.sessions["session_id"].to_pylist()), name


def test_own_keys_become_metadata_beside_what_is_there(session):
    told = session(metadata={"plan": "pro"}, customer={"tier": ["gold", 1]}, note=None)["metadata"]

    assert {"plan": ["pro"], "customer.tier": ["gold", "1"], "status_assumed": ["true"]} == told


def test_stated_metadata_wins_over_an_own_key_of_the_same_name(session):
    assert ["pro"] == session(metadata={"plan": "pro"}, plan="free")["metadata"]["plan"]


def test_computed_columns_are_computed_anew(session):
    told = session(duration_ms=1, message_count=7, event_count="x", error_key="?", status="failed")

    assert (None, 0, 0, None) == tuple(
        told[name] for name in ("duration_ms", "message_count", "event_count", "error_key")
    )


def test_null_means_not_stated(session):
    keys = ("source", "agent_id", "agent_name", "channel", "type", "status", "metadata", "messages")

    assert session() == session(**dict.fromkeys((*keys, "events", "user_id", "updated_at")))


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
times = st.integers(0, 230 * 365 * 86_400_000_000).map(
    lambda us: (EPOCH + timedelta(microseconds=us)).isoformat().replace("+00:00", "Z")
)
texts = st.text(max_size=20)
ids = st.from_regex(r"[A-Za-z0-9._:~-]{1,128}", fullmatch=True).filter(
    lambda text: text not in ("export", "metrics")
)


def message(seq):
    return st.fixed_dictionaries(
        {
            "seq": st.just(seq),
            "sent_at": st.none() | times,
            "sender": st.sampled_from(Sender),
            "content": texts,
        }
    )


def event(seq):
    return st.fixed_dictionaries(
        {
            "seq": st.just(seq),
            "at": st.none() | times,
            "kind": st.sampled_from(EventKind),
            "name": texts,
            "detail": texts,
        }
    )


@st.composite
def lines(draw):
    """Return a line as an export would write it, without the computed columns."""
    seqs = draw(st.lists(st.integers(0, 2**31 - 1), unique=True, max_size=8).map(sorted))
    of_events = {seq for seq in seqs if draw(st.booleans())}
    return {
        "session_id": draw(ids),
        "source": draw(texts.filter(bool)),
        "external_id": draw(st.none() | texts),
        "agent_id": draw(texts.filter(bool)),
        "agent_name": draw(texts.filter(bool)),
        "channel": draw(st.sampled_from(Channel)),
        "type": draw(st.sampled_from(SessionType)),
        "status": draw(st.sampled_from(Status)),
        "end_reason": draw(st.none() | texts),
        "started_at": draw(st.none() | times),
        "ended_at": draw(st.none() | times),
        "user_id": draw(st.none() | texts),
        "metadata": draw(st.dictionaries(texts, st.lists(texts, min_size=1, max_size=3))),
        "updated_at": draw(times),
        "messages": [draw(message(seq)) for seq in seqs if seq not in of_events],
        "events": [draw(event(seq)) for seq in seqs if seq in of_events],
    }


@given(given_lines=st.lists(lines(), max_size=4, unique_by=lambda line: line["session_id"]))
def test_round_trip_changes_nothing(tmp_path, given_lines):
    """File to tables to file to tables; what was stated is there, and nothing moves after."""
    path, packed = tmp_path / "a.ndjson", tmp_path / "b"
    path.write_bytes(imports.ndjson(given_lines))
    first = imports.read(path, name="parley")
    exported = imports.exported(first.batch)
    packed.write_bytes(gzip.compress(imports.ndjson(exported), 1))
    second = imports.read(packed, name="parley")

    assert ([], []) == (first.rejections, second.rejections)
    assert sorted(given_lines, key=lambda line: line["session_id"]) == [
        {key: line[key] for key in given_lines[0]} for line in exported
    ]
    assert exported == imports.exported(second.batch)
    assert set(first.batch.sessions["content_hash"].to_pylist()) == set(
        second.batch.sessions["content_hash"].to_pylist()
    )
