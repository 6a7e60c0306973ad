"""What people do to a session by hand: on a real server, over cold and live sessions."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
import pytest

from ingest.batches import Collector
from ingest.derive import session
from ingest.draft import EventDraft, MessageDraft, SessionDraft
from ingest.options import Options
from lake.keys import Keys, KeyScope
from lake.writer import Writer
from models import EventKind, Sender, Status
from settings import Settings
from tests.api.serving import serving, wait_until
from tests.api.test_ingest import Api, event
from tests.lake.lakes import batch, write

NOW = datetime.now(UTC)
HOSTILE = ["<img src=x onerror=alert(1)>", "'; drop table sessions; --", "../../etc/passwd", "a/b",
           "=1+1", "50% off & more", "\u202eright to left", 'tag, with "quotes"', "😀" * 10,
           "${jndi:ldap://x}"]  # fmt: skip


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hands")
    found = Settings(
        data=folder / "lake", state=folder / "state", demo="off", zone="UTC", memory_mb=512,
        threads=2, watch_seconds=0.05,
    )  # fmt: skip
    held = Collector()
    for number in range(12):
        held.add(session(imported(number), Options(NOW)))
    with Writer(found) as writer:
        writer.add(held.batch())
        writer.commit()
    return found


def imported(number):
    """Return a session of the cold files: of every status, with and without an end, or a start."""
    status = [*Status, None][number % 5]
    began = None if number == 9 else NOW - timedelta(days=number + 2)
    times = [began and began + timedelta(seconds=20 * place) for place in range(4)]
    messages = [MessageDraft(Sender.USER, "Hello\nyou", 0, times[0]),
                MessageDraft(Sender.AGENT, "<b>Hi</b>", 2, times[2])]  # fmt: skip
    events = [EventDraft(EventKind.TOOL_CALL, "look_up", "{}", 1, times[1]),
              EventDraft(EventKind.ERROR, "lost", "line 4711 is lost", 3, times[3])]  # fmt: skip
    has_end = number % 4 and status is not Status.ACTIVE
    return SessionDraft(
        session_id=f"old-{number}", source="parley", external_id=f"X-{number}", agent_id="a",
        agent_name="Ärzte", status=status, started_at=began, messages=messages, events=events,
        ended_at=began + timedelta(minutes=5) if has_end and began else None,
        metadata={"plan": ["free", "pro"], "n": 5}, user_id=f"u{number}", updated_at=NOW,
    )  # fmt: skip


class Hands(Api):
    def begin(self, session_id, *, ago=600, **data):
        at = NOW - timedelta(seconds=ago)
        assert self.told([event(f"{session_id}-begin", "session.started", session_id, at=at,
                                agent_id="a", channel="sip", **data)]) == ["accepted"]  # fmt: skip

    def post(self, session_id, what, body, **headers):
        return self.http.post(f"/sessions/{session_id}/{what}", json=body, headers=headers)

    def shown(self, session_id, is_so):
        wait_until(lambda: (found := self.session(session_id)) is not None and is_so(found))
        return self.session(session_id)


@pytest.fixture(scope="module")
def hands(settings):
    with serving(settings) as (port, _), Hands(port) as made:
        yield made


COLD = {status: number for number, status in reversed([*enumerate([*Status, None] * 2)])}


def test_a_session_that_goes_on_is_ended_with_who_and_when(hands):
    hands.begin("stuck")
    hands.told([event("stuck-said", "message.created", "stuck", at=NOW - timedelta(seconds=500),
                      sender="user", content="Hello?")])  # fmt: skip
    answer = hands.post("stuck", "end", {})

    assert answer.status_code == 200
    assert answer.json()["data"]["status"] == "cancelled"
    found = hands.shown("stuck", lambda row: row["status"] == "cancelled")
    assert found["end_reason"] == "ended by hand"
    assert found["duration_ms"] == 100_000  # up to what was heard last
    changed = found["events"][-1]
    assert (changed["kind"], changed["name"]) == ("status_changed", "cancelled")
    assert changed["detail"] == "Ended by hand by local."
    assert abs(datetime.fromisoformat(changed["at"]) - datetime.now(UTC)) < timedelta(minutes=5)


@pytest.mark.parametrize("status", ["completed", "failed", "cancelled"])
def test_a_session_ends_as_it_is_told(hands, status):
    hands.begin(f"ends-{status}")
    assert hands.post(f"ends-{status}", "end", {"status": status}).is_success
    hands.shown(f"ends-{status}", lambda row: row["status"] == status)


def test_what_is_over_is_not_ended_again(hands):
    hands.begin("twice")
    assert hands.post("twice", "end", {}).status_code == 200
    again = hands.post("twice", "end", {})

    assert again.status_code == 409
    assert "over already" in again.json()["detail"]
    assert hands.post(f"old-{COLD[Status.FAILED]}", "end", {}).status_code == 409


def test_a_stale_session_of_the_cold_files_is_ended(hands):
    session_id = f"old-{COLD[Status.ACTIVE]}"
    before = hands.session(session_id)
    assert hands.post(session_id, "end", {}).status_code == 200
    after = hands.shown(session_id, lambda row: row["status"] == "cancelled")

    assert after["ended_at"] == before["events"][-1]["at"]
    assert after["messages"] == before["messages"]


@pytest.mark.parametrize("number", [5, 6, 7, 8, 9, 10, 11])
def test_a_tag_changes_a_cold_session_in_nothing_else(hands, number):
    before = hands.session(f"old-{number}")
    answer = hands.post(f"old-{number}", "tags", {"tag": "  refund   asked "})

    assert answer.json()["data"]["tags"] == ["refund asked"]
    after = hands.shown(f"old-{number}", lambda row: "tags" in row["metadata"])
    assert after.pop("metadata") == {**before.pop("metadata"), "tags": ["refund asked"]}
    assert after.pop("updated_at") > before.pop("updated_at")
    assert before == after


@pytest.mark.parametrize("text", HOSTILE)
def test_a_tag_of_any_text_is_filtered_by_and_taken_away(hands, text):
    session_id = f"tagged-{HOSTILE.index(text)}"
    hands.begin(session_id)
    told = hands.post(session_id, "tags", {"tag": text}).json()["data"]["tags"]
    assert told == [text]
    assert hands.post(session_id, "tags", {"tag": text}).json()["data"]["tags"] == [text]
    clause = f"tags={json.dumps(text)}" if text.startswith("=") else f"tags={text}"
    wait_until(lambda: hands.total(metadata=clause) == 1)
    taken = hands.http.delete(f"/sessions/{session_id}/tags", params={"tag": text})

    assert taken.json()["data"]["tags"] == []
    wait_until(lambda: hands.total(metadata=clause) == 0)
    assert "tags" not in hands.session(session_id)["metadata"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_note_of_any_text_is_an_event_until_it_is_taken_away(hands, text):
    session_id = f"noted-{HOSTILE.index(text)}"
    hands.begin(session_id)
    written = hands.post(session_id, "notes", {"text": text})

    assert written.status_code == 201
    note = written.json()["data"]
    found = hands.shown(session_id, lambda row: row["event_count"] == 1)["events"][0]
    assert (found["kind"], found["name"], found["detail"]) == ("note", "local", text)
    assert found["at"] == note["at"]
    path = f"/sessions/{session_id}/notes/{quote(note['at'])}"
    assert hands.http.delete(path).status_code == 204
    hands.shown(session_id, lambda row: row["event_count"] == 0)
    assert hands.http.delete(path).status_code == 404


def test_notes_of_a_cold_session_come_and_go_one_by_one(hands):
    path = f"old-{COLD[Status.COMPLETED]}"
    before = hands.session(path)
    notes = [hands.post(path, "notes", {"text": f"Note {n}\nof two lines"}).json()["data"]
             for n in range(3)]  # fmt: skip
    assert len({note["at"] for note in notes}) == 3
    count = before["event_count"]
    hands.shown(path, lambda row: row["event_count"] == count + 3)
    assert hands.http.delete(f"/sessions/{path}/notes/{notes[1]['at']}").status_code == 204
    after = hands.shown(path, lambda row: row["event_count"] == count + 2)

    left = [event for event in after["events"] if event["kind"] == "note"]
    assert [event["detail"][:6] for event in left] == ["Note 0", "Note 2"]
    assert after["messages"] == before["messages"]
    assert [event for event in after["events"] if event not in left] == before["events"]


@pytest.mark.parametrize(("what", "body"), [
    ("notes", {"text": ""}), ("notes", {"text": " \n "}), ("notes", {"text": "a\x00b"}),
    ("notes", {"text": "x" * 4001}), ("notes", {}), ("notes", {"text": "a", "more": 1}),
    ("tags", {"tag": "x" * 65}), ("tags", {"tag": "\t"}), ("tags", {"tag": 1}),
    ("end", {"status": "active"}), ("end", {"reason": "x"}), ("end", []),
])  # fmt: skip
def test_what_cannot_be_is_refused(hands, what, body):
    answer = hands.post("refused", what, body)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_session_that_is_not_there_stays_so(hands):
    for what, body in (("end", {}), ("notes", {"text": "a"}), ("tags", {"tag": "a"})):
        assert hands.post("nowhere", what, body).status_code == 404
    assert hands.http.delete("/sessions/nowhere/tags?tag=a").status_code == 404
    assert hands.session("nowhere") is None


def test_a_session_has_so_many_tags_at_most(hands):
    hands.begin("many")
    for number in range(50):
        assert hands.post("many", "tags", {"tag": f"t{number}"}).is_success

    assert hands.post("many", "tags", {"tag": "one more"}).status_code == 409
    assert hands.post("many", "tags", {"tag": "t7"}).is_success


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
def test_what_a_page_of_another_site_may_send_unasked_is_not_read(hands, kind):
    own = f"foreign-{kind and kind[:4]}"
    hands.begin(own)
    headers = {} if kind is None else {"content-type": kind}
    for what, body in (("end", "{}"), ("end", ""), ("tags", '{"tag": "a"}')):
        answer = hands.http.post(f"/sessions/{own}/{what}", content=body, headers=headers)
        assert answer.status_code in (415, 422)
    assert hands.shown(own, lambda row: row["status"] == "active")["metadata"] == {}


def test_what_is_done_by_hand_counts_more_than_a_clock_that_is_ahead(hands):
    ahead = datetime.now(UTC) + timedelta(hours=3)
    hands.begin("ahead")
    hands.told([event("ahead-1", "session.updated", "ahead", at=ahead, metadata={"tags": ["a"]})])
    assert hands.post("ahead", "tags", {"tag": "b"}).json()["data"]["tags"] == ["a", "b"]

    hands.shown("ahead", lambda row: row["metadata"].get("tags") == ["a", "b"])


def test_a_sender_takes_a_key_of_the_metadata_away_by_an_empty_list(hands):
    hands.begin("emptied", metadata={"plan": ["free"], "n": 1})
    hands.told([event("emptied-1", "session.updated", "emptied", metadata={"plan": []})])

    assert hands.shown("emptied", lambda row: row["metadata"] == {"n": ["1"]})


def test_a_key_changes_sessions_of_its_source_and_agents_and_is_named(settings, tmp_path):
    """The last one here: its server takes the place of that of the others."""
    own = settings.model_copy(update={"state": tmp_path / "state", "data": tmp_path / "lake"})
    write(own, batch(range(5)))
    keys, now = Keys(own.state), datetime.now(UTC)

    def key(name, scope=KeyScope.INGEST, **options):
        text = keys.create(name, [scope], now=now, **options)[1]
        return {"Authorization": f"Bearer {text}"}

    bot, other = key("Bot"), key("Other", source="elsewhere")
    narrow, admin = key("Narrow", agents=["z"]), key("Admin", KeyScope.ADMIN)
    both = keys.create("Both", [KeyScope.INGEST, KeyScope.ADMIN], now=now, source="elsewhere")[1]
    reading = key("Reader", KeyScope.READ_TRANSCRIPTS)
    whole = {"Authorization": "Bearer " + keys.create("All", list(KeyScope), now=now)[1]}
    with serving(own) as (port, _), httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1") as api:
        sent = api.post("/events", json=[event(1, "session.started", agent_id="a")], headers=bot)
        assert sent.json()["meta"]["accepted"] == 1

        def note(headers):
            return api.post("/sessions/s-1/notes", json={"text": "x"}, headers=headers)

        assert note(bot).json()["data"]["name"] == "Bot"
        assert note(other).status_code == 409
        assert note(narrow).status_code == 404
        assert note(reading).status_code == note(admin).status_code == 403
        assert note({"Authorization": f"Bearer {both}"}).json()["data"]["name"] == "Both"
        assert api.delete("/sessions/s-1/notes/yesterday", headers=whole).status_code == 404
