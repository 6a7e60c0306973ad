"""Sessions that are hard to show, each under its own id: `python -m tests.browser.hard FOLDER`."""

import sys
from datetime import timedelta
from pathlib import Path

from ingest.batches import Collector
from ingest.derive import session
from ingest.draft import EventDraft, MessageDraft, SessionDraft
from ingest.options import Options
from lake.writer import Writer
from models import Channel, EventKind, Sender, SessionType, Status
from settings import Settings
from tests.pages.small_lake import NOW

START = NOW - timedelta(hours=1)
LONG = 5_000  # messages of "long"
RARE = "Fjordpferd"  # is said in "long" three times
RARE_AT = (17, 2_500, 4_990)
WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmütze" * 12

SAID = {
    "arabic": "مرحبا، أريد إلغاء الطلب رقم 4471 من فضلك.",
    "hebrew": "שלום, מה מצב ההזמנה שלי?",
    "mixed": "The order is called طلب 4471 in our system.",
    "chinese": "您好。我想取消昨天的订单。可以吗。" * 12,
    "japanese": "ご注文を確認いたしました。配送は明日の予定です。",
    "emoji": "Thanks 👩‍👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🇩🇪 👍🏽 ❤️",
    "word": WORD,
    "code": "Try this:\n```python\nif a < b:\n\tprint('<b>not bold</b>')\n```\nThen tell me.",
    "controls": "bell\a back\b escape\x1b[31m delete\x7f end",
    "bidi": "invoice\u202egpj.exe \u2066hidden\u2069 zero\u200bwidth",
    "lines": "first line\n\n  indented\tby a tab\r\nlast line",
    "spaces": "   ",
    "nothing": "",
}


def at(seconds):
    return START + timedelta(seconds=seconds)


def said(sender, text, seq, seconds=None):
    return MessageDraft(Sender(sender), text, seq, None if seconds is None else at(seconds))


def happened(kind, name, detail, seq, seconds=None):
    return EventDraft(EventKind(kind), name, detail, seq, None if seconds is None else at(seconds))


def talk():
    """A chat in which everything happens: 3 errors, 2 handoffs, 3 silences, 4 tool calls."""
    return SessionDraft(
        session_id="talk", agent_id="billing", agent_name="Billing assistant",
        channel=Channel.WEB, type=SessionType.CHAT, status=Status.FAILED,
        started_at=START, ended_at=at(600), error="create_refund: timed out", user_id="u-7",
        end_reason="system",
        metadata={
            "plan": "enterprise", "tags": ["refund", "vip customer"], "user.lang": "en-GB",
            "a key of its own": "two, words", "empty": "", "note": "long " * 120,
            "csat": "4", "region": "eu-west", "html": "<b>bold</b>",
        },
        messages=[
            said("user", "Hello, I was charged twice for invoice 20931.", 2, 2),
            said("agent", "I can look that up. Which invoice is it?", 3, 6),
            said("user", "Invoice 20931, I said so.", 4, 41),
            said("agent", "Thank you. I see two payments for invoice 20931.", 7, 48),
            said("user", "Then refund one of them.", 8, 60),
            said("agent", "The payment system does not answer. One moment.", 12, 75),
            said("user", "Are you still there? Invoice 20931 is due today.", 15, 200),
            said("agent", "A colleague takes over.", 18, 210),
            said("user", "Good.", 20, 400),
            said("agent", "Hello, this is Maria. Invoice 20931 is refunded.", 21, 405),
        ],
        events=[
            happened("connected", "websocket", '{"client": "web", "version": "5.5"}', 1, 0),
            happened("tool_call", "lookup_invoice",
                     '{"invoice": {"number": 20931, "parts": [1, 2]}, "exact": true}', 5, 44),
            happened("tool_result", "lookup_invoice", '[{"paid": 249.00}, {"paid": 249.00}]',
                     6, 45),
            happened("tool_call", "create_refund", '{"amount": 249.00}', 9, 61),
            happened("tool_result", "create_refund", '{"error": "timeout"}', 10, 63),
            happened("error", "create_refund", "timed out after 2000 ms", 11, 63),
            happened("tool_call", "create_refund", '{"amount": 249.00}', 13, 78),
            happened("error", "create_refund", "timed out again", 14, 80),
            happened("handoff", "people", "to a person", 16, 205),
            happened("error", "", "queue is full", 17, 206),
            happened("handoff", "people", "to Maria", 19, 390),
            happened("tool_call", "create_refund", '{"amount": 249.00}', 22, 406),
            happened("tool_result", "create_refund", "refunded", 23, 407),
            happened("note", "", "A note of a person " * 20, 24, 408),
            happened("status_changed", "failed", "", 25, 600),
        ],
    )  # fmt: skip


