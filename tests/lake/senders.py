"""Who sends while a server is killed or ended, and what is there afterwards."""

import threading
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx

from lake import standing

PATIENCE = 60  # a hang guard, in seconds


class Sender(threading.Thread):
    """Sends short sessions one after the other until nobody answers; knows what was answered.

    Each second one is spoken of again when it has ended, and may have moved.
    """

    def __init__(self, port, name):
        super().__init__()
        self.port, self.name, self.answered = port, name, []
        self.is_over = False

    def run(self):
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}/api/v1", timeout=10) as http:
            for number in range(10_000):
                session = f"{self.name}-{number}"
                self.send(http, [self.said(session, "a"), self.said(session, "b")])
                self.send(http, [self.said(session, "c"), self.ended(session)])
                if number % 2:
                    self.send(http, [self.said(f"{self.name}-{number - 1}", "late")])
                if self.is_over:
                    return

    def send(self, http, events):
        """Send until it is answered, as long as somebody is there."""
        while not self.is_over:
            try:
                answer = http.post("/events", json=events)
            except httpx.HTTPError:
                self.is_over = True
                return
            if answer.status_code == 200:  # else busy: the same again
                told = zip(events, answer.json()["data"], strict=True)
                assert all(row["status"] in ("accepted", "duplicate") for _, row in told), answer
                self.answered += [event["data"].get("content") for event in events]
                return

    def said(self, session, word):
        return self.event("message.created", session, word, sender="user",
                          content=f"{session}-{word}")  # fmt: skip

    def ended(self, session):
        return self.event("session.ended", session, "ended")

    def event(self, type_, session, word, **data):
        return {"type": type_, "id": f"{session}-{word}",
                "timestamp": datetime.now(UTC).isoformat(),
                "data": {"session_id": session, **data}}  # fmt: skip


@contextmanager
def sending(port, name):
    """Have three senders send, until the server is gone; gives what was answered in the end."""
    senders = [Sender(port, f"{name}-{place}") for place in range(3)]
    answered = []
    for sender in senders:
        sender.start()
    yield answered
    for sender in senders:
        sender.join(PATIENCE)
        assert not sender.is_alive()
        answered += [each for each in sender.answered if each]


def visible(port, sessions):
    """Return what the API tells of some sessions."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=30) as http:
        found = [http.get(f"/sessions/{session}").json()["data"] for session in sessions]
    return [turn["content"] for session in found for turn in session["messages"]]


def said(settings):
    """Return the messages that lie in the lake and the journal."""
    with standing.published(settings) as publication, publication.cursor() as cursor:
        if publication.is_empty:
            return []
        rows = [row[0] for row in cursor.execute("select content from messages").fetchall()]
        counts = cursor.execute("select sum(message_count)::int from sessions").fetchall()
        assert counts == [(len(rows),)]
        return rows
