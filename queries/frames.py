"""What DuckDB answers, as a frame.

Small answers are fetched as rows: as Arrow, DuckDB puts each answer through a second statement,
which is a third of a millisecond of questions that take three (measured). Thousands of rows are
faster as Arrow.
"""

import warnings
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from lake.instance import Cursor

# `sql()`, which DuckDB proposes instead of `execute()`, binds each statement twice: a millisecond
# of a question that takes five. The copy that it warns of is the second statement.
warnings.filterwarnings("ignore", "Arrow output on a DB-API result", UserWarning)

FEW = 512  # rows: so many cost the same both ways
# What polars makes of these in Arrow; whatever is not here comes as Arrow.
_TYPES: dict[str, pl.DataType] = {
    "BOOLEAN": pl.Boolean(), "TINYINT": pl.Int8(), "SMALLINT": pl.Int16(), "INTEGER": pl.Int32(),
    "BIGINT": pl.Int64(), "UTINYINT": pl.UInt8(), "USMALLINT": pl.UInt16(),
    "UINTEGER": pl.UInt32(), "UBIGINT": pl.UInt64(), "DOUBLE": pl.Float64(), "DATE": pl.Date(),
    "VARCHAR": pl.String(), "TIMESTAMP": pl.Datetime("us"),
}  # fmt: skip


def frame(cursor: "Cursor") -> pl.DataFrame:
    """Return all rows of the statement that a cursor has executed; raises duckdb.Error."""
    columns = [(name, str(kind)) for name, kind, *_ in cursor.description]
    if not all(kind in _TYPES for _, kind in columns):
        return _of_arrow(cursor)
    rows = cursor.fetchmany(FEW)
    first = pl.DataFrame(rows, [(name, _TYPES[kind]) for name, kind in columns], orient="row")
    return first if len(rows) < FEW else pl.concat([first, _of_arrow(cursor)])


def _of_arrow(cursor: "Cursor") -> pl.DataFrame:
    """Return the rows that are not fetched yet."""
    return pl.DataFrame(pl.from_arrow(cursor.to_arrow_table()))
