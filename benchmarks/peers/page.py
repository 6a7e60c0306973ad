"""The table of the sides, as it is printed and as docs/benchmarks-peers.md has it."""

import platform
import statistics
from dataclasses import dataclass, field
from textwrap import fill

from benchmarks.peers.asking import TIMES
from benchmarks.peers.sessions import SIZE, Question
from benchmarks.peers.side import Side
from settings import ROOT

PAGE = ROOT / "docs" / "benchmarks-peers.md"
OPENINGS = 5
ROW = "first row in Chromium"
AT_LEAST, AT_LEAST_ROWS = 10, 2  # times as fast as the fastest tracing peer


@dataclass
class Taken:
    """What one side takes: milliseconds for each question it can answer, seconds for a row."""

    side: Side
    questions: dict[Question, list[float]] = field(default_factory=dict)
    rows: list[float] = field(default_factory=list)

    def middle(self, question: Question | None) -> float | None:
        """Return the median of a question, or of the first row."""
        times = self.rows if question is None else self.questions.get(question)
        return statistics.median(times) if times else None

    def cell(self, question: Question | None) -> str:
        """Return what stands in the table."""
        middle = self.middle(question)
        if middle is None:
            return "-"
        return f"{middle:.2f} s" if question is None else f"{middle:.1f}"


def ratio(ours: Taken, all_taken: list[Taken], question: Question | None) -> float | None:
    """Return how many times longer the fastest tracing peer takes than one of ours."""
    own = ours.middle(question)
    peers = [taken.middle(question) for taken in all_taken if taken.side.is_tracing]
    known = [middle for middle in peers if middle is not None]
    return min(known) / own if own and known else None


def table(all_taken: list[Taken]) -> str:
    """Return the table: a row a question, a column a side, and by how much ours are faster."""
    ours = [taken for taken in all_taken if taken.side.is_ours]
    heads = [taken.side.label for taken in all_taken]
    lines = [
        f"| {' | '.join(['question', *heads, 'fastest tracing peer / ours'])} |",
        "|---" + "|---:" * (len(heads) + 1) + "|",
    ]
    for question in (*Question, None):
        name = question or ROW
        cells = [taken.cell(question) for taken in all_taken]
        times = " · ".join(_times(ratio(one, all_taken, question)) for one in ours)
        lines.append(f"| {' | '.join([name, *cells, times])} |")
    return "\n".join(lines)


def _times(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} x"


def missed(all_taken: list[Taken]) -> list[str]:
    """Return a sentence for each bound that one of our columns does not keep."""
    found = []
    for one in (taken for taken in all_taken if taken.side.is_ours):
        for question in (*Question, None):
            least = AT_LEAST if question else AT_LEAST_ROWS
            times = ratio(one, all_taken, question)
            if times is not None and times < least:
                name = question or ROW
                found.append(f"{one.side.label}: {name}: {times:.1f} x, not {least} x")
    return found


def written(all_taken: list[Taken], browser: str) -> str:
    """Return the page."""
    return PAGE_TEXT.format(
        size=SIZE,
        times=TIMES,
        openings=OPENINGS,
        least=AT_LEAST,
        least_rows=AT_LEAST_ROWS,
        table=table(all_taken),
        missed="".join(f"\n- {each}" for each in missed(all_taken)) or " none.",
        versions=_versions(all_taken, browser),
        notes="\n".join(_notes(all_taken)),
    )


def _versions(all_taken: list[Taken], browser: str) -> str:
    versions = {taken.side.label: taken.side.version for taken in all_taken[1:]}
    ours = all_taken[0].side
    told = {ours.label: ours.version} | {
        label: version for label, version in versions.items() if version != ours.version
    }
    told |= {"Python": platform.python_version(), "Chromium": browser}
    listed = "; ".join(f"{label} {version}" for label, version in told.items())
    return _wrapped(f"Versions: {listed}.")


def _notes(all_taken: list[Taken]) -> list[str]:
    """Return the notes of each program, once."""
    notes: dict[str, str] = {}
    for side in (taken.side for taken in all_taken):
        notes.setdefault(side.notes, _wrapped(f"- **{side.label}**: {side.notes}", "  "))
    return list(notes.values())


def _wrapped(text: str, indent: str = "") -> str:
    return fill(text, 100, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)


PAGE_TEXT = """\
# Beside peers

The same {size:,} sample sessions in Parley and in programs that its users could take in its place,
asked the same questions in one run, one program at a time, on the same two cores. Written by
`python -m benchmarks.peers`.

{table}

Milliseconds, the median of {times} askings after one that warms up: from the first byte that is
sent to the last one that is read, over a connection that stays open, nothing compressed. The range
is all time for everybody. What is about one session is asked about another one each time; all else
is the same question again, which *Parley* may remember, as it does for its users, and *Parley,
nothing remembered* (`PARLEY_CACHE_MB=0`) answers anew. Every answer is compared with what the
Parquet files say, and a wrong one ends the run: what stands here are answers to the same question.
`-`: cannot be asked. Days are days in UTC.

The last row is a cold start of the browser, the median of {openings}: from the navigation to the
first row of the list on the screen, with the server warm.

The last column is how many times longer the fastest tracing peer (Phoenix, MLflow) takes than each
of our columns. The bounds: at least {least} times for every question, {least_rows} times for the
first row. Not kept:{missed}

{versions}

## What has to be known
{notes}
- Each peer is installed from `benchmarks/peers/requirements-*.txt` into an environment of its own,
  runs with its own defaults over SQLite, which is what each starts with, and tells nobody that it
  runs. Sessions that go on end, for a peer that wants an end, where they were last heard of.
"""
