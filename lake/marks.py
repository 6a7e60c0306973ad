"""Marks: which sessions of an index may have a text, without looking at all of them.

A mark is 32 bits of a hash that no release of DuckDB changes. A table of marks lies in their order,
with the number of a session beside each, so that a few are found at once. Another text may have the
same mark: who looks one up compares the text as well.
"""


def sql(*columns: str) -> str:
    """Return the SQL of the mark of some columns together."""
    told = columns[0] if len(columns) == 1 else f"concat({', chr(0), '.join(columns)})"
    return f"(md5_number_lower({told}) >> 32)::uinteger"


def rows(mark: str, source: str) -> str:
    """Return the select of such a table, of rows that have `session_no`."""
    return f"select {mark} as mark, session_no from {source} order by mark, session_no"
