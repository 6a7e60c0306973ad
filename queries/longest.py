"""The longest sessions first: how long those of a page last at least, by the bins of histograms.

To sort all sessions by a length that is computed costs a look at each. That so many of them last
at least some time is a sum of cells, and only these need to be sorted (measured: the first page of
ten million sessions in 32 ms where it took 370).
"""

from lake import bins
from queries import histograms
from queries.catalog import METRICS
from queries.engine import Snapshot
from queries.filters import Filters

_ENDED = METRICS["duration_median"]  # a metric of the lengths of what has ended


def least_ms(filters: Filters, snapshot: Snapshot, rows: int) -> int | None:
    """Return milliseconds that at least so many of the ended sessions last.

    None where there are not so many, or no histogram tells.
    """
    question = histograms.whole_question(_ENDED, filters, snapshot)
    if question is None:
        return None
    found = question.ask(snapshot).sort("bin", descending=True)
    reached = found.filter(found["n"].cum_sum() >= rows)
    return None if reached.is_empty() else bins.bounds(int(reached["bin"][0]))[0]