def long():
    """Five thousand messages of all lengths over five hours, errors and tools among them."""
    messages, events = [], []
    for number in range(LONG):
        text = f"Message {number}. " + "Some words of it. " * (number * 7 % 23)
        if number in RARE_AT:
            text += RARE
        messages.append(said(("user", "agent")[number % 2], text, 2 * number, 4 * number))
        if number % 500 == 250:
            events.append(happened("error", "model", f"error {number}", 2 * number + 1, 4 * number))
        elif number % 10 == 5:
            events.append(
                happened("tool_call", "find", f'{{"n": {number}}}', 2 * number + 1, 4 * number)
            )
    return SessionDraft(
        session_id="long", agent_name="Patient agent", status=Status.COMPLETED,
        messages=messages, events=events,
    )  # fmt: skip


def scripts():
    """Every script and sign that is hard to show, said by both sides in turn."""
    return SessionDraft(
        session_id="scripts", agent_name="وكيل 客服", status=Status.COMPLETED,
        messages=[
            said(("user", "agent")[place % 2], text, place, 5 * place)
            for place, text in enumerate(SAID.values())
        ],
        events=[happened("custom", "طلب", "حدث\u202e x", 100, 100)],
        metadata={"اسم": "قيمة", "名前": "値", "bidi\u202ekey": "a\u202eb"},
    )  # fmt: skip


def call():
    """A phone call with a recording; in it twenty seconds are a silence."""
    return SessionDraft(
        session_id="call", agent_name="Lyra Voice", channel=Channel.PHONE,
        type=SessionType.VOICE, status=Status.COMPLETED, started_at=START, ended_at=at(3800),
        metadata={"direction": "inbound", "recording_url": "https://calls.example/7.ogg"},
        messages=[said("agent", "Hello.", 0, 1), said("user", "Hello?", 1, 25),
                  said("agent", "Good bye.", 2, 3795)],
    )  # fmt: skip


def others():
    """Sessions in which something is missing."""
    yield SessionDraft(session_id="empty", agent_name="Silent agent", status=Status.CANCELLED,
                       started_at=START, ended_at=at(1))  # fmt: skip
    yield SessionDraft(
        session_id="undated", agent_name="Timeless agent", status=Status.COMPLETED,
        started_at=None, ended_at=None,
        messages=[said("user", "When was this?", 0), said("agent", "Nobody knows.", 1)],
        events=[happened("tool_call", "clock", "{}", 2)],
    )  # fmt: skip
    yield SessionDraft(
        session_id="unstarted", agent_name="Late agent", status=Status.COMPLETED,
        started_at=None, ended_at=None,
        messages=[said("user", "It has times.", 0, 0), said("agent", "But no start.", 1, 30),
                  said("user", "True.", 2)],
    )  # fmt: skip
    yield SessionDraft(
        session_id="onesided", agent_name="Absent agent", status=Status.COMPLETED,
        started_at=START, ended_at=at(40),
        messages=[said("user", f"Hello? ({place})", place, 10 * place) for place in range(4)],
    )  # fmt: skip
    yield SessionDraft(session_id="wordless", agent_name="Deaf agent", status=Status.FAILED,
                       started_at=START, ended_at=at(4), error="no audio",
                       events=[happened("connected", "", "", 0, 0),
                               happened("error", "audio", "no audio", 1, 4)])  # fmt: skip


def live(said_so_far=3):
    """A session that goes on: a message each ten seconds, and nothing before it changes."""
    return SessionDraft(
        session_id="live", agent_name="Busy agent", status=Status.ACTIVE, started_at=START,
        ended_at=None,
        messages=[
            said(("user", "agent")[place % 2], f"Live message {place}. " + "word " * 40, place,
                 10 * place)
            for place in range(said_so_far)
        ],
    )  # fmt: skip


def write(settings, drafts):
    """Write drafts into the lake that the settings name; those of an id that is there replace."""
    held = Collector()
    for draft in drafts:
        held.add(session(draft, Options(NOW)))
    with Writer(settings) as writer:
        writer.add(held.batch())
        writer.commit()


def everything():
    return [talk(), long(), scripts(), call(), *others()]


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    lake = Settings(data=folder / "lake", state=folder / "state", demo="off")
    write(lake, [*everything(), live()])
