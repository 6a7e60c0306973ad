"""Cursors: opaque, signed, and of one list only."""

import re
import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cursors import PATTERN, Cursor, Cursors
from api.refusals import CursorError
from lake.secret import Signer
from queries import engine
from tests.api.keyed import Ring, bearer
from tests.queries.world import TICK

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PLACES = st.tuples(st.integers(-(2**63), 2**63 - 1), st.text(max_size=128))
TICKS = st.integers(0, 250 * 10**9).map(lambda seconds: EPOCH + timedelta(seconds=seconds))


@pytest.fixture(scope="module")
def cursors(tmp_path_factory):
    return Cursors(Signer(tmp_path_factory.mktemp("state"), "cursor"))


@given(tick=TICKS, place=PLACES, of=st.text(max_size=50))
def test_what_is_written_is_read(cursors, tick, place, of):
    cursor = Cursor(tick, place)

    assert cursor == cursors.read(cursors.write(cursor, of), of)


@given(of=st.text(max_size=9), other=st.text(max_size=9))
def test_no_other_list_takes_it(cursors, of, other):
    text = cursors.write(Cursor(TICK, (1, "a")), of)

    if of != other:
        with pytest.raises(CursorError):
            cursors.read(text, other)


@given(st.data())
def test_no_changed_one_passes(cursors, data):
    text = cursors.write(Cursor(TICK, (1, "a")), "list")
    place = data.draw(st.integers(0, len(text) - 2))  # the last one's low bits may say nothing
    letter = data.draw(st.sampled_from(string.ascii_letters + string.digits + "-_"))
    changed = text[:place] + letter + text[place + 1 :]

    if changed != text:
        with pytest.raises(CursorError):
            cursors.read(changed, "list")


@given(st.text(max_size=60) | st.text(string.ascii_letters, min_size=24, max_size=60))
def test_what_nobody_wrote_does_not_pass(cursors, text):
    with pytest.raises(CursorError):
        cursors.read(text, "list")


def test_a_cursor_fits_into_its_pattern(cursors):
    longest = cursors.write(Cursor(TICK, (-(2**63), "x" * 128)), "list")

    assert re.fullmatch(PATTERN, longest)


def test_another_state_folder_signs_otherwise(cursors, tmp_path):
    text = cursors.write(Cursor(TICK, (1, "a")), "list")

    with pytest.raises(CursorError):
        Cursors(Signer(tmp_path, "cursor")).read(text, "list")


@pytest.mark.parametrize(
    "query",
    ["?limit=2&channel=web", "?limit=2&sort=started_at", "?limit=2&range=30d", "?limit=2&tz=UTC"],
)
def test_a_cursor_leads_through_its_own_list_only(client, world, query):
    cursor = client.get("/sessions?limit=2").json()["meta"]["next_cursor"]
    refused = client.get(f"/sessions{query}&cursor={cursor}")

    assert refused.status_code == 422
    assert "cursor" in refused.json()["detail"]
    assert client.get(f"/sessions?limit=5&fields=status&cursor={cursor}").status_code == 200


def test_a_cursor_of_one_viewer_is_no_cursor_of_another(client, world, api_settings):
    ring = Ring(api_settings)
    first, second = (bearer(ring.key(agents=[agent])) for agent in ("a1", "a2"))
    world.access._read_at = float("-inf")
    cursor = client.get("/sessions?limit=2", headers=first).json()["meta"]["next_cursor"]

    asked = f"/sessions?limit=2&cursor={cursor}"
    assert client.get(asked, headers=second).status_code == 422
    assert client.get(asked, headers=first).status_code == 200


def test_a_cursor_of_one_session_is_none_of_another(client, world, world_rows):
    first, second = (row["session_id"] for row in world_rows[:2])
    page = client.get(f"/sessions/{first}/messages?limit=1").json()
    cursor = page["meta"]["next_cursor"]

    assert client.get(f"/sessions/{second}/messages?cursor={cursor}").status_code == 422
    following = client.get(f"/sessions/{first}/messages?cursor={cursor}").json()["data"]
    assert [3] == [message["seq"] for message in following]


def test_page_and_cursor_do_not_go_together(client, world):
    cursor = client.get("/sessions?limit=2").json()["meta"]["next_cursor"]

    assert client.get(f"/sessions?page=2&limit=2&cursor={cursor}").status_code == 422


def test_a_walk_keeps_the_moment_it_began_with(client, world, api_settings, monkeypatch):
    """Else active sessions would grow past it, and the range would move on."""
    first = client.get("/sessions?sort=-duration&limit=3").json()["meta"]
    later = api_settings.model_copy(update={"now": api_settings.now + timedelta(hours=2)})
    monkeypatch.setattr(engine._running(), "_settings", later)
    again = client.get(f"/sessions?sort=-duration&limit=3&cursor={first['next_cursor']}").json()
    anew = client.get("/sessions?sort=-duration&limit=3").json()

    assert first["as_of"] == again["meta"]["as_of"]
    assert first["as_of"] != anew["meta"]["as_of"]
