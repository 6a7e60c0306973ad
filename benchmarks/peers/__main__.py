"""`python -m benchmarks.peers`: Parley beside its peers; `prepare` only installs and loads them."""

import sys

from playwright.sync_api import sync_playwright

from benchmarks.browser import first_row
from benchmarks.measure import row
from benchmarks.peers import page
from benchmarks.peers.asking import asked
from benchmarks.peers.page import Taken
from benchmarks.peers.sessions import SIZE, Question, Sessions, held
from benchmarks.peers.side import Side
from benchmarks.peers.sides import all_sides
from tests.browser.chromium import FLAGS, find


def run(*, only_prepare: bool) -> None:
    """Take the figures of all sides, print them and write them down."""
    sessions = held()
    for side in all_sides():
        side.prepare(sessions)
    if only_prepare:
        return
    taken = [_taken(side, sessions) for side in all_sides()]
    print(page.table(taken), *page.missed(taken), sep="\n")
    page.PAGE.write_text(page.written(taken, _browser()), encoding="utf-8")


def _taken(side: Side, sessions: Sessions) -> Taken:
    """Return what a side takes, which runs alone meanwhile."""
    found = Taken(side)
    with side.serving() as address:
        for question in Question:
            times = asked(side, address, question, sessions)
            if times is not None:
                found.questions[question] = times
            row(f"{SIZE:,}: {side.label}: {question}", found.cell(question), "ms")
        where = side.page(address)
        found.rows = [first_row(where, row=side.row) for _ in range(page.OPENINGS)]
        row(f"{SIZE:,}: {side.label}: first row in Chromium", found.cell(None), "")
    return found


def _browser() -> str:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        version = browser.version
        browser.close()
    return version


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["prepare"]):
        raise SystemExit("There is `python -m benchmarks.peers` and `... prepare`.")
    run(only_prepare=bool(sys.argv[1:]))
