"""Sample data: believable conversations, made by the million in seconds.

parameters   what it is made from
dice         draws without a state            rhythm    when sessions start, incident, holiday
agents       the dozen and their habits       people    customers, languages, plans
script       reads texts/*.txt                steps     their steps as arrays
endings      what no language has             library   blocks to choose from
plan         what is to happen in each        dialogue  the blocks of each session
unfold       blocks to timed rows             slots     what fills the texts
summary      columns that follow from rows    metadata  the pairs
tables       the batch                        anchor    a demo lake that ends now
"""

from collections.abc import Iterator
from datetime import datetime

import numpy as np

from ingest.demo.parameters import Parameters
from ingest.demo.plan import plan
from ingest.demo.rhythm import rhythm
from ingest.demo.tables import batch
from ingest.demo.unfold import unfold
from lake.schema import Batch

BATCH = 20_000  # sessions


def generate(
    sessions: int, *, days: int = 90, seed: int = 7, end: datetime, zone: str
) -> Iterator[Batch]:
    """Yield `sessions` sessions of the `days` before `end` (aware), in batches, oldest first.

    The rhythm of days and weeks is that of `zone` (IANA). The same arguments give the same batches;
    another `end` moves them, and changes only what hangs on the calendar: who is hit by the
    incident, and what has not ended yet. Raises pydantic's ValidationError for arguments that
    cannot be used.
    """
    parameters = Parameters(sessions=sessions, days=days, seed=seed, end=end, zone=zone)
    times = rhythm(end, days, zone, seed)
    for first in range(0, sessions, BATCH):
        numbers = np.arange(first, min(first + BATCH, sessions), dtype=np.int64)
        some = plan(parameters, times, numbers)
        yield batch(parameters, some, unfold(some, parameters.end_us))
