"""Cells of a spreadsheet that cannot be taken for a formula (OWASP, "CSV injection").

An apostrophe makes a cell text. It stands before the cell, and within it after each semicolon, tab
and line break that a formula follows: a spreadsheet whose own separator is the semicolon, as on
machines set to German, begins another cell there, quoted or not.
"""

import pyarrow as pa
import pyarrow.compute as pc

# What may stand before a formula and is passed over: blanks, quotes, what cannot be seen. Line
# breaks and tabs are not among them, for at these another cell may begin.
_PASSED = (
    r"[\x00-\x08\x0b\x0c\x0e-\x20\x7f-\xa0'\"\x{ad}\x{61c}\x{1680}\x{180e}\x{2000}-\x{200f}"
    r"\x{2028}-\x{202f}\x{205f}-\x{206f}\x{3000}\x{fe00}-\x{fe0f}\x{feff}]*"
)
# What begins a formula or a command, in full width too.
_STARTS = r"[=+\-@|%\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}]"
_WITHIN = rf"([;\t\r\n])({_PASSED}{_STARTS})"
_AT_START = rf"\A({_PASSED}{_STARTS}|{_PASSED}[\t\r\n])"


def safe(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of text in which no cell can be taken for a formula; others as they are."""
    if not pa.types.is_string(column.type):
        return column
    if not pc.any(pc.match_substring_regex(column, f"{_AT_START}|{_WITHIN}")).as_py():
        return column  # nearly always, and much faster than to replace nothing
    marked = pc.replace_substring_regex(column, _WITHIN, r"\1'\2")
    return pc.replace_substring_regex(marked, _AT_START, r"'\1")
