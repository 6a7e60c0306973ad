"""A disk that becomes full under a server, and has room again: `python -m tests.lake.full FOLDER`.

Runs in a mount namespace of its own, in which FOLDER becomes a small disk; says "fine" at the end.
"""

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import httpx

from errors import ParleyError
from lake import compactor
from settings import Settings
from tests.api.serving import serving, wait_until
from tests.lake.lakes import batch, write
from tests.lake.senders import said
from tests.lake.test_live import NOW
from tests.lake.whole import assert_whole

SIZE = "24m"
OF_SQLITE = 2**19  # bytes, for what processes that read a journal share
STORED, LIVE = 19, 5  # sessions
READ = ("/sessions", "/sessions/s5", "/sessions/metrics", "/snapshot", "/healthz",
        "/search/messages?find=user")  # fmt: skip


def event(number, *, size=2000):
    text = f"m{number}".ljust(size, ".")
    return {"type": "message.created", "id": f"e{number}", "timestamp": NOW.isoformat(),
            "data": {"session_id": f"live{number % LIVE}", "sender": "user",
                     "content": text}}  # fmt: skip


def fill(folder):
    """Write until nothing more fits."""
    with (folder / "filler").open("ab", buffering=0) as stream:
        for size in (2**16, 1):
            try:
                while stream.write(b"x" * size) == size:
                    pass
            except OSError:
                continue


class Sent:
    """Events that are sent one after the other, and those that were taken."""

    def __init__(self):
        self.number, self.kept = 0, []

    def send(self, http):
        """Send the next event; it is the next one again where it was refused."""
        answer = http.post("/events", json=[event(self.number)])
        if answer.status_code == 200:
            self.kept.append(event(self.number)["data"]["content"])
            self.number += 1
        return answer

    def send_until_full(self, http):
        for _ in range(2000):
            answer = self.send(http)
            if answer.status_code != 200:
                return answer
        raise AssertionError("the disk never became full")


def export_is_refused(http, folder):
    """Whether an export finds no room: an index that could not be built makes some, at any time."""
    fill(folder)
    export = http.get("/sessions/export", params={"format": "ndjson"})
    assert export.status_code == 200 or "Make room" in export.text, export.text[:99]
    return export.status_code == 503


def is_unready(http, folder):
    fill(folder)
    return http.get("/readyz").status_code == 503


def stay_full(settings, http, sent, folder):
    """Reads go on, nothing is taken, nothing is moved, nothing is lost."""
    fill(folder)
    refused = sent.send_until_full(http)
    assert (refused.status_code, refused.headers["retry-after"]) == (507, "60"), refused.text
    for path in READ:
        assert http.get(path).status_code == 200, path
    wait_until(lambda: export_is_refused(http, folder))
    wait_until(lambda: is_unready(http, folder))
    try:
        compactor.run(settings, is_nightly=True)
    except ParleyError as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    assert sorted(each for each in said(settings) if each[0] == "m") == sorted(sent.kept)


def have_room(settings, http, sent):
    """It recovers by itself."""
    assert sent.send(http).status_code == 200
    wait_until(lambda: http.get("/readyz").status_code == 200)
    compactor.run(settings, is_nightly=True)
    wait_until(lambda: len(http.get("/sessions/live0").json()["data"]["messages"]) > 1)
    assert http.get("/sessions").json()["meta"]["total_items"] == STORED + LIVE
    assert sorted(each for each in said(settings) if each[0] == "m") == sorted(sent.kept)
    assert_whole(settings)


@contextmanager
def asked(settings):
    """Serve; gives a client."""
    with (
        serving(settings) as (port, _),
        httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=30) as http,
    ):
        yield http


def main(folder):
    subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", f"size={SIZE}", "small", folder], check=True)
    settings = Settings(
        data=folder / "lake", state=folder / "state", demo="off", zone="UTC", memory_mb=256,
        threads=1, watch_seconds=0.05, compact=False, seal_minutes=0,
    )  # fmt: skip
    write(settings, batch(range(1, STORED + 1)))
    sent = Sent()
    with asked(settings) as http:
        for _ in range(2 * LIVE):
            assert sent.send(http).status_code == 200
        for _ in range(2):  # and it happens again
            stay_full(settings, http, sent, folder)
            (folder / "filler").unlink()
            have_room(settings, http, sent)
    fill(folder)
    with (folder / "filler").open("ab") as stream:  # SQLite reads nothing without room for that
        stream.truncate(stream.tell() - OF_SQLITE)
    with asked(settings) as http:  # one that starts on a full disk
        stay_full(settings, http, sent, folder)
        (folder / "filler").unlink()
        have_room(settings, http, sent)
    sys.stdout.write("fine\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
