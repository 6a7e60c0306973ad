"""`make bench`: all figures, or the ones that are named: `python -m benchmarks questions`."""

import sys

from benchmarks import api, browser, demo, imports, questions, reruns, sessions, starts, viewers

FIGURES = {
    "demo": demo.run,
    "questions": questions.run,
    "starts": starts.run,
    "browser": browser.run,
    "reruns": reruns.run,
    "sessions": sessions.run,
    "viewers": viewers.run,
    "imports": imports.run,
    "api": api.run,
}

for name in sys.argv[1:] or FIGURES:
    FIGURES[name]()
