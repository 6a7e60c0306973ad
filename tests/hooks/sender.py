"""A process that accepts events and sends webhooks, to be killed: `python -m tests.hooks.sender`.

Takes a state folder and how many events there are to be in all, and goes on where the one before
was killed. The table `accepted` stands for the journal.
"""

import logging
import os
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

from hooks import schedule, sending, worker
from lake import outbox
from lake.hook_file import connected, writing
from settings import Settings
from tests.hooks.events import accepted

TABLE = "create table if not exists accepted (number integer primary key) strict"


def accept(folder, total):
    """Accept the events that are missing, each in a transaction with its outbox."""
    with connected(folder) as connection:
        connection.execute(TABLE)
        (done,) = connection.execute("select count(*) from accepted").fetchone()
        for number in range(done, total):
            with writing(connection):
                connection.execute("insert into accepted values (?)", (number,))
                outbox.enqueue(connection, accepted(session_id=f"s{number}"))
            print("accepted", number, flush=True)  # noqa: T201  heard by the one who kills


def main(folder, total):
    logging.basicConfig(level=logging.WARNING)
    schedule.WAITS = (timedelta(milliseconds=20),) * 10_000  # none is given up
    sending.SECONDS = 0.5
    worker.LOOK_SECONDS = 0.01
    settings = Settings(state=folder, webhook_networks=("127.0.0.0/8",))
    with worker.running(settings):
        threading.Thread(target=accept, args=(folder, total), daemon=True).start()
        parent = os.getppid()
        while os.getppid() == parent:  # else who kills was killed
            time.sleep(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
