"""`make bench`: all figures, or the ones that are named: `python -m benchmarks questions`.

Every module of this folder with a function `run` takes figures; the listing is the register.
"""

import sys
from importlib import import_module
from pathlib import Path

PICTURES = "screenshots"  # has a `run` too, and is asked for by `make screenshots`

FIGURES = sorted(
    path.stem
    for path in Path(__file__).parent.glob("*.py")
    if "\ndef run(" in path.read_text() and path.stem != PICTURES
)

for name in sys.argv[1:] or FIGURES:
    if name not in FIGURES:
        raise SystemExit(f"There are no figures {name!r}. There are: {', '.join(FIGURES)}.")
    import_module(f"benchmarks.{name}").run()
