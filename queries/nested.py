"""Sessions with their messages and events as JSON, put together from flat answers.

DuckDB writes the JSON of each row, and Arrow joins the texts of a session. As lists of structs in
DuckDB the same takes twice the time and more of the memory.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from errors import QuestionMemoryError

# Bytes of the turns of several sessions: while they are joined, their texts are held three times.
MOST = 64_000_000
_ORDER = [(name, "ascending") for name in ("place", "seq", "line")]


def numbered(sessions: pa.RecordBatch) -> pa.RecordBatch:
    """Return sessions with their `place` among them, by which their turns are found and ordered."""
    return sessions.append_column("place", pa.array(np.arange(sessions.num_rows, dtype=np.int32)))


def joined(sessions: pa.Table, messages: pa.Table, events: pa.Table, end: str) -> pa.Array:
    """Return each session with its turns as one JSON text, and `end` behind it.

    Sessions have `place` and `line`, in the order of places; the others `place`, `seq` and `line`,
    in any order: to sort here costs a quarter of what it costs in DuckDB. A session's line is a
    JSON object. Raises QuestionMemoryError where the turns are too large to be joined at once.
    """
    said, happened = (_listed(turns, sessions.num_rows) for turns in (messages, events))
    known = pc.utf8_slice_codeunits(_whole(sessions["line"]), 0, -1)  # without its last bracket
    parts = (known, ',"messages":[', said, '],"events":[', happened, f"]}}{end}", "")
    return pc.binary_join_element_wise(*parts)


def _listed(turns: pa.Table, many: int) -> pa.Array:
    """Return the lines of each session, with commas between."""
    if many > 1 and turns.nbytes > MOST:
        raise QuestionMemoryError
    ends = np.zeros(many + 1, np.int32)
    np.cumsum(np.bincount(turns["place"].to_numpy(), minlength=many), out=ends[1:])
    lines = _whole(turns["line"]).take(pc.sort_indices(turns, sort_keys=_ORDER))
    return pc.binary_join(pa.ListArray.from_arrays(pa.array(ends), lines), ",")


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece, of which Arrow holds at most 2 GB."""
    found = column.combine_chunks()
    if isinstance(found, pa.ChunkedArray):
        raise QuestionMemoryError
    return found
