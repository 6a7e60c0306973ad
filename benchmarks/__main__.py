"""`make bench`: all figures, or the ones that are named: `python -m benchmarks questions`."""

import sys

from benchmarks import browser, demo, imports, questions, reruns, search, starts, viewers

FIGURES = {
    "demo": demo.run,
    "questions": questions.run,
    "search": search.run,
    "starts": starts.run,
    "browser": browser.run,
    "reruns": reruns.run,
    "viewers": viewers.run,
    "imports": imports.run,
}

for name in sys.argv[1:] or FIGURES:
    FIGURES[name]()
