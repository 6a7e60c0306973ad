"""`make bench`: all figures, or the ones that are named: `python -m benchmarks questions`."""

import sys

from benchmarks import analytics_page, browser, demo, imports, questions, reruns, starts, viewers

FIGURES = {
    "demo": demo.run,
    "questions": questions.run,
    "starts": starts.run,
    "browser": browser.run,
    "reruns": reruns.run,
    "analytics_page": analytics_page.run,
    "viewers": viewers.run,
    "imports": imports.run,
}

for name in sys.argv[1:] or FIGURES:
    FIGURES[name]()
