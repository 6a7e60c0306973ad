"""Which sessions of an index hold a text, by the tables of lake/finding.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import duckdb
import numpy as np
import numpy.typing as npt

from lake import grams
from lake.finding import TOGETHER, Bits, Finds

MOST = 3  # where more than one of so many blocks may hold it, all are read as fast
STRETCHES = 8  # of blocks in a row; so few are read one after the other
FLAGGED = 1_000  # one of so many sessions is found: then they are marked among all
APART = 64  # blocks; the text of so few is read before it is looked at

SAMPLED = 100_000  # sessions that are read to know whether most hold a text

_HOLDS = "contains(search, $needle)"
_READ = "contains(search, lower($text))"
_USUAL = "select session_no from postings where usual in (select unnest($usual))"

Bound = dict[str, object]
Numbers = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Found:
    """The numbers of the sessions that hold a text, or of all others where these are fewer."""

    numbers: Numbers
    are_others: bool = False


def look(cursor: duckdb.DuckDBPyConnection, text: str, finds: Finds) -> Found | None:
    """Return which sessions hold a text, as `search` is searched; None where the tables cannot say.

    `cursor` reads the tables of the index itself. Raises duckdb.Error.
    """
    needle = folded(cursor, text)
    rows = grams.asked(needle.encode(), finds.rows)
    if not len(rows):
        return None
    blocks = np.flatnonzero(blocks_of(cursor, rows.tolist(), finds))
    if len(blocks) * MOST * finds.block > max(finds.sessions, finds.block * MOST):
        return None
    selects: list[str] = []
    bound: Bound = {}
    if usual := finds.holding(needle):  # mostly none, and what is not asked is not planned (0.4 ms)
        selects, bound = [_USUAL], {"usual": [*usual]}
    if len(blocks):
        read, places = _read(blocks, finds)
        selects, bound = [*selects, read], {**bound, "needle": needle, **places}
    if not selects:
        return Found(np.zeros(0, np.int32))
    return gathered(_numbers(cursor, selects, bound), finds.sessions)


def folded(cursor: duckdb.DuckDBPyConnection, text: str) -> str:
    """Return a text as `search` has it: as `lower` of DuckDB folds it, which of ASCII all do."""
    if text.isascii():
        return text.lower()
    return str(cursor.execute("select lower($text)", {"text": text}).fetchall()[0][0])


def read(cursor: duckdb.DuckDBPyConnection, text: str, finds: Finds) -> Found:
    """Return the same by reading every session once. Raises duckdb.Error.

    What most of the first ones hold is told by the others, which are fewer to hand over.
    """
    bound: Bound = {"text": text, "first": SAMPLED}
    share = "select count(*) from sessions where session_no <= $first and " + _READ
    (held,) = cursor.execute(share, bound).fetchall()[0]
    are_others = held * 2 > min(finds.sessions, SAMPLED)
    holds = f"not {_READ}" if are_others else _READ
    numbers = _numbers(cursor, [f"select session_no from sessions where {holds}"], {"text": text})
    return Found(np.sort(numbers, kind="stable"), are_others)  # they mostly are in order


def blocks_of(cursor: duckdb.DuckDBPyConnection, rows: Sequence[int], finds: Finds) -> Bits:
    """Return of each block, as 0 or 1, whether it has the bits of all rows."""
    places = sorted({row // TOGETHER for row in rows})
    told = cursor.execute(
        "select part, place, bits from grams where place in (select unnest($places))",
        {"places": places},
    ).fetchall()
    found: dict[int, Bits] = {}
    for part, place, bits in told:
        together = np.frombuffer(bits, np.uint8).reshape(TOGETHER, -1)
        for row in rows:
            if row // TOGETHER == place:
                held = together[row % TOGETHER]
                found[part] = found[part] & held if part in found else held
    listed = [np.unpackbits(found[part], bitorder="little") for part in sorted(found)]
    whole = np.concatenate(listed) if listed else np.zeros(0, np.uint8)
    return whole[: -(-finds.sessions // finds.block)]


def beside(cursor: duckdb.DuckDBPyConnection, text: str, *, are_others: bool) -> Numbers:
    """Return the live sessions of a publication that hold a text, or the others."""
    holds = "not contains" if are_others else "contains"
    asked = f"select session_no from fresh_sessions where {holds}(search, lower($text))"
    return _numbers(cursor, [asked], {"text": text})


def _read(blocks: npt.NDArray[np.int64], finds: Finds) -> tuple[str, Bound]:
    """Return the select of the sessions of blocks that hold $needle, and what else it binds."""
    cuts = np.flatnonzero(np.diff(blocks) > 1) + 1
    if len(cuts) < STRETCHES:
        edges = [0, *cuts.tolist(), len(blocks)]
        bound: Bound = {}
        selects = []
        for place, (begin, end) in enumerate(pairwise(edges)):
            bound[f"after_{place}"] = int(blocks[begin]) * finds.block
            bound[f"until_{place}"] = (int(blocks[end - 1]) + 1) * finds.block
            selects.append(
                "select session_no, search from sessions "
                f"where session_no > $after_{place} and session_no <= $until_{place}"
            )
        # As a condition of the scan it would be asked of all text that lies with that of a block,
        # sixty times as much (measured: 3.7 ms a block, and 0.9 so).
        apart = "materialized" if len(blocks) <= APART else "not materialized"
        listed = " union all ".join(selects)
        return f"with read as {apart} ({listed}) select session_no from read where {_HOLDS}", bound
    flags = np.zeros(-(-finds.sessions // finds.block), np.uint8)
    flags[blocks] = 1
    # A shift, and no division: only what it takes for cheap DuckDB looks at before the text
    # (measured: a tenth of the time).
    shifted = f"((session_no - 1) >> {finds.block.bit_length() - 1})::integer"
    select = f"""
        select session_no from sessions
        where get_bit($bits::blob::bit, {shifted}) = 1 and {_HOLDS}"""
    return select, {"bits": np.packbits(flags).tobytes()}


def _numbers(
    cursor: duckdb.DuckDBPyConnection, selects: Sequence[str], bound: Bound
) -> Numbers:  # fmt: skip
    """Return the numbers that selects of them give."""
    listed = " union all ".join(f"({select})" for select in selects)
    told = cursor.execute(f"select session_no::integer as session_no from ({listed})", bound)
    return np.asarray(told.fetchnumpy()["session_no"], np.int32)


def gathered(numbers: Numbers, sessions: int) -> Found:
    """Return what is found, each session once.

    More than a few by a flag for each session (measured, half a million of ten: 10 ms, and 196 by
    `np.unique`).
    """
    if len(numbers) * FLAGGED < sessions:
        return Found(np.unique(numbers))
    flags = np.zeros(sessions + 1, bool)
    flags[numbers] = True
    if np.count_nonzero(flags) * 2 > sessions:
        flags[1:] = ~flags[1:]
        return Found(np.flatnonzero(flags).astype(np.int32), are_others=True)
    return Found(np.flatnonzero(flags).astype(np.int32))
