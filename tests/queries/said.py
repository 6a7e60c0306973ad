"""What is said in the nasty sessions of `world`, the same in every run, and texts to look for."""

import random

import pyarrow as pa
from hypothesis import strategies as st

from lake.schema import MESSAGES, Batch
from tests.queries import world

PARTS = [
    "refund", "Refund", "REFUNDS", "pre-refund", "refund_id", "50%", "5_0", "100%_sure", ".*",
    "[a-z]+", "(?i)", "\\d", "^", "$", "c++", "C++", "c", "straße", "STRASSE", "ẞ", "\u0130stanbul",
    "istanbul", "\u0131", "ΣΊΣΥΦΟΣ", "σίσυφος", "ς", "שלום עולם", "مرحبا", "مَرْحَبًا", "नमस्ते", "नम",
    "東京都", "東京", "e\u0301", "é", "👍🏽", "👍", "\u200d", "\u202egnp.exe", "\0", "\n", "\t",
    "  ", "'; drop table messages --", "naïve", "NAÏVE", "ǅ", "ﬀ", "Ⅷ", "a'b", '"', "&lt;b&gt;",
    "<b>", "\ufeff", "A" * 40,
]  # fmt: skip
BETWEEN = ["", " ", "-", ", "]


def spoken(rows):
    """Return up to four messages of each session: seq -> content, by its id."""
    chance = random.Random(7)  # noqa: S311  the same messages each time
    return {
        row["session_id"]: {
            seq: chance.choice(BETWEEN).join(
                chance.choices(PARTS, k=chance.choice([0, 1, 2, 5, 30]))
            )
            for seq in chance.sample([1, 2, 3, 5, 8, 1000], chance.randrange(0, 5))
        }
        for row in rows
    }


def batch(rows, said):
    """Return the sessions with what is said in them, as an importer hands them over."""
    whole = world.batch(rows)
    messages = [
        {
            "session_id": row["session_id"], "session_started_at": row["started_at"], "seq": seq,
            "sent_at": row["started_at"], "content": content,
            "sender": "user" if seq % 2 else "agent",
        }
        for row in rows
        for seq, content in said[row["session_id"]].items()
    ]  # fmt: skip
    return Batch(whole.sessions, pa.Table.from_pylist(messages, MESSAGES), whole.events)


_CHARACTERS = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
TEXTS = st.one_of(
    st.sampled_from([part for part in PARTS if "\0" not in part]),
    st.builds(
        lambda part, first, last: part[first : first + last] or part,
        st.sampled_from([part for part in PARTS if "\0" not in part]),
        st.integers(0, 3),
        st.integers(1, 4),
    ),
    st.text(_CHARACTERS, min_size=1, max_size=3),
)
