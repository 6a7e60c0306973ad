"""How long a side takes to answer over HTTP, and whether what it says is right."""

import json
import time

from benchmarks.peers.sessions import Question, Sessions
from benchmarks.peers.side import Side, Talk

TIMES = 15


def asked(side: Side, address: str, question: Question, sessions: Sessions) -> list[float] | None:
    """Return the milliseconds of each of some askings, after one that warms up; None: it cannot.

    From the first byte that is sent to the last one that is read, over a connection that stays
    open, nothing compressed. Each is about another session where the question is about one. Ends
    the program where an answer is not right, for then the question was another one.
    """
    taken = []
    talk = Talk(address)
    for session_id in sessions.some(TIMES + 1):
        asking = side.asked(question, session_id, sessions)
        if asking is None:
            return None
        started = time.perf_counter()
        told = [talk.send(request) for request in asking.requests]
        taken.append((time.perf_counter() - started) * 1000)
        answer = asking.read([json.loads(each) for each in told])
        right = sessions.expected(question, session_id)
        if answer != right:
            raise SystemExit(f"{side.label}, {question}: {answer!r:.400} is not {right!r:.400}")
    return taken[1:]
